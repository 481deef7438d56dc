"""What readers did with what they read: how long they stayed with it, passed it on, opened its discussion.

A visitor counts once per story and window, as their reading does, which is what says when the window
began. However long somebody stays, they add no more than LONGEST seconds.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from kawaraban.audience.hours import Hours

LONGEST = 900  # seconds that one visitor can add to one story in a window: seven thousand characters
KINDS = frozenset({"engaged", "share", "discussion"})


# What a visitor did with one reading of a story, in one number: a visitor has many, and memory is dear.
# From below: for how many seconds, whether they shared it and opened its discussion, when it was counted.
_SECONDS, _SHARED, _DISCUSSED, _READING_MS = 0x3FF, 1 << 10, 1 << 11, 12


class Responses:
    """Counts of the past `span` clock hours, by story's number."""

    def __init__(self, span: int) -> None:
        self.seconds = Hours(span)  # of all who stayed, together
        self.stayed = Hours(span)  # visitors who told how long
        self.shared = Hours(span)
        self.discussed = Hours(span)  # opened the discussion
        self.counts = {
            "seconds": self.seconds,
            "stayed": self.stayed,
            "shared": self.shared,
            "discussed": self.discussed,
        }
        self._waits: dict[str, list[int]] = {name: [] for name in self.counts}
        self._waiting_seconds: list[int] = []

    def take(self, kind: str, number: int, seconds: int, reading_ms: int, did: dict[int, int]) -> None:
        """Takes in one of KINDS. `did` is what the visitor did with this and other stories so far.

        Raises TypeError for seconds that are none; whoever calls counts them before the hour ends.
        """
        before, waits = did.get(number, 0), self._waits
        if before >> _READING_MS != reading_ms:
            before = reading_ms << _READING_MS
        if kind == "engaged":
            if seconds.__class__ is not int or seconds < 1:
                raise TypeError("engaged for no seconds")
            stayed = before & _SECONDS
            more = min(seconds, LONGEST - stayed)
            if more:
                waits["seconds"].append(number)
                self._waiting_seconds.append(more)
            if not stayed:
                waits["stayed"].append(number)
            did[number] = before + more
        elif kind == "share" and not before & _SHARED:
            waits["shared"].append(number)
            did[number] = before | _SHARED
        elif kind == "discussion" and not before & _DISCUSSED:
            waits["discussed"].append(number)
            did[number] = before | _DISCUSSED

    def count(self) -> None:
        """Adds what waits to the counts."""
        for name, hours in self.counts.items():
            if waiting := self._waits[name]:
                amounts = np.array(self._waiting_seconds) if name == "seconds" else 1
                hours.add(np.array(waiting), amounts)
                waiting.clear()
        self._waiting_seconds.clear()


def is_of(did: int, reading_ms: int | None) -> bool:
    """Whether this was done with the reading that was counted then."""
    return did >> _READING_MS == reading_ms


def kept(did: Sequence[Mapping[int, int]], name: str) -> dict[str, npt.NDArray[Any]]:
    """What some visitors did, a mapping for each, for a snapshot."""
    told = np.array([one for each in did for one in each.values()], np.int64)
    columns = (
        np.array([number for each in did for number in each], np.int64),
        told >> _READING_MS,
        told & _SECONDS,
        told & _SHARED != 0,
        told & _DISCUSSED != 0,
    )
    return {
        f"{name} did sizes": np.array([len(each) for each in did], np.int64),
        f"{name} did": np.stack(columns, axis=1),
    }


def restored(kept: Mapping[str, npt.NDArray[Any]], name: str) -> Iterator[dict[int, int] | None]:
    """The same back; None for a visitor who did nothing."""
    numbers, reading_ms, seconds, shared, discussed = kept[f"{name} did"].T
    told = reading_ms << _READING_MS | discussed * _DISCUSSED | shared * _SHARED | seconds
    rows = zip(numbers.tolist(), told.tolist(), strict=True)
    for size in kept[f"{name} did sizes"].tolist():
        yield dict(islice(rows, size)) or None
