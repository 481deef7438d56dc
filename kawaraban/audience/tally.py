"""How many events ended how, by the minute: in memory since the process began, and in the log's file."""

import threading
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from kawaraban.kit import clock

# How events end that reach the log: new ones are kept; a repeated id is there already.
ACCEPTED, REPEATED, UNAVAILABLE = "accepted", "repeated", "unavailable"

ByMinute = Counter[tuple[int, str]]  # minute since 1970 and outcome


class Turn(NamedTuple):
    """A transaction on the log: one number is done once, however often it is sent."""

    writer: str
    number: int


class Tally:
    """Counts of one process. `ended` only grows; `take_new` gives what the file does not have yet."""

    def __init__(self) -> None:
        self.ended: Counter[str] = Counter()
        self._new: ByMinute = Counter()
        self._lock = threading.Lock()

    def add(self, outcomes: Mapping[str, int], *, written: bool = False) -> None:
        """Counts; `written` says that the file has these already."""
        minute = this_minute()
        with self._lock:
            for outcome, events in outcomes.items():
                self.ended[outcome] += events
                if not written:
                    self._new[minute, outcome] += events

    def take_new(self) -> ByMinute:
        with self._lock:
            new, self._new = self._new, Counter()
        return new

    def __bool__(self) -> bool:
        """Whether there is anything new."""
        return bool(self._new)


def this_minute() -> int:
    return int(clock.stamp(clock.now()) // 60)
