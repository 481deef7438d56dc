"""Which way of estimating serves this publication best, found out on its own readers, by section.

Each way is tried on a sample of real readers: its list is made when the page is read, and gains when
the reader's next story stands in it (test, then learn: Dawid, "Prequential analysis", 1984). Big sites
want quick counts and small ones slow; nobody has to say which this is.
"""

import math
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from kawaraban.audience.decay import Floats

LENGTH = 10  # places of a list that are tried
_MEMORY = 3_000.0  # trials after which one weighs 1/e
_OF_ALL = 300.0  # trials of the whole publication that a section's own are added to
_WORTH_A_CHANGE = 0.002  # of gain: less is chance, and every change moves lists

# Hit and place in one: a story found counts one, one found high up two (as in nDCG, Järvelin 2002).
_GAINS = [1.0 + 1.0 / math.log2(place + 2) for place in range(LENGTH)]


class Tuner:
    """Mean gains of so many ways, by section (any name for it) and overall."""

    def __init__(self, ways: int, start: int = 0) -> None:
        self._start = start
        self._overall = np.zeros((2, ways))  # gains, and trials
        self._sections: dict[Hashable, Floats] = {}
        self._chosen: dict[tuple[Hashable, int], int] = {}

    def learn(self, section: Hashable, lists: Sequence[list[int]], next_story: int) -> None:
        """A reader of a page of the section, to whom each way would have offered its list, went there.

        An empty list is a way that could not be tried.
        """
        own = self._sections.setdefault(section, np.zeros_like(self._overall))
        fade = math.exp(-1.0 / _MEMORY)
        for counts in (self._overall, own):
            counts *= fade
        for way, offered in enumerate(lists):
            if offered:
                gain = _GAINS[offered.index(next_story)] if next_story in offered[:LENGTH] else 0.0
                for counts in (self._overall, own):
                    counts[:, way] += gain, 1.0

    def gains(self, section: Hashable) -> Floats:
        """The mean gain of each way in the section, leaning on the whole publication's."""
        overall = self._overall[0] / np.maximum(self._overall[1], 1e-9)
        own = self._sections.get(section, np.zeros_like(self._overall))
        gains: Floats = (own[0] + _OF_ALL * overall) / (own[1] + _OF_ALL)
        return gains

    def choice(self, section: Hashable, among: int | None = None) -> int:
        """The way to be taken in the section, of all or of the first so many.

        One that serves is left only for a clearly better one.
        """
        gains = self.gains(section)[:among]
        held = self._chosen.get((section, len(gains)), self._start)
        best = int(np.argmax(gains))
        if gains[best] > gains[held] + _WORTH_A_CHANGE:
            held = self._chosen[section, len(gains)] = best
        return held

    def kept(self) -> dict[str, Any]:
        """All there is to know, for a snapshot."""
        return {
            "overall": self._overall.tolist(),
            "sections": [[name, own.tolist()] for name, own in self._sections.items()],
            "chosen": [[*key, way] for key, way in self._chosen.items()],
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Goes on from a snapshot of as many ways; another is passed over."""
        if np.shape(kept["overall"]) == self._overall.shape:
            self._overall = np.array(kept["overall"])
            self._sections = {name: np.array(own) for name, own in kept["sections"]}
            self._chosen = {(name, among): way for name, among, way in kept["chosen"]}
