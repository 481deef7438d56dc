"""Under which half-life a list of the most read foresees best what is read next, by how much is read.

Quick counts follow readers, slow ones are steady; which serves better depends on how many readers
there are, at four in the morning as in a small section. So each is tried: its list is held against
what was most read in the ten minutes that followed.
"""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Floats
from kawaraban.audience.fold import HALF_LIVES, Fold

SHOWN = 10
_MINUTES = 600.0  # seconds between the list and what it is held against
_MEMORY = 400.0  # trials after which one weighs 1/e
_EVIDENCE = 20.0  # trials that what is known of the other levels counts for
_FEWEST = 20  # readings in the minutes after: fewer would only be chance
_HOUR = HALF_LIVES.index(3_600.0)

# Weights of the half-lives: each alone, and neighbours mixed.
WAYS: tuple[tuple[float, ...], ...] = (
    *(tuple(float(at == one) for at in range(len(HALF_LIVES))) for one in range(len(HALF_LIVES))),
    (0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0),
    (0.0, 0.6, 0.4, 0.0, 0.0, 0.0, 0.0),
    (0.0, 0.0, 0.6, 0.4, 0.0, 0.0, 0.0),
)
# What serves before there were any trials, from this level of readings in the hour on: the tenth place
# then has some ten readings that still count.
_START = ((9, HALF_LIVES.index(900.0)), (6, _HOUR), (3, HALF_LIVES.index(4 * 3_600.0)))
_QUIET = HALF_LIVES.index(86_400.0)
_LENGTHS = np.array(HALF_LIVES)


def weighed(counts: Floats, way: int) -> Floats:
    """The worth of each story: its readings a second under the way's half-lives. A column is a story."""
    rates: Floats = (np.array(WAYS[way]) / _LENGTHS) @ counts
    return rates


def longest(way: int) -> float:
    """The half-life (seconds) that a list made this way is said to have."""
    return max(length for length, weight in zip(HALF_LIVES, WAYS[way], strict=True) if weight)


class Foresight:
    """How well each way foresaw, by the level of readings (each twice the one before)."""

    def __init__(self) -> None:
        self._levels: dict[int, Floats] = {}
        self._before: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._made_at = -math.inf
        self._lists: list[tuple[int, npt.NDArray[np.int64], list[npt.NDArray[np.int64]]]] = []

    def due(self, now: float) -> bool:
        """Whether it is time for a round."""
        return not 0 <= now - self._made_at < _MINUTES  # the clock may have been set back

    def round(self, now: float, fold: Fold, sections: Mapping[str, npt.NDArray[np.int64]]) -> None:
        """Learns from the lists made ten minutes ago and makes new ones. `sections` are the numbers of
        each section's stories."""
        totals = fold.of_the_week.totals(now)
        if 0 <= now - self._made_at < 2 * _MINUTES:
            since = totals.copy()
            since[: len(self._before)] -= self._before
            for level, stories, lists in self._lists:
                self._learn(level, np.maximum(since[stories], 0), lists)
        counts = fold.readings.counts(now)
        self._before, self._made_at, self._lists = totals, now, []
        for stories in sections.values():
            if len(stories) > SHOWN:
                among = counts[:, stories]
                lists = [np.argsort(-weighed(among, way), kind="stable")[:SHOWN] for way in range(len(WAYS))]
                self._lists.append((_level(among), stories, lists))

    def choice(self, counts: Floats) -> int:
        """The way for a list of stories that were read so often (decayed, a column is a story)."""
        level = _level(counts)
        gains = np.zeros((2, len(WAYS)))
        start = next((way for least, way in _START if level >= least), _QUIET)
        gains[:, start] = 0.8 * _EVIDENCE, _EVIDENCE
        for known, sums in self._levels.items():
            gains += sums * min(1.0, 0.25 ** abs(known - level))
        return int(np.argmax(gains[0] / (gains[1] + 1.0)))

    def _learn(self, level: int, read: npt.NDArray[np.int64], lists: list[npt.NDArray[np.int64]]) -> None:
        if read.sum() < _FEWEST:
            return
        most = np.sort(read)[::-1][:SHOWN].sum()
        sums = self._levels.setdefault(level, np.zeros((2, len(WAYS))))
        sums *= math.exp(-1.0 / _MEMORY)
        for way, offered in enumerate(lists):
            sums[:, way] += read[offered].sum() / most, 1.0


def _level(counts: Floats) -> int:
    return int(math.log2(1.0 + float(counts[_HOUR].sum())))
