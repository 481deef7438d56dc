"""The usual level: what part of all readings falls on a topic (or a story) as a rule, at this hour.

The level of the whole house is measured, now; what is learned is each topic's part in it. So a busy
Monday raises nothing, and a topic that is read every Sunday afternoon is no surprise on a Sunday
afternoon. A part is learned twice: slowly (half after two days), and as a factor of each hour of the
week, by which its part was then more or less than the slow one.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)

WEEK, DAY = 168, 24  # hours
_HALF_LIFE = 48.0  # hours
# As many readings of the slow part weigh against those of an hour of the week.
SLOW_WEIGHS = 15.0
# However much was read: rates of topics wander by some 15 % from hour to hour all the same.
NO_SURER_THAN = 40.0


class Part(NamedTuple):
    """A key's part of all readings, 0..1; `readings` is what is known of it, in readings."""

    share: float
    readings: float


@dataclass(frozen=True)
class _Hour(Generic[Key]):
    counts: Mapping[Key, int]
    everything: int
    slow: Mapping[Key, float]  # the parts that were usual when it began


class Usual(Generic[Key]):
    """Learns from whole hours, in their order. The same hours give the same, whoever counted them."""

    def __init__(self) -> None:
        self.learned = 0  # the last hour (since 1970) that was learned
        self.hours = 0  # how many were
        self._read: dict[Key, float] = {}
        self._all = 0.0
        self._by_hour: dict[int, _Hour[Key]] = {}

    def learn(self, hour: int, counts: Mapping[Key, int], everything: int) -> None:
        """Takes in an hour: readings by key, and of all stories whether they have a key or not."""
        before = {key: count / self._all for key, count in self._read.items()} if self._all else {}
        self._by_hour[hour] = _Hour(dict(counts), everything, before)
        self._by_hour.pop(hour - WEEK - 2, None)
        faded = 0.5 ** ((hour - self.learned) / _HALF_LIFE) if self.learned else 0.0
        self._read = {key: left for key, count in self._read.items() if (left := count * faded) > 0.01}
        for key, count in counts.items():
            self._read[key] = self._read.get(key, 0.0) + count
        self._all = self._all * faded + everything
        self.hours += 1
        self.learned = hour

    def part(self, key: Key, at: float) -> Part:
        """What the key's part is at this time (seconds since 1970) as a rule.

        Before the half hour the hour before has its say too, after it the next one: of two factors
        the greater counts, for what comes every week begins at no full hour.
        """
        if not self._all:
            return Part(0.0, 0.0)
        hour, second = divmod(int(at), 3600)
        read = self._read.get(key, 0.0)
        beside = hour - 1 if second < 1800 else hour + 1
        factor = max(self._factor(key, hour), self._factor(key, beside))
        return Part(min(read / self._all * factor, 0.9), min(read, NO_SURER_THAN))

    def _factor(self, key: Key, hour: int) -> float:
        like = self._like(hour)
        if like is None:
            return 1.0
        return (like.counts.get(key, 0) + SLOW_WEIGHS) / (
            like.slow.get(key, 0.0) * like.everything + SLOW_WEIGHS
        )

    def level(self, hour: int) -> int | None:
        """All readings of such an hour; None where none like it was learned."""
        like = self._like(hour)
        return like.everything if like else None

    def _like(self, hour: int) -> "_Hour[Key] | None":
        """This hour a week ago; in the first week, a day ago."""
        return self._by_hour.get(hour - WEEK) or self._by_hour.get(hour - DAY)
