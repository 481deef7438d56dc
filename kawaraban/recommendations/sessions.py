"""Recommended to one reader: the stories read next after those of this session, mixed.

A mixture of chances, not their product: a story that follows any of the pages is a candidate
(measured; the product loses three points of hit rate).
"""

from collections.abc import Iterable, Mapping, Sequence


def mixed(rows: Sequence[Iterable[tuple[int, float]]], weights: Sequence[float]) -> list[tuple[int, float]]:
    """(story, chance), likeliest first. `rows` are those of the stories read, the latest first."""
    chances: dict[int, float] = {}
    for row, weight in zip(rows, weights, strict=False):
        for story, chance in row:
            chances[story] = chances.get(story, 0.0) + weight * chance
    return sorted(chances.items(), key=lambda one: (-one[1], one[0]))


def without(mixed: Iterable[tuple[int, float]], read: Mapping[int, object] | set[int]) -> list[int]:
    """The stories that were not read, in order."""
    return [story for story, _ in mixed if story not in read]
