"""What the browser tests share: windows of two widths, and the pages to look at."""

from urllib.parse import urlsplit

import pytest

from tests.small_demo import EVERYTHING, TURNED

WIDTHS = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}


@pytest.fixture(params=list(WIDTHS))
def size(request):
    return WIDTHS[request.param]


@pytest.fixture
def window(chromium, served):
    """Opens a window: a reader of their own, without a past. Takes Playwright's context options."""
    opened = []

    def open_one(**options):
        context = chromium.new_context(base_url=served.base, locale="ja-JP", **options)
        context.set_default_timeout(10_000)
        opened.append(context)
        return context.new_page()

    yield open_one
    for context in opened:
        context.close()


# Each kind of page, by what it is called here: its address.
PAGES = {
    "front": "/",
    "section": f"/{TURNED}/",
    "section-2": f"/{TURNED}/?page=2",
    "story": f"/culture/{EVERYTHING}/",
    "person": "/people/hayami-tsukino/",
    "topic": "/topics/harbor-renewal/",
    "ranking": "/ranking/",
    "ranking-week": f"/ranking/week/{TURNED}/",
    "ranking-rising": "/ranking/rising/",
    "search": "/search?q=港",
    "search-nothing": "/search?q=ありえない言葉",
    "not-found": "/society/no-such-story/",
}


@pytest.fixture(params=list(PAGES))
def address(request):
    return PAGES[request.param]


def is_of(base, url):
    """Whether the address is of the publication's own host (or of no host at all)."""
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob", "about") or f"{parts.scheme}://{parts.netloc}" == base
