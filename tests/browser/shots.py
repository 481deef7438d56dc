"""Pictures of the main pages into docs/shots/: `make shots`, or `python -m tests.browser.shots`.

Loads the whole demo into a folder of its own the first time (SHOTS_VAR keeps it for the next), and has
simulated readers read before it looks.
"""

import io
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM, QUIETLY
from tests.publication import ROOT, Served

SHOTS = ROOT / "docs" / "shots"
WIDTHS = {390: 844, 1280: 900}
_READERS, _TOLD = 150, 6  # simulated readers, and how many seconds their reading has to be taken up
_QUALITY = 62


def main() -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    var = Path(os.environ.get("SHOTS_VAR") or tempfile.mkdtemp(prefix="kawaraban-shots-"))
    served = Served(var)
    served.command("demo")
    served.serve()
    try:
        _read(served)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
            _take_all(browser, served)
            browser.close()
    finally:
        served.stop()


def _read(served: Served) -> None:
    """Readers, each with a few stories that belong together, so that every rail has its evidence."""
    chance = random.Random(7)
    stories = [served.story(address) for address in served.addresses]
    for reader in range(_READERS):
        first = min(int(chance.expovariate(0.12)), len(stories) - 4)
        for story in {stories[first], stories[first // 2], stories[(first * 3 + 1) % len(stories)]}:
            served.beacon(story, reader)
    time.sleep(_TOLD)


def _take_all(browser: Browser, served: Served) -> None:
    pages = {
        "front": "/",
        "section": "/society/",
        "story": _telling(served),
        "ranking": "/ranking/",
        "search": "/search?q=%E6%B8%AF",
        "404": "/society/no-such-story/",
    }
    for width, height in WIDTHS.items():
        for scheme in ("light", "dark"):
            page = browser.new_page(
                base_url=served.base,
                locale="ja-JP",
                viewport={"width": width, "height": height},
                color_scheme=scheme,
            )
            for name, address in pages.items():
                page.goto(address, wait_until="networkidle")
                _take(page, f"{name}-{width}-{scheme}")
                if name == "story" and scheme == "light":
                    _scroll_through(page)
                    _take(page, f"story-whole-{width}", whole=True)
            page.close()
    _take_on_paper(browser, served, pages["story"])
    _take_newsroom(browser, served, pages["story"])
    _take_for_readme(browser, served, pages["story"])


def _telling(served: Served) -> str:
    """A story of a storyline with a correction, if there is one: it has every part that a page can have."""
    for part in ('class="corrections"', 'class="chronicle'):
        for address in served.addresses:
            if part in served.get(address).body:
                return address
    return served.addresses[0]


def _take_on_paper(browser: Browser, served: Served, story: str) -> None:
    page = browser.new_page(base_url=served.base, viewport={"width": 794, "height": 1123})
    page.goto(story, wait_until="networkidle")
    page.emulate_media(media="print")
    _take(page, "story-print")
    page.close()


def _take_newsroom(browser: Browser, served: Served, story: str) -> None:
    for width, height in WIDTHS.items():
        page = browser.new_page(
            base_url=served.base, locale="ja-JP", viewport={"width": width, "height": height}
        )
        page.goto("/newsroom/")
        page.fill("[name=username]", "editor")
        page.fill("[name=password]", served.password("editor"))
        page.locator("[type=submit]").click()
        page.wait_for_url("**/newsroom/")
        page.goto(f"/newsroom/pages/{served.story(story)}/edit/", wait_until="networkidle")
        _take(page, f"newsroom-article-{width}")
        page.close()


def _take_for_readme(browser: Browser, served: Served, story: str) -> None:
    """The front page on a desk with a story on a phone beside it, on one picture."""
    desk = _shot_of(browser, served, "/", 1280, 860)
    phone = _shot_of(browser, served, story, 390, 860)
    gap = 24
    joined = Image.new("RGB", (desk.width + phone.width + 3 * gap, desk.height + 2 * gap), "#d8d3c9")
    joined.paste(desk, (gap, gap))
    joined.paste(phone, (desk.width + 2 * gap, gap))
    small = joined.resize((1200, round(1200 * joined.height / joined.width)), Image.Resampling.LANCZOS)
    small.quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(SHOTS / "readme.png", optimize=True)


def _shot_of(browser: Browser, served: Served, address: str, width: int, height: int) -> Image.Image:
    page = browser.new_page(base_url=served.base, locale="ja-JP", viewport={"width": width, "height": height})
    page.goto(address, wait_until="networkidle")
    taken = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return taken.convert("RGB")


def _scroll_through(page: Page) -> None:
    # Pictures further down load when one comes near.
    for _ in range(page.evaluate("Math.ceil(document.body.scrollHeight / innerHeight)")):
        page.mouse.wheel(0, page.viewport_size["height"])
        page.wait_for_timeout(120)
    page.evaluate("scrollTo(0, 0)")


def _take(page: Page, name: str, *, whole: bool = False) -> None:
    taken = Image.open(io.BytesIO(page.screenshot(full_page=whole)))
    taken.convert("RGB").save(SHOTS / f"{name}.webp", quality=_QUALITY, method=6)


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("No Chromium: apt-get install chromium")
    main()
