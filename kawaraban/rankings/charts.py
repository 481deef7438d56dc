"""Charts: the rankings that readers choose from, each by one measure over one span of time.

A chart only lists stories with evidence of their own, and there is none of fewer than FEWEST stories:
three readers make no ranking.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kawaraban.audience.fold import DAY, Fold
from kawaraban.rankings import formulas

LENGTH = 20  # stories of a chart
FEWEST = 3  # of fewer there is no chart
_WEEK = 7 * DAY  # hours
# What must have been done with a story for it to stand in a chart, by each visitor once in half an hour.
_READ = {"quarter": 2, "hour": 2, "day": 3, "week": 3}
_SHARED, _STAYED = 2, 10
_OPENED = 3  # where nobody wrote a comment

# A story, and the two numbers that say why it stands where it stands: readings and nothing; comments and
# how often the discussion was opened; how often it was shared and nothing; seconds of the mean reading and
# those expected; readings an hour and what is usual.
Place = tuple[int, float, float]
Chart = tuple[Place, ...]


def key(name: str, section: str) -> str:
    """Under which a chart of a section ("" for the whole publication) stands among all."""
    return f"{name} {section}"


@dataclass(frozen=True)
class Measures:
    """What charts are made of, a column of each array for every story that has a number."""

    read: Mapping[str, npt.NDArray[np.int64]]  # readings by span: "quarter", "hour", "day", "week"
    seconds: npt.NDArray[np.int64]  # in the past day, like all that follow
    stayed: npt.NDArray[np.int64]
    shared: npt.NDArray[np.int64]
    opened: npt.NDArray[np.int64]  # the discussion
    comments: npt.NDArray[np.int64]
    expected: npt.NDArray[np.float64]  # seconds; 0 where it isn't known, or too few stayed to ask


def measured(
    fold: Fold, comments: Mapping[int, int], expected: Callable[[int], float], now: float
) -> Measures:
    """What there is to tell at `now`. `comments` are those of the past day by story; `expected` tells the
    seconds that a story takes to read, 0 where it isn't known, and is asked of few."""
    stories, numbers = fold.stories.stories, fold.stories.number_of
    responses = fold.responses
    stayed = responses.stayed.totals(now, DAY)
    said, takes = np.zeros(len(stories), np.int64), np.zeros(len(stories))
    for story, count in comments.items():
        if (number := numbers.get(story)) is not None:
            said[number] = count
    for number in np.flatnonzero(stayed[: len(stories)] >= _STAYED).tolist():
        takes[number] = expected(stories[number])
    return Measures(
        read={
            "quarter": fold.of_the_hour.totals(now, 15),
            "hour": fold.of_the_hour.totals(now, 60),
            "day": fold.of_the_week.totals(now, DAY),
            "week": fold.of_the_week.totals(now, _WEEK),
        },
        seconds=responses.seconds.totals(now, DAY),
        stayed=stayed,
        shared=responses.shared.totals(now, DAY),
        opened=responses.discussed.totals(now, DAY),
        comments=said,
        expected=takes,
    )


def charts(
    measures: Measures, stories: npt.NDArray[np.int64], numbers: npt.NDArray[np.int64]
) -> dict[str, Chart]:
    """The charts of the stories with these `numbers`, by name, but for what rises; `stories` has all.

    Of two with the same worth the one stands first that is read more in a week, then the newer.
    """
    week = measures.read["week"]

    def placed(
        chosen: npt.NDArray[np.int64], worths: npt.NDArray[Any], told: Callable[[int], tuple[float, float]]
    ) -> Chart:
        """The `chosen` by their worths, with the two numbers beside each that are told of it."""
        if len(chosen) < FEWEST:
            return ()
        if len(chosen) > LENGTH:  # all are looked through, few are sorted
            high = worths >= np.partition(worths, -LENGTH)[-LENGTH]
            chosen, worths = chosen[high], worths[high]
        first = np.lexsort((stories[chosen], week[chosen], worths))[: -LENGTH - 1 : -1]
        return tuple((int(stories[number]), *told(number)) for number in chosen[first].tolist())

    def counted(counts: npt.NDArray[np.int64], least: int) -> Chart:
        chosen = numbers[counts[numbers] >= least]
        return placed(chosen, counts[chosen], lambda number: (int(counts[number]), 0))

    def said(number: int) -> tuple[int, int]:
        return int(measures.comments[number]), int(measures.opened[number])

    def engaged(number: int) -> float:
        return formulas.engagement(
            int(measures.seconds[number]), int(measures.stayed[number]), float(measures.expected[number])
        )

    def seconds(number: int) -> tuple[int, int]:
        mean = int(measures.seconds[number]) / int(measures.stayed[number])
        return round(mean), round(float(measures.expected[number]))

    spoken = numbers[(measures.comments[numbers] > 0) | (measures.opened[numbers] >= _OPENED)]
    stayed = numbers[(measures.stayed[numbers] >= _STAYED) & (measures.expected[numbers] > 0)]
    discussed = np.array([formulas.discussed(*said(number)) for number in spoken.tolist()])
    engagement = np.array([engaged(number) for number in stayed.tolist()])
    return {
        **{span: counted(measures.read[span], least) for span, least in _READ.items()},
        "shared": counted(measures.shared, _SHARED),
        "discussed": placed(spoken, discussed, said),
        "engaged": placed(stayed, engagement, seconds),
    }
