"""What is known of a story that may be read next after another: the columns that a ranker weighs."""

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Floats
from kawaraban.audience.fold import HALF_LIVES
from kawaraban.audience.pairs import HALF_LIVES as PAIRS_HALF_LIVES
from kawaraban.audience.pairs import Together
from kawaraban.recommendations.moments import Moment

_SHARES = (1, 2, 3, 4, 5)  # half-lives of readings, 5 minutes to a day
_ARRIVALS = (1, 2, 3, 4)
_OLD = 10_000.0  # hours: older stories are alike
NAMES = (
    "estimate", "of the best", "place",
    *(f"read, {HALF_LIVES[at]:.0f} s" for at in _SHARES),
    *(f"arrived at, {HALF_LIVES[at]:.0f} s" for at in _ARRIVALS),
    *(f"read after, {half_life:.0f} s" for half_life in PAIRS_HALF_LIVES),
    *(f"read before, {half_life:.0f} s" for half_life in PAIRS_HALF_LIVES),
    "readers both ways", "age", "same section", "gone on, 1 h", "gone on, 48 h",
    "age of the page", "popularity of the page", "all readings", "arrived of read", "now of the hour",
)  # fmt: skip


def of_candidates(
    at: Moment, page: int, row: Together, estimated: Floats, candidates: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """(candidates, NAMES). `candidates` are numbers, best estimate first."""
    place = np.full(len(at.published), len(row.others), np.int64)  # behind the row there is nothing
    place[row.others] = np.arange(len(row.others))
    where = place[candidates]
    nothing = np.zeros((len(row.forward), 1))
    forward = np.concatenate((row.forward, nothing), axis=1)[:, where]
    backward = np.concatenate((row.backward, nothing), axis=1)[:, where]
    gone, come = row.forward.sum(axis=1), row.backward.sum(axis=1)
    estimate = estimated[candidates]
    readings, arrivals = at.readings.sum(axis=1), at.arrivals.sum(axis=1)
    one = np.ones(len(candidates))
    return np.stack(
        (
            np.log(estimate + 1e-9),
            estimate / estimate.max(initial=1e-9),
            np.arange(len(candidates)),
            *(at.readings[k, candidates] / (readings[k] + 1.0) for k in _SHARES),
            *(at.arrivals[k, candidates] / (arrivals[k] + 1.0) for k in _ARRIVALS),
            *(forward[k] / (gone[k] + 1.0) for k in range(len(gone))),
            *(backward[k] / (come[k] + 1.0) for k in range(len(come))),
            np.append(row.several, False)[where],
            np.minimum((at.now - at.published[candidates]) / 3600.0, _OLD),
            at.section[candidates] == at.section[page],
            one * np.log1p(gone[2]),
            one * np.log1p(gone[4]),
            one * min((at.now - at.published[page]) / 3600.0, _OLD),
            one * at.readings[2, page] / (readings[2] + 1.0),
            one * np.log1p(readings[3]),
            at.arrivals[3, candidates] / (at.readings[3, candidates] + 1.0),
            at.readings[1, candidates] / (at.readings[3, candidates] + 1.0),
        ),
        axis=1,
    ).astype(np.float32)
