"""The arithmetic behind rankings. Pure: numbers in, numbers out."""

import math

# Beyond this many the sum below would be long and the normal tail is exact enough.
_MANY = 1000


def surprise(seen: float, usual: float) -> float:
    """How surprising it is to see at least `seen` where `usual` is expected: -log10 of the chance.

    The upper tail of a Poisson distribution, as in Kleinberg, "Bursty and Hierarchical Structure in
    Streams" (2002) and its many successors for trends: raw growth favours what is rare, this doesn't.
    """
    count = math.floor(seen)
    if count <= 0 or usual <= 0:
        return 0.0 if count <= 0 else math.inf
    if count <= usual:
        return 0.0
    # The tail's first term in logarithms, and the series that follows it, each term usual/k of the last.
    first = count * math.log(usual) - usual - math.lgamma(count + 1)
    ratio, total, term = 0.0, 1.0, 1.0
    for k in range(count + 1, count + _MANY):
        ratio = usual / k
        term *= ratio
        total += term
        if term < total * 1e-12:
            break
    return max(0.0, -(first + math.log(total)) / math.log(10))
