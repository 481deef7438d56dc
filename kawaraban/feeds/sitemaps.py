"""Every story's address for search engines, after sitemaps.org: at most 50,000 in one file."""

import re
from collections.abc import Iterable
from urllib.parse import quote
from xml.sax.saxutils import escape

from kawaraban.stories.models import Story

MOST = 50_000
PATH = "/sitemap.xml"
PREFIX = "/sitemap"
CONTENT_TYPE = "application/xml; charset=utf-8"
_PART = re.compile(r"/sitemap-([1-9][0-9]{0,5})\.xml")
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(base_url: str) -> bytes:
    """`/sitemap.xml`: all addresses, or an index of the parts where there are more than 50,000."""
    parts = -(-Story.objects.count() // MOST)
    if parts <= 1:
        return _addresses(base_url, 1)
    entries = (f"<sitemap><loc>{base_url}/sitemap-{one}.xml</loc></sitemap>" for one in range(1, parts + 1))
    return _document("sitemapindex", entries)


def part_of(path: str) -> int | None:
    """Which part of the sitemap an address names; None if it names none."""
    found = _PART.fullmatch(path)
    return int(found[1]) if found else None


def part(base_url: str, number: int) -> bytes | None:
    """One part, from 1; None behind the last one."""
    if (number - 1) * MOST >= Story.objects.count():
        return None
    return _addresses(base_url, number)


def _addresses(base_url: str, number: int) -> bytes:
    first = (number - 1) * MOST
    # By number and not by date: a new story changes the last part alone.
    rows = Story.objects.order_by("pk").values_list("path", "updated_at")[first : first + MOST]
    entries = (
        f"<url><loc>{escape(base_url + quote(path))}</loc>"
        f"<lastmod>{updated:%Y-%m-%dT%H:%M:%SZ}</lastmod></url>"
        for path, updated in rows
    )
    return _document("urlset", entries)


def _document(root: str, entries: Iterable[str]) -> bytes:
    inside = "\n".join(entries)
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{inside}\n</{root}>\n'
    return xml.encode()
