"""A story as it is read: without scripts, by night, on paper."""

import re

import pytest

from kawaraban.audience.log import EventLog
from tests.browser.conftest import PAGES, is_of
from tests.publication import until

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


def test_what_is_found_is_seen_in_three_lines_at_most(window, size):
    page = window(viewport=size)
    page.goto("/search?q=港")
    found = page.evaluate(
        """() => [...document.querySelectorAll(".snippet")].map((one) => [
          one.scrollHeight / parseFloat(getComputedStyle(one).lineHeight),
          one.clientHeight >= one.scrollHeight,
          Boolean(one.querySelector("mark")),
        ])"""
    )
    assert len(found) > 5 and any(marked for *_, marked in found)
    assert all(round(lines, 1) <= 3 and whole for lines, whole, _ in found)


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
    views = [request for request in told if request.post_data_json.get("kind") == "view"]
    assert len(views) == 1 and all(is_of(served.base, request.url) for request in told)
    assert views[0].response().status == 204 and "cookie" not in views[0].all_headers()
    assert views[0].post_data_json["story"] == served.story(STORY)


@pytest.fixture
def kept(served):
    """What the log of the publication has of a story since the test began, by kind."""
    log = EventLog(served.var / "audience.db")
    before = log.last_seq()

    def by_kind():
        return {event.kind: event for _, event in log.read(before, 1000)}

    yield by_kind
    log.close()


def test_what_a_reader_does_is_told_when_the_page_is_left(window, served, kept):
    page = window(viewport={"width": 1280, "height": 900})
    here = served.story(STORY)
    page.goto(STORY)
    page.locator("#discussion summary").first.click()
    page.locator("[data-rail=also-read]").scroll_into_view_if_needed()
    page.mouse.move(300, 300)
    page.wait_for_timeout(1500)
    rail = page.locator("[data-rail=also-read]")
    edition = int(rail.get_attribute("data-edition"))
    place = rail.locator("li[data-story]").first
    chosen = int(place.get_attribute("data-story"))
    place.locator("a").first.click()
    page.wait_for_url(lambda url: not url.endswith(STORY))
    kinds = {"view", "engaged", "scroll", "rail_shown", "rail_clicked", "discussion"}
    until(lambda: kept().keys() >= kinds, seconds=10)
    told = kept()
    assert told["engaged"].story == here and 1 <= told["engaged"].value < 60
    assert told["scroll"].value == 4 and told["discussion"].story == here
    clicked = told["rail_clicked"]
    assert (clicked.story, clicked.rail, clicked.value, clicked.stories) == (here, "also-read", 1, (chosen,))
    assert clicked.edition == edition > 0


def test_a_front_tells_what_came_into_sight_and_what_was_chosen(window, served, kept):
    page = window(viewport={"width": 1280, "height": 900})
    page.goto("/", wait_until="networkidle")
    page.locator("main [data-card] a").first.click()
    until(lambda: kept().get("rail_clicked") is not None, seconds=10)
    clicked = kept()["rail_clicked"]
    assert (clicked.story, clicked.rail, clicked.value) == (0, "front", 1) and clicked.edition > 0


def test_who_asks_not_to_be_tracked_is_a_view_and_nothing_more(window):
    page = window(extra_http_headers={"Sec-GPC": "1"})
    page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    told = []
    page.on("request", lambda request: "/_/beacon" in request.url and told.append(request.post_data_json))
    page.goto(STORY, wait_until="networkidle")
    page.mouse.wheel(0, 2000)
    page.wait_for_timeout(1200)
    page.goto("/", wait_until="networkidle")
    assert [one["kind"] for one in told] == ["view"]


def test_a_tab_asks_what_to_read_after_all_it_has_read_and_its_script_goes_on(window, served):
    page, errors, asked = window(), [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("response", lambda answer: "/_/next" in answer.url and asked.append((answer.url, answer.status)))
    first = served.story(served.addresses[0])
    page.goto(served.addresses[0])
    assert asked == []
    page.goto(STORY, wait_until="networkidle")
    assert [status in (200, 204) for _, status in asked] == [True] and f"read={first}" in asked[0][0]
    standing = page.locator("[data-rail]:not([data-rail=most-read]) li[data-story]")
    numbers = standing.evaluate_all("places => places.map(place => place.dataset.story)")
    assert len(numbers) == len(set(numbers)) > 0
    page.mouse.move(5, 5)
    page.locator("a[href^='mailto:hayami']").first.wait_for()
    assert errors == []


def test_what_a_session_adds_stands_nowhere_else_on_a_page_that_is_older(window, served):
    page = window()
    page.goto(served.addresses[0])
    page.goto(STORY)
    standing = page.locator("[data-rail=also-read] li[data-story]").first.get_attribute("data-story")
    places = f'<li data-story="{standing}"></li><li data-story="99999"></li>'
    made = f'<section data-rail="after-read"><ul>{places}</ul></section>'
    page.route("**/_/next*", lambda route: route.fulfill(body=made, content_type="text/html"))
    page.reload(wait_until="networkidle")
    added = page.locator("[data-rail=after-read] li")
    assert added.evaluate_all("places => places.map(place => place.dataset.story)") == ["99999"]


def test_what_a_session_adds_is_told_of_as_it_stood_there(window, served):
    log = EventLog(served.var / "audience.db")
    before = log.last_seq()
    page = window()
    page.goto(served.addresses[0], wait_until="networkidle")
    here = served.story(STORY)
    page.goto(STORY, wait_until="networkidle")
    rail = page.locator("[data-rail=after-read]")
    rail.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    places = rail.locator("li[data-story]")
    stood = tuple(map(int, places.evaluate_all("places => places.map(place => place.dataset.story)")))
    page.goto("/", wait_until="networkidle")

    def shown():
        return [
            event.stories
            for _, event in log.read(before, 1000)
            if (event.kind, event.rail, event.story) == ("rail_shown", "after-read", here)
        ]

    assert stood
    # The rail of all readers may have been in sight for a moment before.
    until(lambda: shown()[-1:] == [stood], seconds=10)
    log.close()


def test_a_tab_that_asks_not_to_be_tracked_keeps_nothing(window, served):
    page = window()
    page.add_init_script("Object.defineProperty(navigator, 'doNotTrack', { get: () => '1' })")
    page.goto(served.addresses[0])
    page.goto(STORY, wait_until="networkidle")
    assert page.evaluate("sessionStorage.length") == 0
