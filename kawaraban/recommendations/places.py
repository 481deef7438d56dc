"""How much less a place of a rail is looked at than its first one, from the swaps of neighbours.

Over the editions in which two neighbours stand as ever and those in which they are swapped, both places
hold the same stories equally often once both kinds weigh alike; so what one is chosen more than the
other comes of the place alone (the swap interventions of Joachims, Swaminathan and Schnabel, WSDM 2017,
and Wang et al., "Position Bias Estimation for Unbiased Learning to Rank in Personal Search", WSDM 2018;
Agarwal et al., "Estimating Position Bias without Intrusive Interventions", WSDM 2019, has such ratios
chained over neighbours). Until there are clicks enough the usual curve stands in, and always leans on it.
"""

import math

import numpy as np

from kawaraban.audience.decay import Floats
from kawaraban.audience.showings import CELLS, CHOSEN, FIRST, LOWER, SHOWN, UPPER, Showings
from kawaraban.audience.swaps import AFTER_READ, COUNTED, LEARNT

# Without clicks: the second place is looked at 1 / 2^0.5 as often as the first. Web results fall as 1 / k
# (Joachims et al.); five headlines one below the other are seen at a glance.
_STEEPNESS = 0.5
_UNSURE = 0.12  # standard deviation of a ratio's logarithm around that
_LOWEST, _HIGHEST = 0.3, 1.2  # of one place against the one above it


def propensities(showings: Showings) -> Floats:
    """By cell, how often a place is looked at, the first of each rail being 1."""
    found = np.ones(CELLS)
    for rail, places in LEARNT.items():
        first = FIRST[rail]
        for upper in range(first, first + places - 1):
            place = upper - first + 1
            found[upper + 1] = found[upper] * _ratio(showings, upper, place)
    # Nothing is swapped in it; it stands where Recommended stands.
    instead, places = FIRST["recommended"], COUNTED[AFTER_READ]
    found[FIRST[AFTER_READ] : FIRST[AFTER_READ] + places] = found[instead : instead + places]
    return found


def _ratio(showings: Showings, upper: int, place: int) -> float:
    """How often the place below is looked at for each time that this one (`place`, from 1) is."""
    usual = -_STEEPNESS * math.log((place + 1) / place)
    above, of_above = _rates(showings.plain[upper], showings.in_swaps[upper, UPPER])
    below, of_below = _rates(showings.plain[upper + 1], showings.in_swaps[upper, LOWER])
    if not above or not below:
        return math.exp(usual)
    # By the delta method; both are sums of Poisson rates.
    variance = of_above / above**2 + of_below / below**2
    trust = 1 / variance / (1 / variance + 1 / _UNSURE**2)
    ratio = math.exp(trust * math.log(below / above) + (1 - trust) * usual)
    return min(max(ratio, _LOWEST), _HIGHEST)


def _rates(plain: Floats, swapped: Floats) -> tuple[float, float]:
    """The clicks per showing of a place, as ever and swapped added up, and the variance of that.

    Nothing where it was not shown in both.
    """
    if not plain[SHOWN] or not swapped[SHOWN]:
        return 0.0, 0.0
    clicks = plain[CHOSEN] + 0.5, swapped[CHOSEN] + 0.5
    rate = clicks[0] / plain[SHOWN] + clicks[1] / swapped[SHOWN]
    variance = clicks[0] / plain[SHOWN] ** 2 + clicks[1] / swapped[SHOWN] ** 2
    return float(rate), float(variance)
