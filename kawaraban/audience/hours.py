"""Plain counts by the hour, or by the minute, for as many of them as asked."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Numbers

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
_GROWTH = 1.5


class Hours:
    """How much was counted of each numbered thing in the past `span` clock hours, the present one too."""

    _LENGTH_MS: ClassVar[int] = HOUR_MS

    def __init__(self, span: int) -> None:
        self._span = span
        self._hour = 0  # the present one, in hours since 1970
        self._counts = np.zeros((span, 1024), np.int32)  # by hour modulo span

    def begin(self, hour: int) -> None:
        """Makes this the present hour; what is older than the span is forgotten."""
        for gone in range(max(self._hour, hour - self._span) + 1, hour + 1):
            self._counts[gone % self._span] = 0
        self._hour = max(self._hour, hour)

    def began_ms(self) -> int:
        """When the present hour began."""
        return self._hour * self._LENGTH_MS

    def add(self, cells: Numbers, amounts: Numbers | int = 1) -> None:
        """Adds to the cells in the present hour."""
        if len(cells):
            self.reserve(int(cells.max()) + 1)
            np.add.at(self._counts[self._hour % self._span], cells, np.int32(1) * amounts)

    def totals(self, now: float, hours: int | None = None) -> npt.NDArray[np.int64]:
        """The counts of the past hours (all, or as many as asked) at `now` (seconds), by cell."""
        first = int(now * 1000) // self._LENGTH_MS - (hours or self._span) + 1
        wanted = [
            hour % self._span for hour in range(max(first, self._hour - self._span + 1), self._hour + 1)
        ]
        totals: npt.NDArray[np.int64] = self._counts[wanted].sum(axis=0, dtype=np.int64)
        return totals

    def of(self, hour: int) -> npt.NDArray[np.int32]:
        """The counts of one clock hour (since 1970), by cell; nothing where it is forgotten or to come."""
        if self._hour - self._span < hour <= self._hour:
            counts: npt.NDArray[np.int32] = self._counts[hour % self._span]
            return counts
        return np.zeros(0, np.int32)

    def clear(self, cells: Any) -> None:
        """Nothing was counted of these."""
        self._counts[:, cells] = 0

    def kept(self) -> dict[str, npt.NDArray[Any]]:
        return {"hour": np.array(self._hour), "counts": self._counts}

    def restore(self, kept: dict[str, npt.NDArray[Any]]) -> None:
        self._hour, self._counts = int(kept["hour"]), kept["counts"].copy()

    def reserve(self, cells: int) -> None:
        """Has room for so many cells."""
        there = self._counts.shape[1]
        if cells > there:
            more = np.zeros((self._span, max(cells, int(there * _GROWTH)) - there), np.int32)
            self._counts = np.concatenate((self._counts, more), axis=1)


class Minutes(Hours):
    """The same by clock minutes; what is added says itself when it happened."""

    _LENGTH_MS = MINUTE_MS

    def add_at(self, cells: Numbers, at_ms: Numbers) -> None:
        """Adds one to each cell in its own minute (milliseconds since 1970), if that isn't forgotten."""
        if not len(cells):
            return
        minutes = at_ms // MINUTE_MS
        self.begin(int(minutes.max()))
        self.reserve(int(cells.max()) + 1)
        kept = minutes > self._hour - self._span
        np.add.at(self._counts, (minutes[kept] % self._span, cells[kept]), 1)
