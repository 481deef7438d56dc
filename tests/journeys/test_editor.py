"""An editor publishes, in the newsroom as it stands on the screen."""

import pytest

pytestmark = pytest.mark.browser
HEADLINE, OTHERWISE = "岬の灯台に新しい灯", "岬の灯台、新しい灯をともす"
LONG = "港の再開発、倉庫街は残す　" * 6
A_SECOND = 1  # from the newsroom's answer to readers
FOLLOWED = 3  # seconds for lists on other pages: each kiosk keeps a page for one or two
FIRST, MOVED = "/life/new-lamp/", "/life/cape-lamp/"
_SAY_WHEN_WATCHED = """
addEventListener("w-unsaved:watch-edits", () => { document.documentElement.dataset.watched = ""; });
"""


def test_an_article_from_the_empty_form_to_its_readers_and_away_again(desk, served):
    page = desk("editor")
    page.get_by_role("link", name="記事", exact=True).click()
    page.add_init_script(_SAY_WHEN_WATCHED)
    page.get_by_role("link", name="記事 を追加").click()
    # Two seconds in, the form takes what stands in it for unwritten, and saves what differs from then on.
    page.locator("html[data-watched]").wait_for(state="attached")
    page.locator("[name=title]").fill(HEADLINE)
    page.get_by_text("面を選択").first.click()
    page.locator(".modal").get_by_role("link", name="暮らし").click()
    page.locator(".c-sf-add-button").first.click()
    page.get_by_role("option", name="段落").click()
    page.locator(".public-DraftEditor-content").click()
    page.keyboard.type("春から灯台の光が変わります。")
    # The form saves itself while one writes; from then on it is the form of this very article.
    page.wait_for_function("location.pathname.endsWith('/edit/')")
    _at_address(page, "new-lamp")
    assert served.get(FIRST).status in (404, 410)
    _press(page, "action-publish")
    served.within(A_SECOND, lambda: HEADLINE in served.get(FIRST).body)
    assert "春から灯台の光が変わります。" in served.get(FIRST).body
    number = served.story(FIRST)
    served.within(FOLLOWED, lambda: _lists(served, "/", number) and _lists(served, "/life/", number))

    page.goto(f"/newsroom/pages/{number}/edit/")
    page.locator("[name=title]").fill(OTHERWISE)
    _at_address(page, "cape-lamp")
    _press(page, "action-publish")
    served.within(A_SECOND, lambda: OTHERWISE in served.get(MOVED).body)
    served.within(A_SECOND, lambda: served.get(FIRST).url == served.base + MOVED)

    page.goto(f"/newsroom/pages/{number}/unpublish/")
    page.get_by_role("main").locator("[type=submit]").click()
    page.wait_for_url("**/newsroom/pages/*/")
    served.within(A_SECOND, lambda: served.get(MOVED).status in (404, 410))
    served.within(FOLLOWED, lambda: not _lists(served, "/", number))


def test_a_long_headline_is_seen_whole_while_it_is_typed(desk, served):
    page = desk("editor")
    page.goto(f"/newsroom/pages/{served.story(served.addresses[0])}/edit/")
    headline = page.locator("[name=title]")
    headline.fill("")
    low = headline.bounding_box()["height"]
    headline.press_sequentially(LONG[:40])
    headline.press("Enter")
    headline.press_sequentially(LONG[40:])
    assert headline.input_value() == LONG
    page.wait_for_function(
        "([one, low]) => one.offsetHeight > low * 1.5", arg=[headline.element_handle(), low]
    )
    assert headline.evaluate(
        "one => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight"
    )


def test_a_preview_is_the_page_that_readers_get(desk, served):
    """But for what only a published page has: its place among search engines, and being counted."""
    address = next(one for one in served.addresses if one.startswith("/economy/"))
    page = desk("editor")
    told = []
    page.on("request", lambda request: "/_/beacon" in request.url and told.append(request))
    page.goto(f"/newsroom/pages/{served.story(address)}/edit/")
    with page.context.expect_page() as opened:
        page.locator("[data-side-panel-toggle=preview]").click()
        page.locator("[data-side-panel=preview] a[href$='/preview/']").click()
    preview = opened.value
    preview.wait_for_load_state()
    reader = page.context.browser.new_page()
    reader.goto(served.base + address)
    assert preview.inner_text("article.story") == reader.inner_text("article.story")
    assert preview.locator("meta[name=robots]").get_attribute("content") == "noindex"
    assert told == []
    reader.close()


def _lists(served, address, number):
    return f'data-card="{number}"' in served.get(address).body


def _at_address(page, slug):
    page.get_by_role("tab", name="分類").click()
    page.locator("[name=slug]").fill(slug)


def _press(page, action):
    """Chooses an action at the form's foot; returns when the newsroom has answered."""
    page.locator("footer [data-w-dropdown-target=toggle]").click()
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 302):
        page.locator(f"[name={action}]").click()
