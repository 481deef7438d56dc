"""Charts: the rankings that readers choose from, each by one measure over one span of time.

A chart only lists stories with evidence of their own, and there is none of fewer than FEWEST stories:
three readers make no ranking.
"""

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kawaraban.audience.fold import DAY, Fold
from kawaraban.rankings import formulas

LENGTH = 20  # stories of a chart
FEWEST = 3  # of fewer there is no chart
_WEEK = 7 * DAY  # hours
# What a story must have to stand in a chart.
_READERS = {"quarter": 2, "hour": 2, "day": 3, "week": 3}
_SHARED, _STAYED = 2, 10  # by so many readers
_OPENED = 3  # by so many readers, where nobody wrote a comment

# A story, and the two numbers that say why it stands where it stands: readers and nothing; comments and
# readers who opened the discussion; readers who shared it and nothing; seconds of the mean reader and
# those expected; readings an hour and what is usual.
Place = tuple[int, float, float]
Chart = tuple[Place, ...]


def key(name: str, section: str) -> str:
    """Under which a chart of a section ("" for the whole publication) stands among all."""
    return f"{name} {section}"


@dataclass(frozen=True)
class Measures:
    """What charts are made of, a column of each array for every story that has a number."""

    read: Mapping[str, npt.NDArray[np.int64]]  # readers by span: "quarter", "hour", "day", "week"
    seconds: npt.NDArray[np.int64]  # in the past day, like all that follow
    stayed: npt.NDArray[np.int64]
    shared: npt.NDArray[np.int64]
    opened: npt.NDArray[np.int64]  # the discussion
    comments: npt.NDArray[np.int64]
    expected: npt.NDArray[np.float64]  # seconds; 0 where it isn't known


def measured(fold: Fold, comments: Mapping[int, int], expected: Mapping[int, float], now: float) -> Measures:
    """What there is to tell at `now`. `comments` are those of the past day, `expected` seconds, by story."""
    stories = fold.stories.stories
    responses = fold.responses
    return Measures(
        read={
            "quarter": fold.of_the_hour.totals(now, 15),
            "hour": fold.of_the_hour.totals(now, 60),
            "day": fold.of_the_week.totals(now, DAY),
            "week": fold.of_the_week.totals(now, _WEEK),
        },
        seconds=responses.seconds.totals(now, DAY),
        stayed=responses.stayed.totals(now, DAY),
        shared=responses.shared.totals(now, DAY),
        opened=responses.discussed.totals(now, DAY),
        comments=np.array([comments.get(story, 0) for story in stories], np.int64),
        expected=np.array([expected.get(story, 0.0) for story in stories]),
    )


def charts(measures: Measures, stories: Sequence[int], numbers: npt.NDArray[np.int64]) -> dict[str, Chart]:
    """The charts of the stories with these `numbers`, by name, but for what rises; `stories` has all.

    Of two with the same worth the one stands first that is read more in a week, then the newer.
    """
    week = measures.read["week"]

    def placed(chosen: npt.NDArray[np.bool_], told: Callable[[int], tuple[float, float, float]]) -> Chart:
        """Those chosen among `numbers`, by the worth that is told of each and the two numbers beside it."""
        worths = [(told(number), number) for number in numbers[chosen].tolist()]
        if len(worths) < FEWEST:
            return ()
        first = heapq.nlargest(LENGTH, worths, lambda one: (one[0][0], week[one[1]], stories[one[1]]))
        return tuple((stories[number], first, second) for (_, first, second), number in first)

    def counted(counts: npt.NDArray[np.int64], least: int) -> Chart:
        return placed(counts[numbers] >= least, lambda number: (counts[number], int(counts[number]), 0))

    def discussed(number: int) -> tuple[float, float, float]:
        comments, opened = int(measures.comments[number]), int(measures.opened[number])
        return formulas.discussed(comments, opened), comments, opened

    def engaged(number: int) -> tuple[float, float, float]:
        seconds, stayed = int(measures.seconds[number]), int(measures.stayed[number])
        expected = float(measures.expected[number])
        return formulas.engagement(seconds, stayed, expected), round(seconds / stayed), round(expected)

    stayed = (measures.stayed[numbers] >= _STAYED) & (measures.expected[numbers] > 0)
    spoken = (measures.comments[numbers] > 0) | (measures.opened[numbers] >= _OPENED)
    return {
        **{span: counted(measures.read[span], least) for span, least in _READERS.items()},
        "shared": counted(measures.shared, _SHARED),
        "discussed": placed(spoken, discussed),
        "engaged": placed(stayed, engaged),
    }
