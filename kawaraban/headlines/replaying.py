"""Past tests played again under several ways to share out their showings.

The rates of a past test's wordings are its observed rates shrunk towards the test's own (as far as
chance explains their scatter); its showings come again, in BATCHES, shared out by each method in turn.
What a method gains is counted in expected clicks, so only its choices are left to chance.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kawaraban.headlines import bandit
from kawaraban.headlines.bandit import Count

BATCHES = 60
SCATTER_SEEN = 0.19  # of the rates of a test's wordings, in the pooled tests of an archive
_THOMPSON_DRAWS = 20  # in a batch, each for as many of its showings


@dataclass(frozen=True)
class Past:
    """A past test as it is played again: the rates of its wordings, and all its showings."""

    rates: tuple[float, ...]
    showings: int

    @property
    def even(self) -> float:
        """Clicks if all wordings are shown alike."""
        return self.showings * sum(self.rates) / len(self.rates)

    @property
    def best(self) -> int:
        return max(range(len(self.rates)), key=self.rates.__getitem__)


def past(counts: Sequence[Count]) -> Past | None:
    """The test to play again; None for one that tells nothing: of one wording, or without a click."""
    showings, clicks = sum(one.showings for one in counts), sum(one.clicks for one in counts)
    if len(counts) < 2 or not clicks:
        return None
    rate = clicks / showings
    weight = 1 / (SCATTER_SEEN**2 * rate)
    return Past(tuple((one.clicks + rate * weight) / (one.showings + weight) for one in counts), showings)


@dataclass(frozen=True)
class Asked:
    """What a method shares out by: counts so far, and the part of the showings still to come."""

    counts: Sequence[Count]
    left: float
    chance: random.Random


Method = Callable[[Asked], Sequence[float]]


def evenly(asked: Asked) -> Sequence[float]:
    return [1 / len(asked.counts)] * len(asked.counts)


def first_test(part: float) -> Method:
    """All alike for this part of the showings, then the one with the best rate for the rest."""

    def shared(asked: Asked) -> Sequence[float]:
        if asked.left > 1 - part:
            return evenly(asked)
        rates = [one.clicks / max(one.showings, 1) for one in asked.counts]
        return [float(one == rates.index(max(rates))) for one in range(len(rates))]

    return shared


def thompson(power: float) -> Method:
    """Shares by the chance to be the best, to this power (2 is greedier), from our own beliefs."""

    def shared(asked: Asked) -> Sequence[float]:
        believed = bandit.beliefs(asked.counts)
        best = [0] * len(believed)
        for _ in range(_THOMPSON_DRAWS):
            drawn = [asked.chance.gammavariate(one.shape, 1 / one.weight) for one in believed]
            best[drawn.index(max(drawn))] += 1
        weights = [one**power for one in best]
        return [one / sum(weights) for one in weights]

    return shared


def ours(asked: Asked) -> Sequence[float]:
    return bandit.shares(asked.counts, asked.left)


METHODS: dict[str, Method] = {
    "shown alike": evenly,
    "half of it a test, then the best": first_test(0.5),
    "a fifth of it a test, then the best": first_test(0.2),
    "Thompson": thompson(1),
    "Thompson, squared": thompson(2),
    "Kawaraban": ours,
}


@dataclass(frozen=True)
class Gain:
    """What a method made of all tests, beside showing alike; and how often it ended with the best."""

    clicks: float  # more, as a part
    found: float


def play(tests: Sequence[Past], method: Method, seed: int, played: Callable[[], None]) -> Gain:
    """One run over all tests. The same seed gives the same run; `played` is called after each test."""
    chance = random.Random(seed)  # noqa: S311 - no secret hangs on it
    clicks, found = 0.0, 0
    for test in tests:
        of_test, leader = _played(test, method, chance)
        clicks += of_test
        found += leader == test.best
        played()
    return Gain(clicks / sum(one.even for one in tests) - 1, found / len(tests))


def oracle(tests: Sequence[Past]) -> Gain:
    """What who knew the best wording of each test from the beginning would gain."""
    return Gain(sum(t.showings * t.rates[t.best] for t in tests) / sum(t.even for t in tests) - 1, 1.0)


def _played(test: Past, method: Method, chance: random.Random) -> tuple[float, int]:
    showings, clicks = [0] * len(test.rates), [0] * len(test.rates)
    batch = test.showings / BATCHES
    for number in range(BATCHES):
        counts = [Count(*one) for one in zip(showings, clicks, strict=True)]
        asked = Asked(counts, 1 - number / BATCHES, chance)
        for wording, share in enumerate(method(asked)):
            given = share * batch
            whole = int(given) + (chance.random() < given % 1)
            showings[wording] += whole
            clicks[wording] += _clicks(whole, test.rates[wording], chance)
    counts = [Count(*one) for one in zip(showings, clicks, strict=True)]
    means = [one.mean for one in bandit.beliefs(counts)]
    return sum(n * rate for n, rate in zip(showings, test.rates, strict=True)), means.index(max(means))


def _clicks(showings: int, rate: float, chance: random.Random) -> int:
    """How many of so many showings are clicked, leaping from one click to the next."""
    if rate <= 0:
        return 0
    clicks, at = 0, 0
    leap = math.log1p(-min(rate, 0.999999))
    while True:
        at += 1 + int(math.log(1 - chance.random()) / leap)
        if at > showings:
            return clicks
        clicks += 1
