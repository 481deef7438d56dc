"""The desk behind the kiosk: keeps pages ready in memory and has them brought up to date.

Everything slow is done on threads; the kiosk's loop only looks pages up. Many askers for one page make
one look at the store, and one pressing.
"""

import asyncio
import contextlib
import contextvars
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from kawaraban.feeds import sitemaps
from kawaraban.kit import database
from kawaraban.kit.stores import StoreUnavailable
from kawaraban.press.compression import PLAIN
from kawaraban.press.gates import Full, Gate
from kawaraban.press.pages import Page, Rack
from kawaraban.press.pressing import Elsewhere
from kawaraban.press.supply import Supply

log = logging.getLogger(__name__)

FRESH = 0.25  # seconds for which a page is handed out without a look at anything
KEPT = 0.5  # seconds for which it is handed out while one asker's look is under way
KEPT_WHILE_PRESSED = 10.0  # and while that look has a new plate pressed
SLOW = 0.25  # seconds: when a plate took longer to read here, threads read for a while
_SLOW_FOR = 2.0
PATIENCE = 2.0  # seconds a look may take before its askers get a 503
BRIEFLY = 0.5  # seconds it may take before they get the old page, where there is one
ROOM = 64 * 1024 * 1024  # bytes of memory for pages
# Several may wait for a database that hangs, until that is known (`kit.database`).
_THREADS = 9
_NEW_AT_ONCE, _KNOWN_AT_ONCE = 3, 4  # looks for pages that are not, and are, in memory

Found = Page | Elsewhere | None
Result = TypeVar("Result")


class Unavailable(Exception):
    """The page was never made in this process and can't be made now."""


class _Look(NamedTuple):
    task: asyncio.Task[Found]
    began: float  # monotonic


@dataclass
class Desk:
    """Pages by canonical address."""

    supply: Supply
    room: int = ROOM

    def __post_init__(self) -> None:
        self.rack = Rack(self.room)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="desk")
        self._looks: dict[str, _Look] = {}
        self._slow_until = 0.0
        self._beside: asyncio.Task[None] | None = None
        # Together fewer than there are threads; pages in memory don't wait behind those that aren't.
        # A sitemap takes longer than any page.
        self.gates = {
            "new": Gate("new", _NEW_AT_ONCE, 0.5),
            "known": Gate("known", _KNOWN_AT_ONCE, 0.5),
            "sitemaps": Gate("sitemaps", 1, 0.5),
        }

    async def warm(self) -> None:
        """Makes a page once, so that the first readers don't wait for all that a process does but once."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BRIEFLY):
                await self._looked_beside()
        self._ready("/", PLAIN)
        self._slow_until = 0.0

    def at_hand(self, address: str) -> Page | None:
        """The page, if it is fresh: the way nearly every request goes."""
        page = self.rack.get(address)
        if page is None or page.barred or time.monotonic() - page.checked >= FRESH:
            return None
        return page

    async def page(self, address: str, encoding: str) -> Found:
        """The page packed in `encoding`, or where to go instead; None if nothing ever stood there.

        Where store, database or templates fail, the page as it was last made, however old; raises
        Unavailable if it never was, and Full where too many wait for such pages.
        """
        page = self.rack.get(address)
        if page is None and (ready := self._ready(address, encoding)) is not None:
            return ready
        if page and encoding in page.replies and self._is_good(page):
            self._look_for(address, encoding)
            return page
        if page is None and address not in self._looks:
            self._gate(address, page).refuse_if_full()
        try:
            return await self._brought_up(address, encoding)
        except Exception as why:
            page = self.rack.get(address)  # a look may have brought a newer one
            if page is None or self.supply.bars(page):
                raise Unavailable(address) from why
            if encoding not in page.replies:
                await self.on_thread(page.pack, encoding)
            return page

    def _is_good(self, page: Page) -> bool:
        age = time.monotonic() - page.checked
        return age < (KEPT_WHILE_PRESSED if page.being_pressed else KEPT) and not self.supply.bars(page)

    def _has_one_to_show(self, address: str) -> bool:
        page = self.rack.get(address)
        return page is not None and not self.supply.bars(page)

    def _gate(self, address: str, page: Page | None) -> Gate:
        if sitemaps.is_one(address):
            return self.gates["sitemaps"]
        return self.gates["known" if page else "new"]

    def _ready(self, address: str, encoding: str) -> Page | None:
        """The page from a plate that lies ready in the embedded store: quicker than asking a thread."""
        began = time.monotonic()
        if not self.supply.look_at_once():
            self._look_beside()
        if began < self._slow_until or address in self._looks or sitemaps.is_one(address):
            return None
        try:
            page = self.supply.at_hand(address, encoding)
        except Exception:
            log.exception("%s can't be made at once", address)
            return None
        if time.monotonic() - began > SLOW:
            self._slow_until = began + _SLOW_FOR
        if page is not None:
            self.rack.put(page)
        return page

    def _look_beside(self) -> None:
        """Has a thread look up what such pages go by: one look for all that are asked for meanwhile."""
        if self._beside is None or self._beside.done():
            self._beside = asyncio.get_running_loop().create_task(self._looked_beside())

    async def _looked_beside(self) -> None:
        with contextlib.suppress(StoreUnavailable):  # who asks for a page is told by its own look
            await self.on_thread(self.supply.look)

    async def on_thread(self, work: Callable[..., Result], *args: object) -> Result:
        """The result of slow work, done where it holds up nobody."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, contextvars.copy_context().run, work, *args
        )

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _brought_up(self, address: str, encoding: str) -> Found:
        asked = time.monotonic()
        while True:
            look = self._look_for(address, encoding)
            began = min(asked, look.began)
            if self._has_one_to_show(address):
                await _waited_for(look, began + BRIEFLY)
            # Or has none any more: the look found something on it that was withdrawn.
            if not self._has_one_to_show(address):
                await _waited_for(look, began + PATIENCE)
            if not look.task.done():
                raise TimeoutError(address)
            found = look.task.result()
            # The look that was under way may have been for another encoding.
            if not isinstance(found, Page) or encoding in found.replies:
                return found

    def _look_for(self, address: str, encoding: str) -> _Look:
        """The one look for this address that is under way, begun if there is none."""
        look = self._looks.get(address)
        if look is None:
            task = asyncio.get_running_loop().create_task(self._looked(address, encoding))
            look = self._looks[address] = _Look(task, time.monotonic())
            task.add_done_callback(lambda done: self._ended(address, done))
        return look

    def _ended(self, address: str, task: asyncio.Task[Found]) -> None:
        del self._looks[address]
        why = None if task.cancelled() else task.exception()
        # That the database is away was said when it was noticed, not for every page.
        if why is not None and not isinstance(why, (Full, *database.FAILURES)):
            log.error("%s can't be made: %s", address, why, exc_info=why)

    async def _looked(self, address: str, encoding: str) -> Found:
        old, began = self.rack.get(address), time.monotonic()
        encodings = {encoding, *(old.replies if old else ())}
        async with self._gate(address, old).place():
            found = await self.on_thread(self.supply.newest, address, old, encodings)
        if isinstance(found, Page):
            found.checked = began
            self.rack.put(found)
        else:
            self.rack.drop(address)
        return found


async def _waited_for(look: _Look, until: float) -> None:
    """Waits until the look ends, or until then in monotonic seconds; it goes on for who asks next."""
    await asyncio.wait({look.task}, timeout=max(until - time.monotonic(), 0))
