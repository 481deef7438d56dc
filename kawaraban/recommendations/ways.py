"""The ways to estimate what is read next, among which the engine chooses by trial."""

import math
from typing import NamedTuple

from kawaraban.audience.decay import Floats
from kawaraban.audience.pairs import Together
from kawaraban.recommendations import coread
from kawaraban.recommendations.moments import Moment, Popular

_MIXTURE: Popular = ((900.0, 0.3), (3_600.0, 0.4), (4 * 3_600.0, 0.3))
_POPULAR: tuple[Popular, ...] = (((300.0, 1.0),), ((900.0, 1.0),), ((3_600.0, 1.0),), _MIXTURE)
# How much a slower count weighs: little where many read, much where few do. Infinite is what is
# popular, whatever the page: no engine may do worse than that.
_BACK_OFFS = (15.0, 50.0, 100.0, 300.0, math.inf)


class Way(NamedTuple):
    """One way to estimate."""

    back_off: float
    popular: Popular


WAYS: tuple[Way, ...] = tuple(Way(back_off, popular) for back_off in _BACK_OFFS for popular in _POPULAR)
# What serves before there were any trials: right for some ten thousand readings a day.
START = WAYS.index(Way(100.0, _MIXTURE))
# How much the stories read before weigh beside the one being read, the latest first.
MIXTURES: tuple[tuple[float, ...], ...] = (
    (1.0,),
    (1.0, 0.2, 0.1, 0.05),
    (1.0, 0.4, 0.2, 0.1),
    (1.0, 0.5, 1 / 3, 0.25),
)


class Estimator:
    """Estimates of one moment; what several ways have in common is computed once."""

    def __init__(self, at: Moment) -> None:
        self.at = at
        self._bases: dict[Popular, Floats] = {}

    def estimates(self, row: Together, way: Way) -> Floats:
        """The chance of each story to be read next, by number."""
        base = self._bases.get(way.popular)
        if base is None:
            base = self._bases[way.popular] = self.at.popularity(way.popular)
        return base if math.isinf(way.back_off) else coread.estimates(row, base, way.back_off)
