"""A story as it is read: without scripts, by night, on paper."""

import re

import pytest

from tests.browser.conftest import PAGES, is_of

pytestmark = pytest.mark.browser
STORY = PAGES["story"]


@pytest.fixture
def unscripted(window, size):
    return window(viewport=size, java_script_enabled=False)


def test_without_scripts_a_story_is_whole(unscripted):
    page = unscripted
    page.goto(STORY)
    story = page.locator("article.story")
    for part in ("h1", ".dek", ".byline", ".times time", ".lead img", ".corrections", ".sources li", "table"):
        assert story.locator(part).first.is_visible(), part
    assert story.locator(".gallery img").count() == 2
    assert "hayami-tsukino＠example.com" in story.inner_text()
    for name in ("most-read", "also-read", "recommended", "topics"):
        rail = page.locator(f"[data-rail={name}]")
        assert rail.locator("li[data-story]").first.is_visible(), name
        # Why they stand there is folded, and unfolds without a script.
        reason = rail.locator(".reason").first
        assert not reason.is_visible()
        rail.locator("summary").click()
        assert reason.is_visible()


def test_without_scripts_one_finds_a_story_by_searching(unscripted):
    page = unscripted
    page.goto("/")
    page.get_by_role("link", name="検索").click()
    page.get_by_role("searchbox").fill("灯台守")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="航海日誌").click()
    assert page.url.endswith(STORY)


def test_without_scripts_a_comment_is_taken(unscripted, size):
    page = unscripted
    said = f"日誌を{size['width']}回読みます。<b>楽しみ</b>"
    page.goto(STORY)
    page.locator("#discussion summary").first.click()
    form = page.locator("#discussion form.comment-form").last
    form.get_by_label("名前").fill("読者")
    form.get_by_label("コメント").fill(said)
    form.get_by_role("button", name="送信").click()
    assert page.locator("[data-outcome=held]").is_visible()
    assert page.inner_text("blockquote") == said
    page.get_by_role("link", name="に戻る").click()
    assert page.url.endswith(f"{STORY}#discussion")


def test_without_scripts_a_refused_comment_comes_back_in_the_form(unscripted):
    page = unscripted
    page.goto(STORY)
    page.locator("#discussion summary").first.click()
    form = page.locator("#discussion form.comment-form").last
    form.get_by_label("名前").fill("読者")
    form.get_by_label("コメント").fill("あ" * 301)
    form.get_by_role("button", name="送信").click()
    assert page.get_by_role("alert").is_visible()
    assert page.get_by_label("コメント").input_value() == "あ" * 301


def test_an_address_for_people_is_none_for_harvesters(window, served):
    for address in (STORY, PAGES["person"]):
        assert not re.search(r"hayami-tsukino\s*(?:@|&#64;|%40)", served.get(address).body)
        page = window()
        page.goto(address)
        page.mouse.move(200, 200)
        link = page.locator(".email a").first
        link.wait_for()
        assert link.inner_text() == "hayami-tsukino@example.com"
        assert link.get_attribute("href") == "mailto:hayami-tsukino@example.com"


def test_by_night_the_paper_is_dark(window):
    def ground(scheme):
        page = window(color_scheme=scheme)
        page.goto(STORY)
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in re.findall(r"\d+", colour)[:3])

    assert ground("light") > 600 and ground("dark") < 150


def test_on_paper_stand_the_story_its_sources_and_its_address(window, served, tmp_path):
    page = window(viewport={"width": 1280, "height": 900})
    page.goto(STORY)
    page.emulate_media(media="print", color_scheme="dark")
    printed = page.inner_text("body")
    for words in (
        "旧倉庫街の灯台守",
        "日誌は",
        "訂正",
        "航海日誌　第七冊",
        f"{served.base}{STORY}",
        "写真：",
    ):
        assert words in printed, words
    assert page.locator(".address").is_visible()
    for away in (".skip", ".menu", ".to-search", ".side", "[data-rail]", "#discussion", ".share", ".foot"):
        for one in page.locator(away).all():
            assert not one.is_visible(), away
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    sheet = page.pdf(format="A4")
    assert sheet.startswith(b"%PDF") and 1 <= len(re.findall(rb"/Type\s*/Page\b", sheet)) <= 4


def test_a_view_is_told_once_and_without_a_cookie(window, served):
    page = window()
    told = []
    page.on("request", lambda request: "/_/beacon" in request.url and told.append(request))
    page.goto(STORY, wait_until="networkidle")
    page.goto("/", wait_until="networkidle")
    assert len(told) == 1 and is_of(served.base, told[0].url)
    assert told[0].response().status == 204 and "cookie" not in told[0].all_headers()
    body = told[0].post_data_json
    assert body["story"] == served.story(STORY) and body["kind"] == "view"
