"""Stories by small numbers, so that what is counted of them can lie in arrays."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

FREE = -1


class Numbered:
    """Gives each story the smallest free number, and takes it back when the story is forgotten."""

    def __init__(self, stories: Iterable[int] = ()) -> None:
        self.stories: list[int] = list(stories)  # by number; FREE where there is none
        self.number_of: dict[int, int] = {one: at for at, one in enumerate(self.stories) if one != FREE}
        self._free = [at for at, one in enumerate(self.stories) if one == FREE][::-1]
        self.version = 0  # grows when numbers are taken back

    def __len__(self) -> int:
        return len(self.stories)

    def new(self, story: int) -> int:
        """The number of a story that had none."""
        if self._free:
            number = self._free.pop()
            self.stories[number] = story
        else:
            number = len(self.stories)
            self.stories.append(story)
        self.number_of[story] = number
        return number

    def forget(self, numbers: Iterable[int]) -> None:
        """Takes the numbers back, to be given to others."""
        self.version += 1
        for number in numbers:
            self.number_of.pop(self.stories[number], None)
            self.stories[number] = FREE
        # Always the same order, also after a snapshot: the smallest number is given out first.
        self._free = [at for at, one in enumerate(self.stories) if one == FREE][::-1]

    def numbers(self, stories: Iterable[int]) -> npt.NDArray[np.int64]:
        """The numbers of those of the stories that have one."""
        found = (self.number_of.get(story) for story in stories)
        return np.array([number for number in found if number is not None], np.int64)
