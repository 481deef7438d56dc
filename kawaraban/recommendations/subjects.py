"""Subjects: which stories tell of the same, though most of a large event stand in few of the others' rows.

Communities of the graph of what is alike, by label propagation (Raghavan, Albert and Kumara, "Near linear
time algorithm to detect community structures in large-scale networks", 2007): every story takes the
label that most of those alike to it bear, by likeness. Whatever is linked at all would be too much:
among 2,400 stories a rocket that waited for a typhoon made one subject of all storms and all of space.

No label passes between stories that no links connect, so where rows change, what is connected with them is
told anew and nothing else; what comes of it is the same as of all rows at once.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from kawaraban.recommendations.variety import MOST_OF_A_SUBJECT, SAME_SUBJECT, Rows

_ROUNDS = 10  # at most; events as real as made up came to rest after nine
_ONE = 10_000  # a likeness of 1: sums of whole numbers are the same in whatever order they grew


class Subjects:
    """The subjects of tables of likeness that change row by row."""

    def __init__(self, before: Mapping[int, int]) -> None:
        """`before` are those of an earlier run: they serve until all are told."""
        self.large = before  # the number of its subject for each story whose subject fills more than a page
        self._rows: Rows = {}
        self._near: dict[int, dict[int, int]] = {}
        self._subject_of: dict[int, int] = {}
        self._retelling: Iterator[None] | None = None

    def work(self, alike: Rows, seconds: float) -> bool:
        """Tells them of these tables, for so long at most; whether they were finished, and are others.

        What is begun is finished before newer tables are looked at: it comes to an end however often
        these change.
        """
        until = time.monotonic() + seconds
        if self._retelling is None:
            if alike is self._rows:
                return False
            self._retelling = self._retold(alike)
        for _ in self._retelling:
            if time.monotonic() >= until:
                return False
        self._retelling = None
        before, self.large = self.large, _large(self._subject_of)
        return self.large != before

    def _retold(self, alike: Rows) -> Iterator[None]:
        """Takes these rows in and tells the subjects anew that are not what they were; pauses often."""
        touched: set[int] = set()
        before, self._rows = self._rows, alike
        for story in before.keys() | alike.keys():
            earlier, row = before.get(story, ()), alike.get(story, ())
            if row is not earlier and row != earlier:
                self._link(story, _links(earlier), _links(row), touched)
                yield
        while touched:
            story = touched.pop()
            if story not in self._near:
                self._subject_of.pop(story, None)
                continue
            connected = self._connected(story)
            touched.difference_update(connected)
            yield from self._pass_on(connected)

    def _link(
        self, story: int, earlier: Mapping[int, int], links: Mapping[int, int], touched: set[int]
    ) -> None:
        for other in earlier.keys() | links.keys():
            more = links.get(other, 0) - earlier.get(other, 0)
            if more:
                touched.update((story, other))
                for one, another in ((story, other), (other, story)):
                    known = self._near.setdefault(one, {})
                    known[another] = known.get(another, 0) + more
                    if not known[another]:
                        del known[another]
                    if not known:
                        del self._near[one]

    def _connected(self, story: int) -> list[int]:
        """The story and all that links lead to from it, by number."""
        found, ahead = {story}, [story]
        while ahead:
            fresh = self._near[ahead.pop()].keys() - found
            found |= fresh
            ahead += fresh
        return sorted(found)

    def _pass_on(self, connected: Sequence[int]) -> Iterator[None]:
        """Has every story take the subject of those alike to it until all rest. Who has seen no other take
        another is not asked again."""
        near, subject_of = self._near, self._subject_of
        # Each story's nearest follow it, so that a subject spreads through its event before others reach in:
        # by number alone half of the pairs that belong together are told apart. No earlier rows decide it.
        in_order: dict[int, None] = {}
        for story in connected:
            subject_of[story] = story
            others = near[story]
            in_order[story] = None
            in_order.update(dict.fromkeys(sorted(others, key=lambda one: (-others[one], one))))
            yield
        restless = set(connected)
        for _ in range(_ROUNDS):
            for story in in_order:
                if story not in restless:
                    continue
                restless.remove(story)
                subject = _heaviest(near[story], subject_of, subject_of[story])
                if subject != subject_of[story]:
                    subject_of[story] = subject
                    restless.update(near[story])
                yield
            if not restless:
                break


def _large(subject_of: Mapping[int, int]) -> dict[int, int]:
    sizes = Counter(subject_of.values())
    return {story: subject for story, subject in subject_of.items() if sizes[subject] > MOST_OF_A_SUBJECT}


def _links(row: Sequence[tuple[int, float]]) -> dict[int, int]:
    links = {}
    for other, likeness in row:
        if likeness < SAME_SUBJECT:
            break
        links[other] = round(likeness * _ONE)
    return links


def _heaviest(others: Mapping[int, int], subject_of: Mapping[int, int], own: int) -> int:
    """The subject that most of the others have, by likeness; the story's own where none has more."""
    weighs: dict[int, int] = {}
    for other, likeness in others.items():
        subject = subject_of[other]
        weighs[subject] = weighs.get(subject, 0) + likeness
    most = max(weighs.values())
    if weighs.get(own) == most:
        return own
    return min(subject for subject, weight in weighs.items() if weight == most)
