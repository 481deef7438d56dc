"""What a story page brings over the wire without its pictures, and whether a script holds it up."""

import re
import statistics
from urllib.parse import urljoin

from benchmarks.rig import Rig
from benchmarks.rows import Row
from benchmarks.visits import fetched

_SHEET = re.compile(
    rb'<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"|<link[^>]*href="([^"]+)"[^>]*rel="stylesheet"'
)
_SCRIPT = re.compile(rb"<script\b([^>]*)>")
_SOURCE = re.compile(rb'src="([^"]+)"')
_STORY = re.compile(rb"<link>([^<]+)</link>")
_STORIES = 30  # the newest
_BLOCKS_NOTHING = re.compile(rb"\b(defer|async|type=\"(module|application/ld\+json|application/json)\")")
ENCODINGS = ("br", "gzip")


def measure(rig: Rig) -> list[Row]:
    with rig.serving(rig.demo()) as house:
        links = _STORY.findall(fetched(f"{house.base}/feed.xml"))[1 : _STORIES + 1]
        stories = [house.base + "/" + link.decode().split("/", 3)[3] for link in links]
        pages = [fetched(story) for story in stories]
        blocking = sum(len(_blocking(page)) for page in pages)
        rows = [_row(stories, pages, encoding) for encoding in ENCODINGS]
    return [*rows, Row("render-blocking scripts of a story page", blocking / len(pages), 0, "")]


def _row(stories: list[str], pages: list[bytes], encoding: str) -> Row:
    sizes = {"page": [], "sheets and scripts": []}  # type: dict[str, list[int]]
    for story, page in zip(stories, pages, strict=True):
        sizes["page"].append(len(fetched(story, encoding)))
        sizes["sheets and scripts"].append(
            sum(len(fetched(urljoin(story, one), encoding)) for one in _loaded(page))
        )
    whole = [sum(both) / 1000 for both in zip(*sizes.values(), strict=True)]
    parts = "; ".join(f"{name} {statistics.median(of) / 1000:.1f} kB" for name, of in sizes.items())
    return Row(
        f"story page on the wire without pictures, {encoding}, the largest of {len(pages)}",
        max(whole),
        25.0,
        "kB",
        spread=(min(whole), max(whole)),
        beside=f"median {statistics.median(whole):.1f} kB: {parts}",
    )


def _loaded(page: bytes) -> list[str]:
    """Addresses of the stylesheets and scripts that the page loads."""
    sheets = [one or other for one, other in _SHEET.findall(page)]
    scripts = [found[1] for tag in _SCRIPT.findall(page) if (found := _SOURCE.search(tag))]
    return [address.decode() for address in dict.fromkeys([*sheets, *scripts])]


def _blocking(page: bytes) -> list[bytes]:
    return [tag for tag in _SCRIPT.findall(page) if not _BLOCKS_NOTHING.search(tag)]
