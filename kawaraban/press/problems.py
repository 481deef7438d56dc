"""Pages that say what went wrong, in the publication's dress, ready before they are needed."""

import logging
import time
from dataclasses import dataclass, field

from kawaraban.kit import clock
from kawaraban.press import pressing
from kawaraban.press.compression import packed
from kawaraban.press.desk import Desk
from kawaraban.press.joining import Live, join
from kawaraban.press.pages import Header, Reply, reply
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

    async def ready(self) -> None:
        """Makes all of them, so that none is waited for when there is trouble."""
        for status in STATUSES:
            await self.reply(status, "identity")

    async def reply(self, status: int, encoding: str) -> Reply:
        """The page for this status. Never raises: the old one, or at worst a bare line."""
        kept = self._kept.get(status)
        if kept is None or time.monotonic() - kept.made > _GOOD_FOR:
            kept = await self._made(status) or kept
        if kept is None:
            return reply(status, _BARE, str(status).encode(), "identity", _LATER)
        found = kept.replies.get(encoding)
        if found is None:
            content = packed(kept.body, encoding)
            more = _LATER if status == 503 else ()
            found = reply(status, "text/html; charset=utf-8", content, encoding, more)
            kept.replies[encoding] = found
        return found

    async def _made(self, status: int) -> _Kept | None:
        try:
            body = await self._desk.on_thread(_body, status)
        except Exception as why:
            log.warning("the page for %d can't be made: %s", status, why)
            return None
        self._kept[status] = _Kept(body, time.monotonic())
        return self._kept[status]


def _body(status: int) -> bytes:
    return join(pressing.problem(status), Live(Edition(), None, clock.now()))
