"""The kiosk: hands readers their pages, takes beacons, sends everything else to Django.

No session, no cookie, and nothing of a request makes a difference to a page but its path, the page
number of a list, and the encodings the reader takes.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from kawaraban.kit.counts import begin, counts
from kawaraban.kit.logs import request_id
from kawaraban.press import addresses, health
from kawaraban.press.desk import Desk, Unavailable
from kawaraban.press.gates import Full
from kawaraban.press.pages import Page, Reply
from kawaraban.press.pressing import Elsewhere
from kawaraban.press.problems import STATUSES, Problems
from kawaraban.press.requests import (
    App,
    Gone,
    Headers,
    Message,
    Receive,
    Scope,
    Send,
    TooLarge,
    again,
    asked,
    body_of,
    closing,
    has,
    number_of,
    without_body,
)
from kawaraban.press.sideboard import Sideboard, answer

log = logging.getLogger(__name__)

# What Django answers. The rest is readers' pages.
_BEHIND = ("/newsroom/", "/static/", "/media/")
_BEHIND_EXACTLY = frozenset({"/search", "/newsroom"})
# A whole comment form in bytes; what may be shown of it is far less.
_LARGEST_COMMENT = 64 * 1024
_POSTED = frozenset({"/_/beacon", "/_/comments"})
_READ = frozenset({"GET", "HEAD"})
_NOTHING = {"type": "http.response.body", "body": b""}
# A page that could not be renewed for so long says how old it is.
_OLD = 3.0  # seconds


class Kiosk:
    """The ASGI application. `behind` answers what the kiosk doesn't know."""

    def __init__(self, behind: App, desk: Desk, side: Sideboard, well: health.Health) -> None:
        self._behind = behind
        self._desk = desk
        self._side = side
        self.health = well
        self._problems = Problems(desk)
        begin(*(f"problem:{status}" for status in STATUSES))
        self._at_hand: Callable[[str], Page | None] = desk.at_hand
        self._draining = False
        self.on_ready: Callable[[], None] = lambda: None  # called when readers may come

    def drain(self) -> None:
        """From now on, has each connection closed with its answer: this process is about to end."""
        self._draining = self.health.draining = True
        self._at_hand = lambda _: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # The way nearly every request goes: looked up, and sent.
            if not scope["query_string"] and scope["method"] == "GET" and "?" not in scope["path"]:
                page = self._at_hand(scope["path"])
                if page is not None and not page.matter.behind_times:
                    encoding, etags = asked(scope["headers"])
                    reply = page.replies.get(encoding)
                    if reply is not None:
                        if etags and has(etags, reply.etag):
                            await send(reply.not_modified)
                            await send(_NOTHING)
                        else:
                            await send(reply.start)
                            await send(reply.body)
                        counts["hit"] += 1
                        return
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._problems.ready()
                await self._desk.warm()
                self.on_ready()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self._side.close()
                self._desk.close()
                self.health.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        request_id.set(number_of(scope))
        if self._draining:
            send = closing(send)
        if path.startswith(_BEHIND) or path in _BEHIND_EXACTLY:
            await self._by_django(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            send = without_body(send)
        try:
            await self._answer_ourselves(path, scope, receive, send)
        except Gone:
            return
        except Full:
            await self._problem(503, scope, send)
        except TooLarge:
            await answer(send, 413, b"", b"", b"no-store")
        except Exception:
            log.exception("%s %s failed", scope["method"], path)
            await self._problem(500, scope, send)

    async def _answer_ourselves(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        if path in _POSTED:
            if scope["method"] != "POST":
                await _not_allowed(send, b"POST")
            elif path == "/_/beacon":
                await self._side.beacon(scope, receive, send)
            else:
                body = await body_of(scope, receive, _LARGEST_COMMENT)
                await self._by_django(scope, again(body, receive), send)
        elif scope["method"] not in _READ:
            await _not_allowed(send, b"GET, HEAD")
        elif path == "/_/counts":
            await self._side.counts(scope["query_string"], send)
        elif path == "/_/next":
            await self._side.next_after(scope["query_string"], send)
        elif path in health.PATHS:
            await self.health.answer(path, send)
        elif path == "/robots.txt":
            await self._side.robots(send)
        elif path.startswith("/_/"):
            encoding = asked(scope["headers"]).encoding
            if not await self._side.asset(path.removeprefix("/_/"), encoding, send):
                await self._problem(404, scope, send)
        else:
            await self._page(scope, send)

    async def _by_django(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._behind(scope, receive, sent)
        except Full:
            await self._problem(503, scope, send)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            if not begun:
                await self._problem(500, scope, send)

    async def _page(self, scope: Scope, send: Send) -> None:
        encoding, etags = asked(scope["headers"])
        address = addresses.canonical(scope["path"], scope["query_string"])
        if address is None:
            await self._problem(404, scope, send)
            return
        try:
            found = await self._desk.page(address, encoding)
        except Unavailable:
            await self._problem(503, scope, send)
            return
        if isinstance(found, Page):
            counts["stale" if found.matter.behind_times else "looked"] += 1
            await _send(_with_age(found, encoding), send, etags)
        elif isinstance(found, Elsewhere) and found.status == 301:
            location = addresses.as_location(found.path).encode()
            await answer(send, 301, b"", b"", b"public, max-age=60", ((b"location", location),))
        elif found is None and addresses.is_of_another_system(address):
            # There are any number of them: none may be kept in front, and no front page under its name,
            # where nobody would have it forgotten.
            await answer(send, 302, b"", b"", b"no-store", ((b"location", b"/"),))
        else:
            await self._problem(found.status if found else 404, scope, send)

    async def _problem(self, status: int, scope: Scope, send: Send) -> None:
        counts[f"problem:{status}"] += 1
        encoding = asked(scope["headers"]).encoding
        reply = self._problems.reply(status, encoding)
        if status >= 500:
            # Kept by no cache, so each may bear its own number.
            headers = [*reply.start["headers"], (b"x-request-id", request_id.get().encode())]
            reply = replace(reply, start={**reply.start, "headers": headers})
        await _send(reply, send, b"")


def _with_age(page: Page, encoding: str) -> Reply:
    reply = page.replies[encoding]
    late = time.monotonic() - page.checked
    if late < _OLD and not page.matter.behind_times:
        return reply
    since = page.matter.plate.pressed_at if page.matter.behind_times else page.joined_at
    headers: Headers = [*reply.start["headers"], (b"age", b"%d" % max(0.0, time.time() - since))]
    return replace(reply, start={**reply.start, "headers": headers})


async def _send(reply: Reply, send: Send, etags: bytes) -> None:
    if etags and has(etags, reply.etag):
        await send(reply.not_modified)
        await send(_NOTHING)
    else:
        await send(reply.start)
        await send(reply.body)


async def _not_allowed(send: Send, allowed: bytes) -> None:
    await answer(send, 405, b"", b"", b"no-store", ((b"allow", allowed),))
