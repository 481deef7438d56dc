"""Every kind of page, on a phone and on a desk: for everybody, and asking nobody else."""

import json
import subprocess

import pytest

from tests.browser.conftest import PAGES, WIDTHS, is_of
from tests.conftest import NODE_MODULES

pytestmark = pytest.mark.browser
_HERE = NODE_MODULES.parent


@pytest.mark.node
def test_axe_finds_nothing(window, address):
    page = window()
    page.goto(address)
    # What is folded is looked at as well.
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    # Handed over by the browser's own door, so that the page's content security policy stays in force.
    page.evaluate((NODE_MODULES / "axe-core" / "axe.min.js").read_text("utf-8"))
    for size in WIDTHS.values():
        page.set_viewport_size(size)
        for scheme, options in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
            page.emulate_media(color_scheme=scheme)
            assert _violations(page, options) == [], (size, scheme)


def _violations(page, options):
    found = page.evaluate(
        "(options) => axe.run(document, {...options, resultTypes: ['violations']})", options
    )
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def test_nobody_else_is_asked_and_nothing_is_kept_at_the_readers(window, served, size, address):
    page = window(viewport=size)
    asked, set_cookies, complaints = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: set_cookies.append(answer.all_headers().get("set-cookie")))
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(address, wait_until="networkidle")
    assert asked and [url for url in asked if not is_of(served.base, url)] == []
    assert {cookie for cookie in set_cookies if cookie} == set()
    assert page.evaluate("document.cookie") == "" and page.context.cookies() == []
    # But for what this tab has opened, which goes with the tab.
    opened = page.evaluate("JSON.parse(sessionStorage.getItem('read') || '[]')")
    assert len(opened) <= 1 and page.evaluate("sessionStorage.length") == len(opened)
    assert page.evaluate("localStorage.length") == 0
    # Chromium itself says of a page that is not there that it is not there.
    assert [said for said in complaints if answer.status == 200 or "404" not in said] == []


def test_nothing_goes_over_the_edge_and_every_picture_has_its_room(window, size, address):
    page = window(viewport=size)
    page.goto(address)
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= seen
    unsized = page.evaluate(
        "[...document.images].filter((one) => !one.matches('[width][height]')).map((one) => one.src)"
    )
    assert unsized == []


_SHIFTS = """
new Promise((done) => {
  let total = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { total += one.value; }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(total), 300);
})
"""


def test_nothing_jumps(window, size, address):
    page = window(viewport=size)
    page.goto(address, wait_until="networkidle")
    for _ in range(4):
        page.mouse.wheel(0, size["height"])
        page.wait_for_timeout(60)
    assert page.evaluate(_SHIFTS) < 0.001


# Bytes of all that the page loaded but pictures, as they came over the wire; and of its scripts, those
# that hold up what is seen.
_LOADED = """
() => {
  const came = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((one) => !/\\.(avif|webp|jpe?g|png|svg)$/.test(new URL(one.name).pathname));
  return {
    files: came.length,
    bytes: came.reduce((sum, one) => sum + one.encodedBodySize, 0),
    blocking: came.filter((one) => one.initiatorType === "script" && one.renderBlockingStatus === "blocking")
      .map((one) => one.name),
  };
}
"""


def test_a_page_is_light_and_no_script_holds_it_up(window, address):
    page = window(viewport=WIDTHS["phone"])
    page.goto(address, wait_until="networkidle")
    loaded = page.evaluate(_LOADED)
    assert loaded["files"] >= 3 and loaded["bytes"] < 25_000 and loaded["blocking"] == []


# Where fingers go. Links in running text keep the line's height, as WCAG 2.2 (2.5.8) allows, and a mark
# of a source is larger than it looks; a card's link covers the whole card, and the card is measured.
_SMALL = """
() => {
  const room = (one) => (one.closest(".card, .lead-card, .rail li") && one.tagName === "A"
    ? one.closest(".card, .lead-card, .rail li") : one).getBoundingClientRect();
  const shown = (one) => one.checkVisibility({visibilityProperty: true}) && room(one).right > 0;
  return [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), textarea")]
    .filter((one) => !one.closest(".skip, .body p, .body li, .sources li, .mark, .trap, .refusal"))
    .filter(shown)
    .map((one) => [room(one), one.outerHTML.slice(0, 120)])
    .filter(([{height, width}]) => height < 43.5 || width < 24)
    .map(([{height, width}, markup]) => `${Math.round(width)}x${Math.round(height)} ${markup}`);
}
"""


def test_fingers_have_room(window, address):
    page = window(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert "\n".join(page.evaluate(_SMALL)) == ""


def test_the_skip_links_lead_where_they_say(window, address):
    page = window()
    for place, target in enumerate(["menu", "content", "foot"], start=1):
        page.goto(address)
        for _ in range(place):
            page.keyboard.press("Tab")
        seen = page.evaluate(
            "(() => { const one = document.activeElement, at = one.getBoundingClientRect();"
            " return [one.hash, at.top >= 0 && at.height >= 24]; })()"
        )
        assert seen == [f"#{target}", True]
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == target


_FOCUS = """
() => {
  const one = document.activeElement, style = getComputedStyle(one);
  if (one === document.body) return null;
  return {what: one.outerHTML.slice(0, 120),
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2};
}
"""


def test_the_keyboard_reaches_everything_and_its_place_is_seen(window, address):
    page = window()
    page.goto(address)
    reached = []
    for _ in range(300):
        page.keyboard.press("Tab")
        focus = page.evaluate(_FOCUS)
        if focus is None:
            break
        reached.append(focus)
    assert len(reached) > 10 and [one["what"] for one in reached if not one["marked"]] == []


@pytest.mark.node
@pytest.mark.parametrize("name", list(PAGES))
def test_the_markup_is_valid(served, tmp_path, name):
    file = tmp_path / f"{name}.html"
    file.write_text(served.get(PAGES[name].replace("港", "%E6%B8%AF").replace("ありえない言葉", "zzzz")).body)
    done = subprocess.run(
        [
            "node",
            NODE_MODULES / "html-validate" / "bin" / "html-validate.mjs",
            "--config",
            _HERE / ".htmlvalidate.json",
            "--formatter",
            "json",
            file,
        ],
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout) if done.stdout.strip() else []
    assert [
        f"{one['line']}:{one['column']} {one['ruleId']} {one['message']}"
        for page in found
        for one in page["messages"]
    ] == []
    assert done.returncode == 0, done.stderr
