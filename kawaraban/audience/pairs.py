"""Which stories the same visitors read, one after another, in counts that decay.

A visitor who reads A and then B adds 1 to the way from A to B, divided by how many stories lie
between. Both ways of two stories are kept apart: what is read after this one says more than what was
read before it. Stories are numbered by the fold (see `numbered.py`); so are pairs, for arrays.
"""

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Decays, Floats, Numbers

HALF_LIVES = (300.0, 900.0, 3_600.0, 6 * 3_600.0, 48 * 3_600.0)  # seconds
LONGEST_ROW = 400  # looked at every hour
_TRIMMED_TO = 300
_FADED = 0.1  # a pair whose slowest count is below this is forgotten
_NONE = -1


class Together(NamedTuple):
    """A story's row: the others by number, and for each half-life what was counted on the way to them
    and on the way from them. `several`: whether more than one visitor read both."""

    others: npt.NDArray[np.int64]
    forward: Floats  # (half-lives, others)
    backward: Floats
    several: npt.NDArray[np.bool_]


class Pairs:
    """Rows of stories read together."""

    def __init__(self) -> None:
        # Dicts of plain numbers, so that the garbage collector does not follow millions of pairs.
        self.rows: defaultdict[int, dict[int, int]] = defaultdict(dict)
        self._counts = Decays(HALF_LIVES, compact=True)  # of each pair both ways: 2p up, 2p + 1 down
        self._ends = np.full((2, 1024), _NONE, np.int32)  # each pair's stories, the smaller number first
        # One byte of the first visitor: enough to tell another from him, and to identify nobody.
        self._mark = np.zeros(1024, np.uint8)
        self._several = np.zeros(1024, np.bool_)
        self._free: list[int] = []
        self._next = 0
        self._waits: list[int] = []  # four of each new pair: its number, one, other, visitor

    def __len__(self) -> int:
        return self._next - len(self._free)

    def new(self, one: int, other: int, visitor: int) -> int:
        """The number of a pair that was not there. `visitor` is one byte of whoever read both.

        Nothing else may be asked of it before `add`.
        """
        if self._free:
            pair = self._free.pop()
        else:
            pair = self._next
            self._next += 1
        self.rows[one][other] = self.rows[other][one] = pair
        self._waits += (pair, one, other, visitor)
        return pair

    def add(self, ways: Numbers, t: Floats, shares: Floats, visitors: Numbers) -> None:
        """Adds to the ways (2 * pair, + 1 from the greater number to the smaller) what happened at `t`."""
        self._begin_new()
        self._counts.add(ways, t, shares)
        pairs = ways >> 1
        self._several[pairs[self._mark[pairs] != visitors]] = True

    def ends(self, ways: Numbers) -> Numbers:
        """The stories at both ends of these ways, (2, ways)."""
        return self._ends[:, ways >> 1]

    def row(self, story: int, now: float) -> Together:
        """What was read together with the story, counts as of `now`."""
        row = self.rows.get(story, {})
        others = np.fromiter(row.keys(), np.int64, len(row))
        pairs = np.fromiter(row.values(), np.int64, len(row))
        # A row read from a snapshot has another order than the one that grew.
        in_order = np.argsort(pairs)
        others, pairs = others[in_order], pairs[in_order]
        self._counts.reserve(2 * self._next)
        up = 2 * pairs + (others < story)
        return Together(
            others, self._counts.counts(now, up), self._counts.counts(now, up ^ 1), self._several[pairs]
        )

    def pair(self, one: int, other: int) -> int | None:
        return self.rows[one].get(other) if one in self.rows else None

    def begin_hour(self, t: float) -> None:
        """Lets the past fade and forgets what has faded, and what lies far down a long row."""
        self._counts.move(t)
        self._counts.reserve(2 * self._next)
        slowest = self._counts.counts(t, slice(0, 2 * self._next))[-1]
        both = slowest[0::2] + slowest[1::2]
        self._drop(np.flatnonzero((both < _FADED) & (self._ends[0, : self._next] != _NONE)).tolist())
        for story in [story for story, row in self.rows.items() if len(row) > LONGEST_ROW]:
            row = self.rows[story]
            pairs = np.fromiter(row.values(), np.int64, len(row))
            by_weight = np.lexsort((pairs, -both[pairs]))
            self._drop(pairs[by_weight[_TRIMMED_TO:]].tolist())

    def forget(self, story: int) -> None:
        """Drops the story's row and its place in the rows of others."""
        self._drop(list(self.rows.get(story, {}).values()))

    def kept(self) -> dict[str, npt.NDArray[Any]]:
        """All there is to know, for a snapshot."""
        return {
            **self._counts.kept(),
            "ends": self._ends[:, : self._next],
            "mark": self._mark[: self._next],
            "several": self._several[: self._next],
            "free": np.array(self._free, np.int64),
        }

    def restore(self, kept: dict[str, npt.NDArray[Any]]) -> None:
        self._counts.restore(kept)
        self._ends, self._mark = kept["ends"].copy(), kept["mark"].copy()
        self._several, self._free = kept["several"].copy(), kept["free"].tolist()
        self._next = len(self._mark)
        self.rows.clear()
        for pair, (one, other) in enumerate(self._ends.T.tolist()):
            if one != _NONE:
                self.rows[one][other] = self.rows[other][one] = pair

    def _drop(self, pairs: list[int]) -> None:
        rows, ends = self.rows, self._ends[:, pairs]
        for one, other in ends.T.tolist():
            del rows[one][other], rows[other][one]
        for story in np.unique(ends).tolist():
            if not rows[story]:
                del rows[story]
        self._free += pairs
        self._ends[:, pairs] = _NONE
        ways = 2 * np.array(pairs, np.int64)
        self._counts.clear(np.concatenate((ways, ways + 1)))

    def _begin_new(self) -> None:
        pairs, one, other, visitors = np.fromiter(self._waits, np.int64, len(self._waits)).reshape(-1, 4).T
        self._waits.clear()
        if (more := self._next - len(self._mark)) > 0:
            more = max(more, 1024, len(self._mark) // 2)
            self._ends = np.concatenate((self._ends, np.full((2, more), _NONE, np.int32)), axis=1)
            self._mark = np.concatenate((self._mark, np.zeros(more, np.uint8)))
            self._several = np.concatenate((self._several, np.zeros(more, np.bool_)))
        self._ends[:, pairs] = np.minimum(one, other), np.maximum(one, other)
        self._mark[pairs] = visitors
        self._several[pairs] = False
