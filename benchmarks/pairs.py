"""Two figures taken by turns, so that a noisy machine disturbs both alike; and their ratio."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.rig import Rig
from benchmarks.servers import worked_with_all


@dataclass(frozen=True)
class Side:
    """One of two to compare: pages/s in so many seconds, and the servers that work for it."""

    measure: Callable[[int], float]
    servers: tuple[int, ...] = ()  # process numbers; those they have begun count, too


@dataclass(frozen=True)
class Reached:
    """Pages a second by the clock, and of the time that the servers were at work on their core."""

    by_clock: float
    by_core: float = float("nan")


@dataclass(frozen=True)
class Pairs:
    """(ours, the peer's) of each round."""

    rounds: Sequence[tuple[Reached, Reached]]

    @property
    def ratios(self) -> list[float]:
        return [ours.by_clock / theirs.by_clock for ours, theirs in self.rounds]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def spread(self) -> tuple[float, float]:
        return min(self.ratios), max(self.ratios)

    @property
    def ratio_by_core(self) -> float:
        """The same of the servers' own time: what the ratio would be if nobody else used the core."""
        return statistics.median(ours.by_core / theirs.by_core for ours, theirs in self.rounds)

    @property
    def ours(self) -> float:
        return statistics.median(ours.by_clock for ours, _ in self.rounds)

    @property
    def theirs(self) -> float:
        return statistics.median(theirs.by_clock for _, theirs in self.rounds)


def in_pairs(rig: Rig, what: str, ours: Side, theirs: Side) -> Pairs:
    """Both are measured in each round; who begins alternates. A short round, not counted, warms up."""
    found = []
    for number in range(rig.rounds + 1):
        rig.say(f"{what}, round {number} of {rig.rounds}" if number else f"{what}, warming up")
        order = (ours, theirs) if number % 2 else (theirs, ours)
        reached = {side.measure: reached_by(side, rig.seconds if number else 1) for side in order}
        if number:
            found.append((reached[ours.measure], reached[theirs.measure]))
    return Pairs(found)


def reached_by(side: Side, seconds: int) -> Reached:
    before = sum(worked_with_all(server) for server in side.servers)
    pages = side.measure(seconds)
    at_work = sum(worked_with_all(server) for server in side.servers) - before
    return Reached(pages, pages * seconds / max(at_work, 0.01))
