"""A reader writes below a story, a moderator decides, and the page counts."""

import re

import pytest

pytestmark = pytest.mark.browser
SAID = "桟橋の灯りが戻る日を待っています。<script>alert(1)</script>"


def test_a_comment_is_written_held_approved_counted_and_taken_away(chromium, desk, served):
    address = next(one for one in served.addresses if one.startswith("/politics/"))
    before = _count(served, address)
    reader = chromium.new_page(base_url=served.base)
    reader.goto(address)
    reader.locator("#discussion summary").first.click()
    form = reader.locator("#discussion form.comment-form").last
    form.get_by_label("名前").fill("港の読者")
    form.get_by_label("コメント").fill(SAID)
    form.get_by_role("button", name="送信").click()
    reader.locator("[data-outcome=held]").wait_for()
    assert "桟橋の灯り" not in served.get(address).body and _count(served, address) == before

    page = desk("moderator")
    page.get_by_role("link", name="コメント", exact=True).click()
    row = page.get_by_role("row").filter(has_text="桟橋の灯り")
    _decide(page, row, "承認")
    served.within(2, lambda: _count(served, address) == before + 1)
    # Its markup is words.
    assert "&lt;script&gt;alert(1)" in served.get(address).body
    reader.goto(f"{address}#discussion")
    assert reader.locator("[data-comment-count]").inner_text() == str(before + 1)
    reader.close()

    _decide(page, page.get_by_role("row").filter(has_text="桟橋の灯り"), "却下")
    served.within(2, lambda: "桟橋の灯り" not in served.get(address).body)
    assert _count(served, address) == before


def _decide(page, row, decision):
    row.locator("[data-w-dropdown-target=toggle]").click()
    with page.expect_response(lambda answer: "/newsroom/comments/" in answer.url):
        row.get_by_role("button", name=decision).click()
    page.wait_for_load_state()


def _count(served, address):
    return int(re.search(r"data-comment-count>(\d+)<", served.get(address).body)[1])
