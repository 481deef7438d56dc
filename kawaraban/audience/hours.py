"""Plain counts by the hour, for as many hours as asked, with their running totals."""

from collections import Counter

HOUR_MS = 3_600_000


class Hours:
    """How often each key was counted in the past `span` hours (clock hours, the present one too)."""

    def __init__(self, span: int) -> None:
        self._span = span
        self._hours: dict[int, dict[int, int]] = {}
        self._totals: dict[int, int] = {}
        self._newest = 0

    def add(self, key: int, at_ms: int) -> None:
        hour = at_ms // HOUR_MS
        counted = self._hours.get(hour)
        if counted is None:
            counted = self._hours[hour] = {}
            self._newest = max(hour, self._newest)
            self._forget(self._newest - self._span)
        counted[key] = counted.get(key, 0) + 1
        self._totals[key] = self._totals.get(key, 0) + 1

    def totals(self, now: float) -> dict[int, int]:
        """The counts of the past hours at `now` (seconds), also when nothing happened since."""
        oldest = int(now * 1000) // HOUR_MS - self._span
        gone = [counted for hour, counted in self._hours.items() if hour <= oldest]
        if not gone:
            return self._totals
        left = Counter(self._totals)
        for counted in gone:
            left.subtract(counted)
        return {key: count for key, count in left.items() if count > 0}

    def __contains__(self, key: int) -> bool:
        return key in self._totals

    def _forget(self, up_to: int) -> None:
        for hour in [one for one in self._hours if one <= up_to]:
            for key, count in self._hours.pop(hour).items():
                left = self._totals.get(key, 0) - count
                if left > 0:
                    self._totals[key] = left
                else:
                    self._totals.pop(key, None)
