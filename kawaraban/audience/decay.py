"""Forward decay: counts in which the past fades, without ever touching an old value.

Cormode, Shkapenyuk, Srivastava, Xu, "Forward Decay: A Practical Time Decay Model for Streaming
Systems", ICDE 2009. What happens at t adds 2^((t - L) / h), L being a landmark in the past and h the
half-life; the decayed count at any `now` is the sum times 2^(-(now - L) / h). Sums compare without
that factor. The landmark moves on by whole half-lives, so that scaling by a power of two is exact.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Numbers = npt.NDArray[np.integer[Any]]

_NOTHING = 1e-9  # a sum below this is none; it would only become too small to count quickly with
_GROWTH = 1.5


class Decays:
    """Decayed sums of numbered cells under several half-lives (seconds) at once."""

    def __init__(self, half_lives: Sequence[float], *, compact: bool = False) -> None:
        self.half_lives = tuple(half_lives)
        self._lengths = np.array(half_lives)
        self._landmarks = np.full(len(half_lives), np.nan)
        # One row per half-life. Half the memory serves where sums are of a few hundred things.
        self._sums: Floats = np.zeros((len(half_lives), 1024), np.float32 if compact else np.float64)

    def add(self, cells: Numbers, t: Floats, amounts: Floats | None = None) -> None:
        """Adds to the cells what happened at `t` (seconds each). Repeated cells add up, in order.

        `move` has been called for a time not long before: sums would else become too large.
        """
        if not len(cells):
            return
        self.reserve(int(cells.max()) + 1)
        for number, half_life in enumerate(self.half_lives):
            weights = np.exp2((t - self._landmarks[number]) / half_life)
            if amounts is not None:
                weights *= amounts
            np.add.at(self._sums[number], cells, weights.astype(self._sums.dtype, copy=False))

    def counts(self, now: float, cells: Any = slice(None)) -> Floats:
        """The decayed counts at `now`, a row per half-life, of these cells or of all there is room for."""
        return self._sums[:, cells] * self.worth(now)[:, None]

    def worth(self, now: float) -> Floats:
        """What one unit of a sum is worth at `now`, by half-life."""
        return np.where(np.isnan(self._landmarks), 1.0, np.exp2((self._landmarks - now) / self._lengths))

    def move(self, t: float) -> None:
        """Moves the landmarks up to `t`; to be called at moments that the events themselves set."""
        for number, half_life in enumerate(self.half_lives):
            if np.isnan(self._landmarks[number]):
                self._landmarks[number] = t
                continue
            steps = int((t - self._landmarks[number]) // half_life)
            if steps > 0:
                self._landmarks[number] += steps * half_life
                sums = self._sums[number]
                np.ldexp(sums, -min(steps, 1000), out=sums)
                sums[sums < _NOTHING] = 0.0

    def clear(self, cells: Any) -> None:
        """Nothing was counted of these."""
        self._sums[:, cells] = 0.0

    def kept(self) -> dict[str, npt.NDArray[Any]]:
        """All there is to know, for a snapshot."""
        return {"landmarks": self._landmarks, "sums": self._sums}

    def restore(self, kept: dict[str, npt.NDArray[Any]]) -> None:
        self._landmarks, self._sums = kept["landmarks"].copy(), kept["sums"].copy()

    def reserve(self, cells: int) -> None:
        """Has room for so many cells, so that counts can be asked of them."""
        there = self._sums.shape[1]
        if cells > there:
            more = np.zeros(
                (len(self.half_lives), max(cells, int(there * _GROWTH)) - there), self._sums.dtype
            )
            self._sums = np.concatenate((self._sums, more), axis=1)
