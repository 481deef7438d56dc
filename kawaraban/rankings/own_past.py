"""The usual level of single stories: what part of all readings falls on a story as a rule, since it began.

A story has no season of its own but what its own past says. So its part is taken over the hours it was
there, those of late weighing more, and then by how much it was read more or less than that at this hour
a week ago. Nothing is learned: all of it stands in the hours that the fold keeps.
"""

import numpy as np
import numpy.typing as npt

from kawaraban.audience.fold import Fold
from kawaraban.rankings.usual import NO_SURER_THAN, SLOW_WEIGHS, WEEK, Part

YOUNGEST = 6  # hours: what began later has no usual level, and is new rather than rising
_HALF_LIFE = 24.0  # hours
_SPAN = WEEK + 24  # hours looked at


class OwnPast:
    """Answers like `usual.Usual`, of stories; `take_up` brings it up to an hour."""

    def __init__(self) -> None:
        self.hours = 0  # how many there are with any readings
        self._fold: Fold | None = None
        self._hour = 0  # the first one that is not past
        self._version = -1  # of the fold's numbers
        self._everything: dict[int, int] = {}  # readings of all stories by hour
        self._shares: npt.NDArray[np.float64] = np.zeros(0)
        self._known: npt.NDArray[np.float64] = np.zeros(0)  # by number, in readings
        self._began: npt.NDArray[np.int64] = np.zeros(0, np.int64)  # the first hour it was read in

    def take_up(self, fold: Fold, hour: int) -> None:
        """Looks at the hours before this one (since 1970), if it has not yet."""
        known = (hour, fold.stories.version)
        if fold is self._fold and known == (self._hour, self._version):
            return
        self._fold, (self._hour, self._version) = fold, known
        past = range(hour - _SPAN, hour)
        size = len(fold.stories)
        read, everything = np.zeros(size), np.zeros(size)
        began = np.full(size, hour)
        # From the past on: an hour adds to `everything` of those stories that began by then.
        self._everything = {}
        for one in past:
            counts = fold.of_the_week.of(one)[:size]
            if not len(counts) or not (total := int(counts.sum())):
                continue
            self._everything[one] = total
            weight = 0.5 ** ((hour - one) / _HALF_LIFE)
            began = np.where((counts > 0) & (began == hour), one, began)
            read += weight * counts
            everything += np.where(began <= one, weight * total, 0.0)
        self.hours = len(self._everything)
        self._shares = read / np.maximum(everything, 1.0)
        self._known, self._began = read, began

    def is_old_enough(self, story: int) -> bool:
        """Whether the story has a past by which it could be known to rise."""
        number = self._number(story)
        return number is not None and self._began[number] <= self._hour - YOUNGEST

    def part(self, story: int, at: float) -> Part:
        """What the story's part is at this time (seconds since 1970) as a rule."""
        number = self._number(story)
        if number is None:
            return Part(0.0, 0.0)
        hour, second = divmod(int(at), 3600)
        beside = hour - 1 if second < 1800 else hour + 1
        factor = max(self._factor(number, hour - WEEK), self._factor(number, beside - WEEK))
        share = float(self._shares[number])
        return Part(min(share * factor, 0.9), min(float(self._known[number]), NO_SURER_THAN))

    def level(self, hour: int) -> int | None:
        """All readings a week before the hour, else a day before; None where there were none."""
        return self._everything.get(hour - WEEK) or self._everything.get(hour - 24)

    def _number(self, story: int) -> int | None:
        if self._fold is None:
            return None
        number = self._fold.stories.number_of.get(story)
        return number if number is not None and number < len(self._shares) else None

    def _factor(self, number: int, like: int) -> float:
        """How much more or less than its part the story was read in an hour of the past."""
        if self._fold is None or like < self._began[number] or like not in self._everything:
            return 1.0
        expected = float(self._shares[number]) * self._everything[like]
        return (float(self._fold.of_the_week.of(like)[number]) + SLOW_WEIGHS) / (expected + SLOW_WEIGHS)
