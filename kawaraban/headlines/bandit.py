"""The statistics of a headline test: what is believed of each wording, and how often it is to be shown.

Plain arithmetic; the clock, chance and tables are the callers'. All rates are clicks per showing.

The model is Gamma-Poisson, which at rates of a few per cent is Beta-Bernoulli (Chapelle and Li, "An
Empirical Evaluation of Thompson Sampling", NIPS 2011) with simpler arithmetic. Its prior is empirical
Bayes (Efron and Morris, "Stein's Estimation Rule and Its Competitors", JASA 1973): wordings of one
story scatter around that story's own rate, SCATTER of it, and so far apart as pooled past tests did.

Shares come in batches, from the chance that a wording is better than the one that leads, raised to a
power that grows as the showings run out: exploring pays only as long as somebody is left to profit
(the finite horizon of Lai, "Adaptive Treatment Allocation and the Multi-Armed Bandit Problem", Annals
of Statistics 1987). Plain Thompson sampling, whose power is 1, explores to the end: on replayed tests
of some 190 clicks it gains less than showing all alike for a fifth of the time and then the best.
`kawaraban headlines replay` has the figures, docs/headline-tests.md the method.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

SCATTER = 0.16  # standard deviation of the wordings' rates, as a part of their mean
USUAL_RATE = 0.0134  # clicks per showing, where a publication knows none of its own
_USUAL_WEIGHS = 200.0  # showings: how soon a story's own rate outweighs the usual one
ALL_ALIKE = 1 / 15  # of the showings that a test will have: so long no wording is preferred
POWER, HASTE = 5.0, 0.7  # of the chance, and how fast it grows as the showings run out
CERTAIN = 0.95  # that a wording is the best: the test is over
NOT_WORTH_IT = 0.01  # of the leader's rate: what another could still add, 19 times in 20
_DRAWS = 2000


@dataclass(frozen=True)
class Count:
    """What readers did with one wording."""

    showings: int = 0
    clicks: int = 0


@dataclass(frozen=True)
class Belief:
    """A Gamma distribution of a wording's rate: `shape` clicks in `weight` showings."""

    shape: float
    weight: float

    @property
    def mean(self) -> float:
        return self.shape / self.weight

    @property
    def variance(self) -> float:
        return self.shape / self.weight**2


def beliefs(counts: Sequence[Count], usual_rate: float = USUAL_RATE) -> list[Belief]:
    """What is believed of each wording after these counts."""
    showings, clicks = sum(one.showings for one in counts), sum(one.clicks for one in counts)
    rate = (clicks + usual_rate * _USUAL_WEIGHS) / (showings + _USUAL_WEIGHS)
    shape = 1 / SCATTER**2
    return [Belief(shape + one.clicks, shape / rate + one.showings) for one in counts]


def shares(counts: Sequence[Count], left: float, usual_rate: float = USUAL_RATE) -> list[float]:
    """The part of the next batch of showings that each wording is to have; they sum to 1.

    `left` is the part of all the test's showings that is still to come, this batch included: 1 at the
    beginning, towards 0 at the end.
    """
    if left > 1 - ALL_ALIKE:
        return [1 / len(counts)] * len(counts)
    believed = beliefs(counts, usual_rate)
    leader = max(believed, key=lambda one: one.mean)
    power = POWER / max(left, 1e-3) ** HASTE
    weights = [_chance_to_be_better(one, leader) ** power for one in believed]
    whole = sum(weights)
    return [weight / whole for weight in weights]


def _chance_to_be_better(one: Belief, leader: Belief) -> float:
    """Twice the chance, by the normal approximation, that `one` is better: 1 for the leader itself."""
    if one is leader:
        return 1.0
    apart = (leader.mean - one.mean) / math.sqrt(one.variance + leader.variance)
    return math.erfc(apart / math.sqrt(2))


@dataclass(frozen=True)
class Standing:
    """How a test stands. Certainties sum to 1; `still_to_gain` is a part of the leader's rate."""

    leader: int
    certainties: tuple[float, ...]  # that each wording is the best
    still_to_gain: float  # what the best may have over the leader, exceeded once in 20 times

    @property
    def certainty(self) -> float:
        return self.certainties[self.leader]


def standing(counts: Sequence[Count], usual_rate: float = USUAL_RATE, seed: int = 0) -> Standing:
    """How the test stands after these counts, by drawing from the beliefs. Same seed, same answer.

    The value that remains in a test is Scott's ("Multi-armed bandit experiments in the online service
    economy", Applied Stochastic Models in Business and Industry 2015).
    """
    believed = beliefs(counts, usual_rate)
    leader = max(range(len(believed)), key=lambda one: believed[one].mean)
    chance = random.Random(seed)  # noqa: S311 - no secret hangs on it
    best = [0] * len(believed)
    over = []
    for _ in range(_DRAWS):
        drawn = [chance.gammavariate(one.shape, 1 / one.weight) for one in believed]
        first = max(range(len(drawn)), key=drawn.__getitem__)
        best[first] += 1
        over.append((drawn[first] - drawn[leader]) / drawn[leader])
    over.sort()
    return Standing(leader, tuple(one / _DRAWS for one in best), over[int(0.95 * _DRAWS)])


def is_decided(stands: Standing) -> bool:
    """Whether more showings would be wasted: one is the best with CERTAIN, or none adds what counts."""
    return stands.certainty >= CERTAIN or stands.still_to_gain < NOT_WORTH_IT


def cost(counts: Sequence[Count], leader: int, usual_rate: float = USUAL_RATE) -> float:
    """Clicks that readers would have made besides, had all been shown the leader: what the test cost."""
    believed = beliefs(counts, usual_rate)
    best = believed[leader].mean
    return sum(
        one.showings * max(best - belief.mean, 0.0) for one, belief in zip(counts, believed, strict=True)
    )
