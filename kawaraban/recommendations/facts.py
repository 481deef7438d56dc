"""What the catalogue says of stories, by the numbers that the fold gives them."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from kawaraban.audience.numbered import Numbered


class Fact(NamedTuple):
    section: str  # slug of the main one
    published: float  # seconds since 1970


class Facts:
    """Arrays by story number. A story of which the catalogue says nothing is not `shown`."""

    def __init__(self) -> None:
        self.sections: dict[str, int] = {"": 0}
        self.shown = np.zeros(0, np.bool_)
        self.section = np.zeros(0, np.int32)
        self.published = np.zeros(0)
        self._told: Mapping[int, Fact] = {}
        self._reached = 0
        self._version = 0

    def tell(self, told: Mapping[int, Fact]) -> None:
        """Makes this what is known, by story."""
        self._told = told
        self._reached = 0

    def reach(self, stories: Numbered) -> None:
        """Knows of every story that has a number by now."""
        if stories.version != self._version:  # numbers were taken back and given to others
            self._version, self._reached = stories.version, 0
        room = len(stories)
        if self._reached == room:
            return
        if room > len(self.shown):
            more = max(1024, room) - len(self.shown) + room // 2
            self.shown = np.append(self.shown, np.zeros(more, np.bool_))
            self.section = np.append(self.section, np.zeros(more, np.int32))
            self.published = np.append(self.published, np.zeros(more))
        for number in range(self._reached, room):
            fact = self._told.get(stories.stories[number])
            self.shown[number] = fact is not None
            if fact is not None:
                self.section[number] = self.sections.setdefault(fact.section, len(self.sections))
                self.published[number] = fact.published
        self._reached = room
