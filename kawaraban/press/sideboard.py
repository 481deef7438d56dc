"""Small things beside the pages: styles and script, robots.txt, live counts, and where beacons go."""

import asyncio
import functools
import re
from urllib.parse import parse_qs

import orjson
from django.conf import settings

from kawaraban.audience import beacon
from kawaraban.audience.pipeline import LARGEST
from kawaraban.feeds import sitemaps
from kawaraban.kit import clock
from kawaraban.press.addresses import public_url
from kawaraban.press.compression import PLAIN, packed
from kawaraban.press.desk import Desk, Unavailable
from kawaraban.press.joining import slots_of
from kawaraban.press.pages import SECURITY, Header, Page
from kawaraban.press.published import Published
from kawaraban.press.requests import Receive, Scope, Send, TooLarge, body_of
from kawaraban.rails import personal
from kawaraban.rails.shelf import Shelf
from kawaraban.reading import assets, rendering

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_MOST_READ = 20  # stories that a browser may tell of
_FOR_EVER = b"public, max-age=31536000, immutable"
_A_MINUTE = b"public, max-age=60"
_NEVER = b"no-store"
_SOON: tuple[Header, ...] = ((b"retry-after", b"5"),)
_LONGEST_BEACON = 1.5  # seconds that one waits for the log
# The answer to nearly every beacon, made once.
_KEPT = {"type": "http.response.start", "status": 204, "headers": [(b"cache-control", _NEVER), *SECURITY]}
_NOTHING = {"type": "http.response.body", "body": b""}


async def answer(
    send: Send, status: int, body: bytes, content_type: bytes, kept: bytes, more: tuple[Header, ...] = ()
) -> None:
    """Sends one whole answer."""
    headers = [(b"content-length", b"%d" % len(body)), (b"cache-control", kept), *SECURITY, *more]
    if body:
        headers.append((b"content-type", content_type))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@functools.lru_cache(maxsize=32)
def _packed(body: bytes, encoding: str) -> bytes:
    return packed(body, encoding)


def _number(told: str) -> int:
    return int(told) if _NUMBER.fullmatch(told) else 0


class Sideboard:
    """Answers what lies below /_/, and /robots.txt."""

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self._desk = desk
        self._shelf = shelf
        self._published = Published(desk, shelf)

    async def asset(self, name: str, encoding: str, send: Send) -> bool:
        """Sends the file of that name, packed in `encoding`; False if there is none."""
        found = await self._desk.on_thread(assets.named, name)
        if found is None:
            return False
        body = await self._desk.on_thread(_packed, found.body, encoding)
        more: tuple[Header, ...] = ((b"vary", b"accept-encoding"),)
        if encoding != PLAIN:
            more += ((b"content-encoding", encoding.encode()),)
        kept = _FOR_EVER if found.immutable else _A_MINUTE
        await answer(send, 200, body, found.mime.encode(), kept, more)
        return True

    async def robots(self, send: Send) -> None:
        lines = ["User-agent: *", "Disallow: /newsroom/", "Disallow: /search", "Disallow: /_/"]
        if public_url():
            lines.append(f"Sitemap: {public_url()}{sitemaps.PATH}")
        await answer(send, 200, "\n".join([*lines, ""]).encode(), b"text/plain; charset=utf-8", _A_MINUTE)

    async def counts(self, query: bytes, send: Send) -> None:
        """What changes on a story's page while it is being read: `{"comments": n}`."""
        told = parse_qs(query.decode("latin-1")).get("story", [""])[0]
        story = _number(told)
        edition = self._published.edition()
        if story not in edition.cards:
            await answer(send, 404, b"{}", b"application/json", _NEVER)
            return
        body = orjson.dumps({"comments": edition.comments.get(story, 0)})
        await answer(send, 200, body, b"application/json", _NEVER)

    async def next_after(self, query: bytes, send: Send) -> None:
        """The rail that a session's own reading adds to a story's page; 204 where it adds nothing.

        `story` is the story being read, `read` those before it, the latest first, by commas. Nothing
        of it is kept, and the answer is for this reader alone.
        """
        told = parse_qs(query.decode("latin-1"))
        story = _number(told.get("story", [""])[0])
        read = [_number(one) for one in told.get("read", [""])[0].split(",")[:_MOST_READ]]
        edition = self._shelf.current()
        if story not in edition.cards:
            await answer(send, 404, b"", b"", _NEVER)
            return
        try:
            page = await self._desk.page(edition.cards[story].path, "identity")
        except Unavailable:
            page = None
        rail = None
        if isinstance(page, Page):
            slots = slots_of(page.matter.plate)
            rail = personal.recommended(edition, slots, read, clock.now())
        if rail is None:
            await answer(send, 204, b"", b"", _NEVER)
            return
        await answer(send, 200, rendering.rail(rail).encode(), b"text/html; charset=utf-8", _NEVER)

    async def close(self) -> None:
        """Has what is counted of beacons written: else the last second of it ends with the process."""
        await asyncio.to_thread(beacon.event_log().close)

    async def beacon(self, scope: Scope, receive: Receive, send: Send) -> None:
        """204 once the event is on the disk, else why not."""
        client = scope["client"][0] if scope.get("client") else ""
        sender = beacon.sender_of(client, scope["headers"], settings.TRUSTED_PROXY)
        try:
            body = await body_of(scope, receive, LARGEST)
        except TooLarge:
            body = b" " * (LARGEST + 1)  # counted with its reason by the same steps
        try:
            async with asyncio.timeout(_LONGEST_BEACON):
                found = await beacon.take(body, sender, self._published.among)
        except TimeoutError:
            # It may be kept yet, and counts then; sent again it is known by its number.
            await answer(send, 503, b"{}", b"application/json", _NEVER, _SOON)
            return
        if found.status == 204:
            await send(_KEPT)
            await send(_NOTHING)
            return
        more = _SOON if found.status == 503 else ()
        said = orjson.dumps(found.outcomes)
        await answer(send, found.status, said, b"application/json", _NEVER, more)
