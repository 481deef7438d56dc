"""What is the same for every page at one moment: counts as of now, and which stories may be shown."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Floats
from kawaraban.audience.fold import HALF_LIVES, Fold
from kawaraban.recommendations.facts import Facts

_LIVE = 0.5  # of the readings that halve each day: read in about 24 hours
_DAY = HALF_LIVES.index(86_400.0)

Popular = tuple[tuple[float, float], ...]  # half-lives of readings, and their shares


class Moment(NamedTuple):
    """Columns are stories by the fold's numbers."""

    now: float
    readings: Floats  # (half-lives, stories), decayed
    arrivals: Floats
    live: npt.NDArray[np.int64]  # numbers of stories that may be shown
    section: npt.NDArray[np.int32]
    published: Floats  # seconds since 1970

    def popularity(self, popular: Popular) -> Floats:
        """The chance of each story to be read, whatever the page."""
        base = np.zeros(self.readings.shape[1])
        for half_life, share in popular:
            counted = self.readings[HALF_LIVES.index(half_life)]
            base += share * counted / max(float(counted.sum()), 1e-9)
        return base

    def best(self, chances: Floats, without: Sequence[int], most: int) -> npt.NDArray[np.int64]:
        """The numbers of so many live stories, likeliest first."""
        among, wanted = self.live, most + len(without)
        if len(among) > wanted:
            among = np.sort(among[np.argpartition(-chances[among], wanted - 1)[:wanted]])
        order = among[np.argsort(-chances[among], kind="stable")]
        for number in without:
            order = order[order != number]
        return order[:most]


def moment(fold: Fold, facts: Facts, now: float) -> Moment:
    facts.reach(fold.stories)
    room = len(fold.stories)
    readings = fold.readings.counts(now, slice(0, room))
    return Moment(
        now=now,
        readings=readings,
        arrivals=fold.arrivals.counts(now, slice(0, room)),
        live=np.flatnonzero((readings[_DAY] >= _LIVE) & facts.shown[:room]),
        section=facts.section[:room],
        published=facts.published[:room],
    )
