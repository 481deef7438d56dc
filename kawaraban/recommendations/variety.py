"""Variety: no page tells of the same subject again and again.

Maximal marginal relevance (Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking for
Reordering Documents and Producing Summaries", 1998): each place goes to the candidate that is worth
most after what it repeats is taken off. Worth is told by the candidates' order alone, for scores of
different rails can't be compared. Likeness is looked up in the tables, never computed here.
"""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

# Each story's nearest as (story, likeness in 0..1), most alike first.
Rows = Mapping[int, Sequence[tuple[int, float]]]

# What order is worth against repetition: at 0.7, a story as like as .4 yields to the next three or four.
_ORDER = 0.7
_REPETITION = 1 - _ORDER
SAME_SUBJECT = 0.25  # of likeness: two stories of one event, rather than of one kind
MOST_OF_A_SUBJECT = 4  # on a page

_NO_SUBJECTS: Mapping[int, int] = MappingProxyType({})


class Variety:
    """Chooses for one page. `subjects` has the number of its subject for each story in a large one."""

    def __init__(self, alike: Rows, subjects: Mapping[int, int] = _NO_SUBJECTS) -> None:
        self._alike = alike
        self._subjects = subjects
        self._nearest: dict[int, float] = {}  # how like what stands already
        self._same: dict[int, int] = {}  # how many stand already in whose row it stands as of its subject
        self._told: dict[int, int] = {}  # how many of a subject stand already
        self._full: set[int | None] = set()  # subjects of which no more may stand

    def choose(self, offered: Sequence[int], most: int) -> list[int]:
        """So many of the offered (best first) at most, in their new order. Linear in places times offered."""
        step = _ORDER / max(len(offered), 1)
        waiting = list(offered)
        chosen: list[int] = []
        while waiting and len(chosen) < most:
            best = waiting.pop(self._best(waiting, step))
            if self.has_room(best):
                chosen.append(best)
                self.stands(best)
        return chosen

    def _best(self, waiting: Sequence[int], step: float) -> int:
        """The place of the best after what it repeats is taken off, each place costing a step."""
        nearest = self._nearest
        best, least = 0, math.inf
        for place, story in enumerate(waiting):
            by_order = place * step
            if by_order >= least:
                break
            cost = by_order + _REPETITION * nearest.get(story, 0.0)
            if cost < least:
                best, least = place, cost
        return best

    def has_room(self, story: int) -> bool:
        """Whether the page does not tell of the story's subject often enough."""
        if self._same.get(story, 0) >= MOST_OF_A_SUBJECT:
            return False
        return not self._full or self._subjects.get(story) not in self._full

    def stands(self, story: int) -> None:
        """The story stands on the page."""
        nearest, same = self._nearest, self._same
        subject = self._subjects.get(story)
        if subject is not None:
            self._told[subject] = told = self._told.get(subject, 0) + 1
            if told == MOST_OF_A_SUBJECT:
                self._full.add(subject)
        row = self._alike.get(story, ())
        for other, likeness in row:
            if likeness > nearest.get(other, 0.0):
                nearest[other] = likeness
        for other, likeness in row:
            if likeness < SAME_SUBJECT:
                break
            same[other] = same.get(other, 0) + 1
