"""Two figures taken by turns, so that a noisy machine disturbs both alike; and their ratio."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.rig import Rig

Measure = Callable[[int], float]  # seconds -> requests/s


@dataclass(frozen=True)
class Pairs:
    """(ours, the peer's) of each round."""

    rounds: Sequence[tuple[float, float]]

    @property
    def ratios(self) -> list[float]:
        return [ours / theirs for ours, theirs in self.rounds]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def spread(self) -> tuple[float, float]:
        return min(self.ratios), max(self.ratios)

    @property
    def ours(self) -> float:
        return statistics.median(ours for ours, _ in self.rounds)

    @property
    def theirs(self) -> float:
        return statistics.median(theirs for _, theirs in self.rounds)


def in_pairs(rig: Rig, what: str, ours: Measure, theirs: Measure) -> Pairs:
    """Both are measured in each round; who begins alternates. A short round, not counted, warms up."""
    found = []
    for number in range(rig.rounds + 1):
        rig.say(f"{what}, round {number} of {rig.rounds}" if number else f"{what}, warming up")
        order = (ours, theirs) if number % 2 else (theirs, ours)
        reached = {measure: measure(rig.seconds if number else 1) for measure in order}
        if number:
            found.append((reached[ours], reached[theirs]))
    return Pairs(found)
