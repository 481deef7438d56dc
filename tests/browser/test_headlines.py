"""A headline test as readers meet it: the edition decides what all of them see, and nothing flickers."""

from collections import defaultdict

import pytest

from tests.browser.conftest import PAGES
from tests.publication import until

pytestmark = pytest.mark.browser
OTHER = "べつの見出しで読まれるかもしれない話"
# Whatever a script did to a headline once the page was there.
_NOTE_CHANGES = """
addEventListener("DOMContentLoaded", () => {
  window.changes = [];
  const of = (node) => (node.nodeType === 1 ? node : node.parentElement);
  new MutationObserver((seen) => seen.forEach(({ target, addedNodes, removedNodes }) => {
    const touched = of(target).closest(".headline") ||
      [...addedNodes, ...removedNodes].some((one) => one.nodeType === 1 && one.querySelector(".headline"));
    if (touched) window.changes.push(of(target).outerHTML.slice(0, 300));
  })).observe(document.body, { childList: true, characterData: true, subtree: true });
});
"""


@pytest.fixture
def tested(served):
    """The address and number of a story that stands on the front and in a rail, with a second headline."""
    front, rail = served.get("/").body, served.rail(PAGES["story"], "most-read")
    numbers = {address: served.story(address) for address in served.addresses}
    address = next(
        one for one, story in numbers.items() if story in rail[1:] and f'data-card="{story}"' in front
    )
    slug = address.strip("/").rsplit("/", 1)[-1]
    served.headline(slug, OTHER)
    yield address, numbers[address]
    served.headline(slug)


def test_two_browsers_see_what_the_edition_decides_and_nothing_flickers(window, served, tested):
    address, story = tested
    own = window(java_script_enabled=False)
    own.goto(address)
    headline = own.inner_text("h1.headline")
    assert headline != OTHER
    # By the number of the edition that a page names, what each of two browsers was shown of the story.
    on_the_front, in_a_rail = defaultdict(dict), defaultdict(set)
    browsers = [window(), window()]
    for page in browsers:
        page.add_init_script(_NOTE_CHANGES)

    def shown_to_both():
        for number, page in enumerate(browsers):
            page.goto("/")
            words = page.locator(f"main [data-card='{story}'] .headline").first.inner_text()
            assert words in (headline, OTHER)
            edition = page.locator("[data-rail]").first.get_attribute("data-edition")
            assert on_the_front[edition].setdefault(number, words) == words
        both = [told for told in on_the_front.values() if len(told) == len(browsers)]
        assert all(len(set(told.values())) == 1 for told in both)
        page.goto(PAGES["story"])
        rail = page.locator("[data-rail=most-read]")
        words = rail.locator(f"[data-story='{story}'] .headline").inner_text()
        in_a_rail[rail.get_attribute("data-edition")].add(words == OTHER)
        return {told[0] for told in both} == {headline, OTHER} and set().union(*in_a_rail.values()) == {
            False,
            True,
        }

    until(shown_to_both, seconds=90, every=0.5)
    for edition, words in in_a_rail.items():
        assert len(words) == 1
        assert all((one == OTHER) in words for one in on_the_front[edition].values())
    for page in browsers:
        page.goto("/", wait_until="networkidle")
        page.mouse.wheel(0, 2000)
        page.wait_for_timeout(1500)
        assert page.evaluate("window.changes") == []
    # Its own page has its own headline all the while.
    for page in browsers:
        page.goto(address)
        assert page.inner_text("h1.headline") == headline
