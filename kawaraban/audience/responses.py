"""What readers did with what they read: how long they stayed with it, passed it on, opened its discussion.

A visitor counts once per story and window, as their reading does, which is what says when the window
began. However long somebody stays, they add no more than LONGEST seconds.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kawaraban.audience.hours import Hours

LONGEST = 900  # seconds that one visitor can add to one story in a window: seven thousand characters
KINDS = frozenset({"engaged", "share", "discussion"})


class Did(NamedTuple):
    """What a visitor did with one reading of a story, which is known by when it was counted."""

    reading_ms: int
    seconds: int = 0
    shared: bool = False
    discussed: bool = False


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

    def take(self, kind: str, number: int, seconds: int, reading_ms: int, did: dict[int, Did]) -> None:
        """Takes in one of KINDS. `did` is what the visitor did with this and other stories so far.

        Raises TypeError for seconds that are none; whoever calls counts them before the hour ends.
        """
        before = did.get(number)
        if before is None or before.reading_ms != reading_ms:
            before = Did(reading_ms)
        if kind == "engaged":
            if seconds.__class__ is not int or seconds < 1:
                raise TypeError("engaged for no seconds")
            more = min(seconds, LONGEST - before.seconds)
            if more:
                self._waits["seconds"].append(number)
                self._waiting_seconds.append(more)
            if not before.seconds:
                self._waits["stayed"].append(number)
            did[number] = before._replace(seconds=before.seconds + more)
        elif kind == "share" and not before.shared:
            self._waits["shared"].append(number)
            did[number] = before._replace(shared=True)
        elif kind == "discussion" and not before.discussed:
            self._waits["discussed"].append(number)
            did[number] = before._replace(discussed=True)

    def count(self) -> None:
        """Adds what waits to the counts."""
        for name, hours in self.counts.items():
            if waiting := self._waits[name]:
                amounts = np.array(self._waiting_seconds) if name == "seconds" else 1
                hours.add(np.array(waiting), amounts)
                waiting.clear()
        self._waiting_seconds.clear()


def kept(did: Sequence[Mapping[int, Did]], name: str) -> dict[str, npt.NDArray[Any]]:
    """What some visitors did, a mapping for each, for a snapshot."""
    rows = [(number, *one) for each in did for number, one in each.items()]
    return {
        f"{name} did sizes": np.array([len(each) for each in did], np.int64),
        f"{name} did": np.array(rows, np.int64).reshape(-1, 1 + len(Did._fields)),
    }


def restored(kept: Mapping[str, npt.NDArray[Any]], name: str) -> Iterator[dict[int, Did] | None]:
    """The same back; None for a visitor who did nothing."""
    rows = iter(kept[f"{name} did"].tolist())
    for size in kept[f"{name} did sizes"].tolist():
        each = islice(rows, size)
        yield {row[0]: Did(row[1], row[2], bool(row[3]), bool(row[4])) for row in each} or None
