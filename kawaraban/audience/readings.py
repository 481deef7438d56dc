"""What each visitor did with each story lately, so that doing it again counts for nothing.

As live (`fold.py`, `responses.py`): a reading begins with a view and is the same for half an hour; all that
is done with it counts once, seconds LONGEST at most; and what was not opened was not read. Two generations,
of which the older falls away whole, hold what was touched in the past half hour to an hour.
"""

from kawaraban.audience.fold import WINDOW_MS
from kawaraban.audience.responses import LONGEST

# A reading in one number: there are many. From below: seconds, the furthest quarter, whether it was shared
# and its discussion opened, when it began.
_SECONDS, _QUARTER, _QUARTERS, _BEGAN_MS = 0x3FF, 10, 0x7 << 10, 15
DONE = {"share": 1 << 13, "discussion": 1 << 14}


class Readings:
    """Readings by a number that stands for visitor and story."""

    def __init__(self) -> None:
        self._now: dict[int, int] = {}
        self._before: dict[int, int] = {}
        self._next_ms = 0

    def begins(self, which: int, at_ms: int) -> bool:
        """Takes in a view; whether a reading begins with it."""
        if at_ms >= self._next_ms:
            self._before, self._now, self._next_ms = self._now, {}, at_ms + WINDOW_MS
        did = self._did(which)
        if did is not None and at_ms - (did >> _BEGAN_MS) < WINDOW_MS:
            return False
        self._now[which] = at_ms << _BEGAN_MS
        return True

    def stays(self, which: int, seconds: int) -> tuple[int, int]:
        """By how many readers and seconds it was read longer."""
        did = self._did(which)
        if did is None or seconds < 1:
            return 0, 0
        stayed = did & _SECONDS
        more = min(seconds, LONGEST - stayed)
        self._now[which] = did + more
        return int(not stayed), more

    def scrolls(self, which: int, quarter: int) -> tuple[int, int]:
        """When the reading began, and which quarter it had come to: `quarter` itself if that is no news."""
        did = self._did(which)
        if did is None or not 1 <= quarter <= 4:
            return 0, quarter
        before = (did & _QUARTERS) >> _QUARTER
        if quarter <= before:
            return 0, quarter
        self._now[which] = did & ~_QUARTERS | quarter << _QUARTER
        return did >> _BEGAN_MS, before

    def does(self, which: int, kind: str) -> bool:
        """Whether it is shared, or its discussion opened, for the first time."""
        did = self._did(which)
        if did is None or did & DONE[kind]:
            return False
        self._now[which] = did | DONE[kind]
        return True

    def _did(self, which: int) -> int | None:
        did = self._now.get(which)
        if did is None and (did := self._before.pop(which, None)) is not None:
            self._now[which] = did
        return did
