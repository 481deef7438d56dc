"""The comment form in the hands of people: counting as they count, composing as they compose."""

import pytest

from tests.browser.conftest import PAGES

pytestmark = pytest.mark.browser

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇯🇵"
JOINED = "が"  # か and a voicing mark of its own


@pytest.fixture
def page(window):
    page = window()
    page.goto(PAGES["story"])
    page.locator("#discussion summary").first.click()
    return page


@pytest.fixture
def form(page):
    return page.locator("#discussion form.comment-form").last


def left(form):
    return form.locator(".left").inner_text()


@pytest.mark.parametrize(
    ("said", "remaining"),
    [
        (FAMILY, 299),
        (FLAG * 2, 298),
        (JOINED, 299),
        ("海が\n好き", 295),
        ("  端の空白  ", 296),
        ("あ" * 300, 0),
    ],
)
def test_characters_are_counted_as_people_count(form, said, remaining):
    form.get_by_label("コメント").fill(said)
    assert left(form) == f"あと{remaining}文字"


def test_too_much_is_said_and_not_sent(page, form):
    form.get_by_label("名前").fill("読者")
    form.get_by_label("コメント").fill(FAMILY * 250)
    assert left(form) == "あと50文字"
    form.get_by_label("コメント").fill("あ" * 303)
    assert left(form) == "3文字多すぎます"
    form.get_by_role("button", name="送信").click()
    assert page.url.endswith(PAGES["story"])


def test_composing_japanese_neither_submits_nor_miscounts(page, form):
    form.get_by_label("コメント").fill("港")
    name = form.get_by_label("名前")
    name.focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "どくしゃ", "selectionStart": 4, "selectionEnd": 4})
    # The Enter that takes a conversion: browsers report it as being part of the composition.
    taken = name.evaluate(
        "(one) => !one.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    after = name.evaluate(
        "(one) => !one.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', keyCode: 229, bubbles: true, cancelable: true}))"
    )
    assert taken and after
    form.evaluate("(one) => one.requestSubmit()")
    assert page.url.endswith(PAGES["story"])
    keyboard.send("Input.insertText", {"text": "読者"})
    assert name.input_value() == "読者" and page.url.endswith(PAGES["story"])


def test_what_is_being_composed_is_not_counted_yet(page, form):
    body = form.get_by_label("コメント")
    body.fill("港")
    body.focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "がすき", "selectionStart": 3, "selectionEnd": 3})
    assert left(form) == "あと299文字"
    keyboard.send("Input.insertText", {"text": "が好き"})
    assert body.input_value() == "港が好き" and left(form) == "あと296文字"


def test_a_second_press_sends_nothing_twice(page, form):
    sent = []
    page.on(
        "request", lambda request: request.method == "POST" and "comments" in request.url and sent.append(1)
    )
    form.get_by_label("名前").fill("読者")
    form.get_by_label("コメント").fill("二度押し")
    form.get_by_role("button", name="送信").dblclick()
    page.locator(".comment-answer").wait_for()
    assert len(sent) == 1
