"""Every story's address for search engines, after sitemaps.org.

Where there are many stories they stand in parts, each of a range of numbers: what is published changes
one part, and no part takes long. The protocol would take 50,000 addresses in one.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.db.models import Min, QuerySet

from kawaraban.stories.models import Story

MOST = 10_000
PATH = "/sitemap.xml"
_PREFIX = "/sitemap"
CONTENT_TYPE = "application/xml; charset=utf-8"
_PART = re.compile(r"/sitemap-([1-9][0-9]{0,5})\.xml")
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(base_url: str) -> bytes:
    """`/sitemap.xml`: all addresses, or an index of the parts where there are more than `MOST`."""
    in_order = Story.objects.order_by("pk")
    if not in_order[MOST : MOST + 1].exists():
        return _document("urlset", _addresses(base_url, in_order))
    entries = (f"<sitemap><loc>{base_url}/sitemap-{one}.xml</loc></sitemap>" for one in _parts())
    return _document("sitemapindex", entries)


def is_one(path: str) -> bool:
    """Whether the address is the sitemap's or a part's."""
    return path.startswith(_PREFIX) and (path == PATH or _PART.fullmatch(path) is not None)


def part_of(path: str) -> int | None:
    """Which part of the sitemap an address names; None if it names none."""
    found = _PART.fullmatch(path)
    return int(found[1]) if found else None


def part_with(story_id: int) -> int:
    """The part in which a story's address stands."""
    return (story_id - 1) // MOST + 1


def part(base_url: str, number: int) -> bytes | None:
    """One part, from 1; None where no story has a number of its range."""
    last = number * MOST
    entries = list(
        _addresses(base_url, Story.objects.filter(pk__gt=last - MOST, pk__lte=last).order_by("pk"))
    )
    return _document("urlset", entries) if entries else None


def _parts() -> Iterator[int]:
    """The parts that there are: from each, one look in the index for the next."""
    part = 0
    while (next_one := Story.objects.filter(pk__gt=part * MOST).aggregate(Min("pk"))["pk__min"]) is not None:
        part = part_with(next_one)
        yield part


def _addresses(base_url: str, stories: QuerySet[Story]) -> Iterator[str]:
    for path, updated in stories.values_list("path", "updated_at"):
        yield (
            f"<url><loc>{escape(base_url + quote(path))}</loc>"
            f"<lastmod>{updated:%Y-%m-%dT%H:%M:%SZ}</lastmod></url>"
        )


def _document(root: str, entries: Iterable[str]) -> bytes:
    inside = "\n".join(entries)
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{inside}\n</{root}>\n'
    return xml.encode()
