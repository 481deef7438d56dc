"""Stories alike in text, topics, people and storyline: what a new story goes by before it has readers.

How like B is to A is the part of A's telling terms that B tells as prominently: BM25 of A's
heaviest terms over B, divided by the same of A itself. An index from terms to stories is kept, so
that a new story costs one look at its own terms' entries: its row is computed, and the rows in which
it now stands are amended.
"""

import math
import sys
import time
from array import array
from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kawaraban.recommendations.memory import Memory, Told
from kawaraban.recommendations.terms import weights

NEAREST = 20  # stories of a row
_KEPT = 30  # kept of each, so that one withdrawn has a successor
_ASKED = 100  # the weightiest terms of a story; the rest says little and costs much
_COMMON = 0.4  # a term in more of all stories than this tells nothing
_FAINT = 0.03  # less likeness than this is not kept
_TEXT, _TOPIC, _STORYLINE, _PERSON = 0.7, 0.2, 0.3, 0.02
_AT_ONCE = 100  # stories read from their source at a time

_Floats = NDArray[np.float64]
_Row = list[tuple[float, int]]  # (less than nothing by how much alike, story): sorted, most alike first


@dataclass(frozen=True)
class Matter:
    """What a story is about. `words` are its headline, dek and text, in this order."""

    id: int
    words: str
    topics: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    storyline: str = ""


@dataclass(frozen=True)
class _Kept:
    """A story as the index has it. A term's weight is a byte, 255 for 1."""

    slot: int
    terms: tuple[str, ...]
    weights: bytes
    filed: tuple[tuple[str, float], ...]  # under what, and the weight of it


class Likeness:
    """Keeps an index of all stories and the row of each; only what changed is read anew.

    Memory: some 300 terms a story, 5 bytes each in the index and 9 beside the story.
    """

    def __init__(
        self, rows: Mapping[int, Sequence[tuple[int, float]]] | None = None, memory: Memory | None = None
    ) -> None:
        """`rows` and `memory` are of an earlier run.

        A row stands until its story is looked at again; that of a story which the memory knows as it is
        stands for good.
        """
        self._before = dict(rows or {})
        self._memory = memory
        self._versions: dict[int, int] = {}
        self._read: Callable[[Sequence[int]], Iterable[Matter]] = lambda _: ()
        self._unread: list[int] = []  # the last is the next
        self._due: list[int] = []  # read, and without a row; the last is the next
        self._kept: dict[int, _Kept] = {}
        self._stories: list[int] = []  # by slot
        self._free: list[int] = []  # slots
        # An entry is the story's slot in the upper three bytes and the term's weight in the lowest.
        self._entries: dict[str, array[int]] = {}
        self._filed: dict[str, dict[int, float]] = {}  # weights by slot
        self._whole = np.zeros(0)  # by slot: what a story's own terms score on itself
        self._least = np.zeros(0)  # by slot: a story as little alike as this has no place in the row
        self._rows: dict[int, _Row] = {}
        self._tables: dict[int, tuple[tuple[int, float], ...]] = {}
        self._untold: set[int] = set()  # whose rows are not what the tables say
        self._counted = 0  # how many stories there were when terms were last weighed for all of them

    def update(self, versions: Mapping[int, int], read: Callable[[Sequence[int]], Iterable[Matter]]) -> bool:
        """Makes these the stories there are (version by story, the newest first); was that a change?

        `read` tells the matter of those that `work` asks for.
        """
        gone = [story for story in self._versions if story not in versions]
        changed = [story for story, version in versions.items() if self._versions.get(story) != version]
        for story in gone:
            self._drop(story)
        self._sweep(gone)
        if self._memory is not None:
            self._memory.forget(gone)
        self._read = read
        self._versions = dict(versions)
        fresh = set(changed)
        self._unread = [one for one in self._unread if one in versions and one not in fresh]
        self._unread += reversed(changed)
        return bool(gone or changed)

    def work(self, seconds: float) -> bool:
        """Reads what is unread and makes the rows that are due, the newest first, for so long at most.

        Whether any row changed. What there is to do is done when it returns with `busy` false.
        """
        until = time.monotonic() + seconds
        read = False
        while self._unread and time.monotonic() < until:
            batch = self._unread[-_AT_ONCE:][::-1]
            del self._unread[-_AT_ONCE:]
            again = [story for story in batch if story in self._kept]
            for story in again:
                self._drop(story)
            self._sweep(again)
            standing = self._recall(batch)
            fresh = [
                self._told(matter) for matter in self._read([one for one in batch if one not in self._kept])
            ]
            for told in fresh:
                self._keep(told)
            if self._memory is not None:
                self._memory.keep(fresh)
            self._due += [story for story in batch if story in self._kept and story not in standing]
            read = True
        if self._unread:
            return False
        if read:
            self._weigh_anew()
        placed = []
        while self._due and time.monotonic() < until:
            story = self._due.pop()
            if story in self._kept:
                self._place(story)
                placed.append(story)
        if self._memory is not None:
            self._memory.keep_whole((one, float(self._whole[self._kept[one].slot])) for one in placed)
        return bool(placed)

    @property
    def reading(self) -> bool:
        """Whether there are stories that `nearest` can't find yet."""
        return bool(self._unread)

    @property
    def busy(self) -> bool:
        """Whether there is something left for `work`."""
        return bool(self._unread or self._due)

    def tables(self) -> dict[int, tuple[tuple[int, float], ...]]:
        """For each story the NEAREST others as (story, likeness in 0..1), most alike first.

        A row that did not change is the very one it was in the tables before.
        """
        for story in self._untold:
            self._tables.pop(story, None)
            if (found := self._rows.get(story)) is not None:
                self._tables[story] = tuple((other, round(-less, 4)) for less, other in found[:NEAREST])
        self._untold.clear()
        earlier = {
            story: tuple((other, alike) for other, alike in row if other in self._versions)
            for story, row in self._before.items()
            if story in self._versions
        }
        return earlier | self._tables

    def nearest(self, words: str, most: int) -> list[tuple[int, float]]:
        """The stories most like a text that need be none of them, as (story, likeness of text in 0..1)."""
        asked = self._heaviest(weights(words).items())
        scores = self._scores(asked) / (sum(weight * worth for _, weight, worth in asked) or 1.0)
        best = np.argsort(-scores, kind="stable")[:most]
        return [(self._stories[slot], float(scores[slot])) for slot in best if scores[slot] > 0]

    def _recall(self, batch: Sequence[int]) -> set[int]:
        """Takes in what the memory knows of the stories as they are; those whose rows stand already."""
        standing: set[int] = set()
        if self._memory is None:
            return standing
        for told in self._memory.of(batch):
            if told.version != self._versions[told.story]:
                continue
            self._keep(told)
            if told.whole and told.story in self._before:
                self._stand(told)
                standing.add(told.story)
        return standing

    def _told(self, matter: Matter) -> Told:
        told = [(term, max(1, round(255 * weight))) for term, weight in weights(matter.words).items()]
        terms, bytes_ = tuple(term for term, _ in told), bytes(one for _, one in told)
        return Told(matter.id, self._versions[matter.id], terms, bytes_, tuple(_filed(matter)))

    def _keep(self, told: Told) -> None:
        slot = self._free.pop() if self._free else len(self._stories)
        if slot == len(self._stories):
            self._stories.append(0)
        self._stories[slot] = told.story
        if slot >= len(self._whole):
            room = max(64, len(self._whole))
            self._whole = np.concatenate([self._whole, np.ones(room)])
            self._least = np.concatenate([self._least, np.full(room, np.inf)])
        self._least[slot] = np.inf
        terms = tuple(map(sys.intern, told.terms))
        for term, byte in zip(terms, told.weights, strict=True):
            self._entries.setdefault(term, array("I")).append(slot << 8 | byte)
        for where, weight in told.filed:
            self._filed.setdefault(where, {})[slot] = weight
        self._kept[told.story] = _Kept(slot, terms, told.weights, told.filed)

    def _stand(self, told: Told) -> None:
        """Has the story keep the row that an earlier run found."""
        slot = self._kept[told.story].slot
        earlier = self._before.pop(told.story)
        row = sorted((-alike, other) for other, alike in earlier if other in self._versions)
        self._rows[told.story] = row
        self._untold.add(told.story)
        self._whole[slot] = told.whole
        self._least[slot] = -row[-1][0] if len(row) >= NEAREST else _FAINT
        self._counted += 1  # its terms were weighed among all

    def _drop(self, story: int) -> None:
        kept = self._kept.pop(story, None)
        if kept is None:
            return
        for term, weight in zip(kept.terms, kept.weights, strict=True):
            entries = self._entries[term]
            entries.remove(kept.slot << 8 | weight)
            if not entries:
                del self._entries[term]
        for where, _ in kept.filed:
            del self._filed[where][kept.slot]
            if not self._filed[where]:
                del self._filed[where]
        self._free.append(kept.slot)
        self._least[kept.slot] = np.inf
        self._rows.pop(story, None)
        self._untold.add(story)

    def _sweep(self, stories: Iterable[int]) -> None:
        """Takes the stories out of the rows of others; what then is too short is due again."""
        gone = set(stories)
        if not gone:
            return
        for other, row in self._rows.items():
            left = [one for one in row if one[1] not in gone]
            if len(left) < len(row):
                self._rows[other] = left
                self._untold.add(other)
                if len(left) < NEAREST <= len(row):
                    self._due.append(other)

    def _weigh_anew(self) -> None:
        """Puts what is due in order, the newest last. All rows are due when stories are a tenth more.

        For how rare a term is depends on how many stories there are.
        """
        if len(self._kept) > self._counted * 1.1:
            self._due += self._rows
            self._counted = len(self._kept)
        age = {story: place for place, story in enumerate(self._versions)}
        self._due = sorted({*self._due} & age.keys(), key=lambda story: -age[story])

    def _rarity(self, stories: int) -> float:
        """The inverse document frequency of BM25, 0 for what too many stories have."""
        if stories > max(_COMMON * len(self._kept), 3):
            return 0.0
        return math.log(1 + (len(self._kept) - stories + 0.5) / (stories + 0.5))

    def _heaviest(self, told: Iterable[tuple[str, float]]) -> list[tuple[str, float, float]]:
        """(term, weight, weight times rarity) of the terms that other stories have too."""
        asked = []
        for term, weight in told:
            entries = self._entries.get(term)
            if entries is not None and (rarity := self._rarity(len(entries))):
                asked.append((term, weight, weight * rarity))
        asked.sort(key=lambda one: -one[2])
        return asked[:_ASKED]

    def _scores(self, asked: Sequence[tuple[str, float, float]]) -> _Floats:
        """By slot: the sum over the terms of worth times the weight that the term has there."""
        found = [np.frombuffer(self._entries[term], np.uint32) for term, _, _ in asked]
        if not found:
            return np.zeros(len(self._stories))
        entries = np.concatenate(found)
        worths = np.repeat([worth / 255 for _, _, worth in asked], [len(one) for one in found])
        counted = np.bincount(entries >> 8, worths * (entries & 255), minlength=len(self._stories))
        return counted.astype(np.float64, copy=False)

    def _shared(self, filed: Iterable[tuple[str, float]]) -> _Floats:
        """By slot: what being filed under the same adds, the rarer the more."""
        shared = np.zeros(len(self._stories))
        rarest = math.log(1 + len(self._kept))
        for where, weight in filed:
            there = self._filed[where]
            rarity = math.log((1 + len(self._kept)) / len(there)) / rarest
            slots = np.fromiter(there.keys(), np.intp, len(there))
            shared[slots] += weight * rarity * np.fromiter(there.values(), float, len(there))
        return shared

    def _place(self, story: int) -> None:
        """Computes the story's row, and gives it its place in the rows of others."""
        self._before.pop(story, None)
        kept = self._kept[story]
        asked = self._heaviest(
            (term, weight / 255) for term, weight in zip(kept.terms, kept.weights, strict=True)
        )
        scores, shared = self._scores(asked), self._shared(kept.filed)
        self._whole[kept.slot] = max(scores[kept.slot], 1e-9)
        here = np.minimum(_TEXT * scores / self._whole[kept.slot] + shared, 1.0)
        here[kept.slot] = 0.0
        near = np.nonzero(here > _FAINT)[0]
        if len(near) > _KEPT:
            near = near[np.argpartition(-here[near], _KEPT)[:_KEPT]]
        row: _Row = sorted((-float(here[slot]), self._stories[slot]) for slot in near)
        self._rows[story] = row
        self._untold.add(story)
        self._least[kept.slot] = -row[-1][0] if len(row) == _KEPT else _FAINT
        there = np.minimum(_TEXT * scores / self._whole[: len(scores)] + shared, 1.0)
        there[kept.slot] = 0.0
        for slot in np.nonzero(there > self._least[: len(scores)])[0]:
            other = self._rows[self._stories[slot]]
            self._untold.add(self._stories[slot])
            other[:] = [one for one in other if one[1] != story]
            insort(other, (-float(there[slot]), story))
            del other[_KEPT:]
            if len(other) == _KEPT:
                self._least[slot] = -other[-1][0]


def _filed(matter: Matter) -> Iterable[tuple[str, float]]:
    """Under what the matter is filed. Two that are filed alike have products that sum to the shares."""
    for slug in matter.topics:
        yield f"topic {slug}", math.sqrt(_TOPIC / len(matter.topics))
    for slug in matter.people:
        yield f"person {slug}", math.sqrt(_PERSON / len(matter.people))
    if matter.storyline:
        yield f"storyline {matter.storyline}", math.sqrt(_STORYLINE)
