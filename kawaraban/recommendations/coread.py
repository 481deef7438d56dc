"""Also read: the chance that a story is read next after this one, from counts of pairs that decay.

Counts at several half-lives, each backed off to the slower, the slowest to what is popular: with c of n
ways going to a story in the past and e the slower estimate, (c + m e) / (n + m), the hierarchical
Dirichlet smoothing of MacKay and Peto, "A hierarchical Dirichlet language model" (1995). The way there
counts whole and the way back half; lift, cosine and BM25 weighting lose much of the hit rate (see
docs/audience.md).
"""

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Floats
from kawaraban.audience.pairs import Together

BACKWARD = 0.5
FEWEST_READERS = 2  # that read both: what one reader did is nobody else's business, and no evidence


def estimates(row: Together, base: Floats, back_off: float) -> Floats:
    """The chance of each story by number. `base` is the chance of each without regard to the page."""
    ways = row.forward + BACKWARD * row.backward
    all_ways = ways.sum(axis=1)
    among, rest = base[row.others], 1.0
    for counted, every in zip(ways[::-1], all_ways[::-1], strict=True):  # the slowest first
        among = (counted + back_off * among) / (every + back_off)
        rest *= back_off / (every + back_off)
    found = base * rest
    found[row.others] = among
    return found


def read_together(row: Together) -> npt.NDArray[np.int64]:
    """The numbers of the stories that enough people read together with this one."""
    return row.others[row.several]
