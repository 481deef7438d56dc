"""Recommended: what is fresh, read, of the same section and alike, weighed against each other.

Pure arithmetic; each part lies in 0..1 before it is weighed.
"""

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Weights(NamedTuple):
    """How much each part weighs."""

    next: float
    popular: float
    alike: float
    fresh: float
    section: float


# Before a publication's own clicks are enough (see `weighing`). Replays of a portal's clicks put what is
# read now far before all else, and what is read together with this story before that; freshness stands for
# the readers a new story has not had time to get. Same section alone is a weak reason (hit rate .118
# against .491 without it in the same replay).
START = Weights(next=2.0, popular=1.0, alike=1.0, fresh=0.6, section=0.15)

FRESH_HALF_LIFE = 12 * 3600.0  # seconds: yesterday's story is worth a quarter of this morning's


def freshness(age: float) -> float:
    """1 for a story of this moment, half as much every FRESH_HALF_LIFE seconds."""
    return math.exp2(-max(age, 0.0) / FRESH_HALF_LIFE)


def popularity(readings: float, most: float) -> float:
    """Readings on a logarithmic scale, 1 for the most read story. Twice as many is not twice as good."""
    return math.log1p(readings) / math.log1p(most) if most > 0 else 0.0


def worth(age: float, readings: float, most: float, weights: Weights) -> tuple[float, float]:
    """What a story is worth on every page: (weighed freshness, weighed popularity)."""
    return weights.fresh * freshness(age), weights.popular * popularity(readings, most)


def best(
    pool: Iterable[tuple[int, float, float]],
    *,
    of_the_section: frozenset[int] | set[int],
    alike: Mapping[int, float],
    following: Mapping[int, float],
    weights: Weights,
) -> list[tuple[float, int, str]]:
    """(score, story, strongest part) of each candidate, best first; ties by the newer number.

    `pool` holds (story, fresh, popular) as `worth` gives them, `following` how likely each is read after
    the page, 1 for the likeliest.
    """
    scored = []
    alike_weighs, section_weighs, next_weighs = weights.alike, weights.section, weights.next
    for story, fresh, popular in pool:
        near = alike_weighs * alike.get(story, 0.0)
        same = section_weighs if story in of_the_section else 0.0
        after = next_weighs * following.get(story, 0.0)
        # The strongest; of equal ones the later of these.
        part, most = "alike", near
        if fresh >= most:
            part, most = "fresh", fresh
        if after >= most:
            part, most = "next", after
        if popular >= most:
            part, most = "popular", popular
        if same >= most:
            part = "section"
        scored.append((after + near + same + fresh + popular, story, part))
    scored.sort(reverse=True)
    return scored
