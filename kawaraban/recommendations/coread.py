"""Also read: what the readers of a story read besides, from counts of pairs that decay."""

from kawaraban.audience.pairs import Pairs

FEWEST_READERS = 2  # that read both: what one reader did is nobody else's business, and no evidence
LONGEST = 30
# How much the steady count speaks where the quick one is thin (a back-off of so many readings).
_BACK_OFF = 5.0


def also_read(pairs: Pairs, story: int, now: float) -> list[tuple[int, float]]:
    """(other story, weight), heaviest first.

    The share of the quick count (an hour's), backed off to the share of the steady one (two days'):
    (fast + m * steady share) / (all fast + m), after the hierarchical back-off of audience research.
    """
    row = [one for one in pairs.row(story, now) if one.visitors >= FEWEST_READERS]
    if not row:
        return []
    fast, slow = sum(one.fast for one in row), sum(one.slow for one in row)
    weighed = [
        (one.story, (one.fast + _BACK_OFF * (one.slow / slow if slow else 0.0)) / (fast + _BACK_OFF))
        for one in row
    ]
    weighed.sort(key=lambda one: (-one[1], -one[0]))
    return [(other, round(weight, 6)) for other, weight in weighed[:LONGEST]]
