"""Most read: decayed counts into ordered lists, of the whole publication and of each section."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kawaraban.audience.decay import Floats
from kawaraban.audience.fold import HALF_LIVES
from kawaraban.rankings.foresight import SHOWN, longest, weighed

LENGTH = 20  # stories of a list
_SLOW = HALF_LIVES.index(7 * 86_400.0)


@dataclass(frozen=True)
class List:
    """Stories, most read first, under this half-life (seconds)."""

    stories: tuple[int, ...]
    half_life: float


def most_read(
    stories: Sequence[int],
    counts: Floats,
    way: int,
    newer: Mapping[int, float],
    short_of: Iterable[int],
) -> List:
    """The list of these stories, a column of `counts` (decayed readings, by half-life) for each.

    `way` is one of `foresight.WAYS`; `newer` is when each story was published: ties go to the newer.
    Stories nobody read stand behind the others (`short_of`, newest first) only where the list would
    be shorter than it is shown.
    """
    slow = counts[_SLOW]
    # The slow count decides between those that the quick one has let fade to nothing.
    worth = np.round(weighed(counts, way), 12)
    published = np.array([newer.get(story, 0.0) for story in stories])
    order = np.lexsort((-np.array(stories), -published, -np.round(slow, 9), -worth))
    read = [stories[place] for place in order[: LENGTH + 1].tolist() if slow[place] > 0][:LENGTH]
    if len(read) < SHOWN:
        there = set(read)
        read += [story for story in short_of if story not in there][: SHOWN - len(read)]
    return List(tuple(read), longest(way))
