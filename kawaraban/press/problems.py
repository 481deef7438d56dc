"""Pages that say what went wrong, in the publication's dress, ready before they are needed."""

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, field

from kawaraban.kit import clock, database
from kawaraban.kit.stores import StoreUnavailable
from kawaraban.press import pressing
from kawaraban.press.compression import packed
from kawaraban.press.desk import Desk
from kawaraban.press.joining import Live, join
from kawaraban.press.pages import Header, Reply, reply
from kawaraban.press.plates import Plate, Plates
from kawaraban.rails.editions import Edition

log = logging.getLogger(__name__)

STATUSES = (404, 410, 500, 503)
_GOOD_FOR = 10.0  # seconds after which a new menu or name is looked for
_LATER: tuple[Header, ...] = ((b"retry-after", b"5"),)
_BARE = "text/plain; charset=utf-8"


@dataclass
class _Kept:
    body: bytes
    made: float  # monotonic
    replies: dict[str, Reply] = field(default_factory=dict)


class Problems:
    """The answers for 404, 410, 500 and 503."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: dict[int, _Kept] = {}
        self._remaking: asyncio.Task[None] | None = None

    async def ready(self) -> None:
        """Makes all of them, so that none is waited for when there is trouble.

        Without the database they are as they last stood in the store of plates, at worst plain.
        """
        for status in STATUSES:
            await self._desk.on_thread(self._make_somehow, status)

    def reply(self, status: int, encoding: str) -> Reply:
        """The page for this status, at once. Once it has aged, all are made again beside it, and kept
        where the next house that opens without a database finds them: a store may forget."""
        kept = self._kept.get(status)
        if kept is None:
            return reply(status, _BARE, str(status).encode(), "identity", _LATER)
        if time.monotonic() - kept.made > _GOOD_FOR and (self._remaking is None or self._remaking.done()):
            self._remaking = asyncio.get_running_loop().create_task(self._remade())
        found = kept.replies.get(encoding)
        if found is None:
            content = packed(kept.body, encoding)
            more = _LATER if status == 503 else ()
            found = reply(status, "text/html; charset=utf-8", content, encoding, more)
            kept.replies[encoding] = found
        return found

    async def _remade(self) -> None:
        for status in STATUSES:
            try:
                await self._desk.on_thread(self._make, status)
            except Exception as why:
                log.warning("the page for %d stays as it was: %s", status, why)
                self._kept[status].made = time.monotonic()

    def _make(self, status: int) -> None:
        plate = database.read(pressing.problem, status)
        with contextlib.suppress(StoreUnavailable):
            self._plates.put(plate)
        self._keep(status, plate)

    def _make_somehow(self, status: int) -> None:
        try:
            self._make(status)
        except Exception as why:
            log.warning("the page for %d can't be made anew: %s", status, why)
            self._keep(status, self._kept_plate(status) or pressing.problem(status, at_hand=True))

    def _kept_plate(self, status: int) -> Plate | None:
        with contextlib.suppress(StoreUnavailable):
            found = self._plates.get(pressing.address_of_problem(status))
            return found[1] if found else None
        return None

    def _keep(self, status: int, plate: Plate) -> None:
        body = join(plate, Live(Edition(), None, clock.now()))
        self._kept[status] = _Kept(body, time.monotonic())

    @property
    def _plates(self) -> Plates:
        return self._desk.supply.plates
