"""Most read: decayed counts into ordered lists, of the whole publication and of each section."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kawaraban.rankings import formulas

LENGTH = 20  # stories of a list
# A list whose last shown place has fewer effective readers than this is shuffled by chance.
_STEADY = 10.0
_SHOWN = 10


@dataclass(frozen=True)
class List:
    """Stories, most read first, under this half-life (seconds)."""

    stories: tuple[int, ...]
    half_life: float


def most_read(
    stories: Iterable[int],
    counts: Mapping[float, Mapping[int, float]],
    newer: Mapping[int, float],
    short_of: Sequence[int],
) -> List:
    """The list of these stories. `counts` holds decayed readings by half-life; ties go to the newer.

    `newer` is when each was published. Stories nobody read stand behind the others (`short_of`,
    newest first) only where the list would be shorter than it is shown.
    """
    among = list(stories)
    half_life = formulas.enough_half_life(
        {one: _nth((counted.get(s, 0.0) for s in among), _SHOWN) for one, counted in counts.items()},
        _STEADY,
    )
    counted = counts[half_life]
    # The slow count decides between those that the quick one has let fade to nothing.
    slow = counts[max(counts)]
    read = [story for story in among if slow.get(story, 0.0) > 0]
    read.sort(key=lambda s: (-round(counted.get(s, 0.0), 9), -slow[s], -newer.get(s, 0.0), -s))
    read = read[:LENGTH]
    if len(read) < _SHOWN:
        there = set(read)
        read += [story for story in short_of if story not in there][: _SHOWN - len(read)]
    return List(tuple(read), half_life)


def _nth(values: Iterable[float], place: int) -> float:
    ordered = sorted(values, reverse=True)
    return ordered[min(place, len(ordered)) - 1] if ordered else 0.0
