"""The arithmetic behind rankings. Pure: numbers in, numbers out."""

import math

_MOST_TERMS = 10_000  # of a sum whose terms shrink


def surprise(seen: float, usual: float, *, known_from: float = math.inf) -> float:
    """How surprising it is to see at least `seen` where `usual` is expected: -log10 of the chance.

    The upper tail of a Poisson distribution, as in Kleinberg, "Bursty and Hierarchical Structure in
    Streams" (2002) and its many successors for trends: raw growth favours what is rare, this doesn't.
    Where what is usual is itself known from so many readings only, its gamma distribution of that
    shape is taken into account, which makes the tail that of a negative binomial distribution.
    """
    count = math.floor(seen)
    if count <= 0 or usual <= 0:
        return 0.0 if count <= 0 else math.inf
    if count <= usual:
        return 0.0
    # The tail's first term in logarithms, and the series that follows it, in parts of the first.
    if math.isinf(known_from):
        first = count * math.log(usual) - usual - math.lgamma(count + 1)
    else:
        odds = usual / known_from
        first = (
            math.lgamma(count + known_from)
            - math.lgamma(count + 1)
            - math.lgamma(known_from)
            - known_from * math.log1p(odds)
            + count * (math.log(odds) - math.log1p(odds))
        )
    total = term = 1.0
    for k in range(count, count + _MOST_TERMS):
        step = usual if math.isinf(known_from) else (k + known_from) * odds / (1 + odds)
        term *= step / (k + 1)
        total += term
        if term < total * 1e-12:
            break
    return max(0.0, -(first + math.log(total)) / math.log(10))
