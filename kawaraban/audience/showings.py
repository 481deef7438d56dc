"""What rails showed and what was chosen there, counted by story, rail and place.

Fed by the fold with the events of `swaps.COUNTED`, in the order of the log; nothing here asks the clock.
A visitor counts once per story and rail in a window. A click counts only where a showing of the story to
this visitor was counted, at that place and once: clicks never outnumber showings, nor can be made up
without them.
"""

from array import array
from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Floats, Numbers
from kawaraban.audience.events import Event
from kawaraban.audience.numbered import FREE, Numbered
from kawaraban.audience.swaps import COUNTED, LEARNT, swapped

WINDOW_MS = 30 * 60_000
SHOWN, CHOSEN = 0, 1

# A cell is a place of a rail; the rails' places lie one after another.
FIRST = {rail: sum(list(COUNTED.values())[:at]) for at, rail in enumerate(COUNTED)}
CELLS = sum(COUNTED.values())
UPPER, LOWER = 0, 1  # of two places that are swapped

_FORGOTTEN_AFTER = 48  # hours in which nobody was shown the story
_WEEK = 7 * 24.0  # hours after which what is counted of places weighs half
_MOST_REMEMBERED = 1_000_000  # in half a window: who was shown what; then it is a shorter half
_MOST_OPEN = 20_000  # rails in sight whose click may still come
_MOST_CHOICES = 2_000
# How a showing was counted, in a byte: its place, the upper of the two places that were swapped (0 where
# none were), whether it was clicked.
_PLACE, _UPPER, _UPPER_BITS, _CLICKED = 4, 1, 7, 1
_UNKNOWN = -1
# By the upper place, of a whole rail of any length.
_AS_SHOWN = [
    bytes(place << _PLACE | upper << _UPPER for place in range(1, max(COUNTED.values()) + 1))
    for upper in range(_UPPER_BITS + 1)
]
_ODD = np.uint64(0x9E3779B97F4A7C15)  # spreads small numbers over a word (Knuth's multiplicative hashing)
_LEARNT_ON_A_PAGE = "recommended"

Keys = npt.NDArray[np.uint64]


class Choice(NamedTuple):
    """A click in Recommended of a story's page, with all that stood there."""

    edition: int
    page: int
    place: int  # from 1
    stories: tuple[int, ...]  # by place


class _Rows(NamedTuple):
    """Showings and clicks, in order."""

    keys: Keys  # of a visitor, rail and story
    stories: Numbers
    firsts: Numbers  # the rail's first cell
    counted: npt.NDArray[np.uint8]  # with _CLICKED it is a click

    def part(self, which: Any) -> "_Rows":
        return _Rows(*(column[which] for column in self))


class _Waits:
    """What was taken in and is not yet counted."""

    __slots__ = ("choices", "counted", "firsts", "many", "stories", "visitors")

    def __init__(self) -> None:
        # Of each event: who, the rail's first cell, how many stories.
        self.visitors: list[bytes] = []
        self.firsts: list[int] = []
        self.many: list[int] = []
        # Of each of these stories, which one it is and how it would be counted.
        self.stories = array("q")
        self.counted = bytearray()
        self.choices: list[Choice | None] = []  # of each click


class Showings:
    """Counts of showings (SHOWN) and clicks (CHOSEN); stories are numbered by `stories`."""

    def __init__(self) -> None:
        self.stories = Numbered()
        self.counts = np.zeros((1024, CELLS, 2), np.int32)  # by story, plain
        # By place, fading: editions in which no two places of the rail were swapped, and those in which
        # these two were (by the cell of the upper one).
        self.plain = np.zeros((CELLS, 2))
        self.in_swaps = np.zeros((CELLS, 2, 2))  # (cell, UPPER or LOWER, SHOWN or CHOSEN)
        self.choices: list[Choice] = []  # whoever looks may clear it
        self._shown_in = np.zeros(1024, np.int32)  # the hour, since 1970, in which a story was shown last
        self._hour = 0
        self._span = 0
        # Two generations, the older dropped whole: of a visitor, rail and story, how it was counted.
        self._lately: dict[int, int] = {}
        self._before: dict[int, int] = {}
        self._open: dict[tuple[bytes, int], tuple[int, ...]] = {}  # by page: what Recommended showed there
        self._waits = _Waits()

    def take(self, event: Event) -> None:
        """Takes in an event of a rail; whoever calls counts it before the hour ends.

        Raises TypeError or OverflowError where it is none.
        """
        _, at_ms, page, kind, visitor, _, place, rail, edition, stories = event
        places = COUNTED.get(rail)
        if places is None:
            return
        if edition.__class__ is not int or stories.__class__ is not tuple or not stories:
            raise TypeError("an event of a rail without its stories")
        if at_ms // WINDOW_MS > self._span:
            self._begin_span(at_ms // WINDOW_MS)
        waits, is_learnt = self._waits, page and rail == _LEARNT_ON_A_PAGE
        if kind == "rail_shown":
            seen, upper = stories[:places], swapped(edition, rail)
            if upper >= len(stories):  # too short to have been swapped
                upper = 0
            waits.stories.fromlist([*seen])
            waits.counted += _AS_SHOWN[upper][: len(seen)]
            waits.many.append(len(seen))
            if is_learnt and len(self._open) < _MOST_OPEN:
                self._open[visitor, page] = seen
        else:
            if place.__class__ is not int or place < 1:
                raise TypeError("a click without its place")
            if place > places:  # no page of ours: nothing is learnt from it
                return
            beside = self._open.get((visitor, page), ()) if is_learnt else ()
            stood_there = beside[place - 1 : place] == stories
            waits.stories.fromlist([stories[0]])
            waits.counted.append(place << _PLACE | _CLICKED)
            waits.many.append(1)
            waits.choices.append(Choice(edition, page, place, beside) if stood_there else None)
        waits.visitors.append(visitor)
        waits.firsts.append(FIRST[rail])

    def count(self) -> None:
        """Adds what waits to the counts."""
        waits, self._waits = self._waits, _Waits()
        if waits.many:
            stories, counted = np.array(waits.stories, np.int64), np.array(waits.counted)
            firsts = np.repeat(np.array(waits.firsts), waits.many)
            visitors = np.repeat(np.array(waits.visitors, "S8").view(np.uint64), waits.many)
            keys = visitors + firsts.astype(np.uint64) + stories.astype(np.uint64) * _ODD
            self._count(_Rows(keys, stories, firsts, counted), iter(waits.choices))

    def begin_hour(self, hour: int) -> None:
        """Makes this the present hour: lets what is known of places fade, and forgets stories."""
        passed, self._hour = hour - self._hour, hour
        if passed <= 0:
            return
        fade = 2.0 ** (-min(passed, 1000 * _WEEK) / _WEEK)
        self.plain *= fade
        self.in_swaps *= fade
        gone = [
            number
            for number, story in enumerate(self.stories.stories)
            if story != FREE and self._shown_in[number] < hour - _FORGOTTEN_AFTER
        ]
        if gone:
            self.counts[gone] = 0
            self.stories.forget(gone)

    def forget_visitors(self) -> None:
        """Who was shown what is not remembered: who comes next is another, or counts once more."""
        self._lately, self._before = {}, {}
        self._open.clear()

    def of(self, story: int) -> npt.NDArray[np.int32]:
        """The counts of one story, (CELLS, 2)."""
        number = self.stories.number_of.get(story)
        found: npt.NDArray[np.int32] = (
            np.zeros((CELLS, 2), np.int32) if number is None else self.counts[number]
        )
        return found

    def by_place(self) -> Floats:
        """All showings and clicks by cell, (CELLS, 2), fading."""
        whole: Floats = self.plain.copy()
        for rail, places in LEARNT.items():
            first = FIRST[rail]
            # An edition with two places swapped shows the others as ever, but only the two are counted.
            whole[first : first + places - 1] += self.in_swaps[first : first + places - 1, UPPER]
            whole[first + 1 : first + places] += self.in_swaps[first : first + places - 1, LOWER]
        return whole

    def kept(self) -> dict[str, npt.NDArray[Any]]:
        """All there is to know, for a snapshot. Which rails are in sight, and choices, are not kept."""
        room = len(self.stories)
        remembered: dict[str, npt.NDArray[Any]] = {}
        for name, one in (("lately", self._lately), ("before", self._before)):
            # Sorted: the order in which they came would tell who is who.
            keys = np.fromiter(one, np.uint64, len(one))
            order = np.argsort(keys)
            remembered[name] = keys[order]
            remembered[f"{name} counted"] = np.fromiter(one.values(), np.uint8, len(one))[order]
        return {
            "moment": np.array([self._hour, self._span]),
            "stories": np.array(self.stories.stories, np.int64),
            "counts": self.counts[:room],
            "shown in": self._shown_in[:room],
            "plain": self.plain,
            "in swaps": self.in_swaps,
            **remembered,
        }

    def restore(self, kept: Mapping[str, npt.NDArray[Any]]) -> None:
        """Goes on from a snapshot. Raises ValueError for one of other rails."""
        if kept["plain"].shape != self.plain.shape:
            raise ValueError("other rails")
        self._hour, self._span = kept["moment"].tolist()
        self.stories = Numbered(kept["stories"].tolist())
        self.counts, self._shown_in = kept["counts"].copy(), kept["shown in"].copy()
        self.plain, self.in_swaps = kept["plain"].copy(), kept["in swaps"].copy()
        self._lately, self._before = (
            dict(zip(kept[name].tolist(), kept[f"{name} counted"].tolist(), strict=True))
            for name in ("lately", "before")
        )

    def _count(self, rows: _Rows, choices: Iterator[Choice | None]) -> None:
        """Counts what was shown and clicked; `choices` are those of the clicks, in order."""
        is_click = rows.counted & _CLICKED != 0
        known = _found(self._lately, rows.keys)
        late = np.flatnonzero(known == _UNKNOWN)
        known[late] = _found(self._before, rows.keys[late])
        # What is not known of late is remembered anew, unless it was clicked without being shown.
        late = late[(known[late] != _UNKNOWN) | ~is_click[late]]
        anew, first = np.unique(rows.keys[late], return_index=True)
        first = late[first]
        room = max(0, _MOST_REMEMBERED - len(self._lately))
        if len(anew) > room:
            full = int(np.sort(first)[room])
            self._count(rows.part(slice(full)), choices)
            self._turn_over()
            self._count(rows.part(slice(full, None)), choices)
            return
        is_new = known[first] == _UNKNOWN
        remembered = np.where(is_new, rows.counted[first], known[first])
        since = dict(zip(anew.tolist(), first.tolist(), strict=True))
        self._lately.update(zip(since, remembered.tolist(), strict=True))
        self._add(rows.part(np.sort(first[is_new])), SHOWN)
        clicks = []
        for at, choice in zip(np.flatnonzero(is_click).tolist(), choices, strict=False):
            key, clicked = int(rows.keys[at]), int(rows.counted[at])
            shown_to = self._lately.get(key)
            if shown_to is None or since.get(key, at) > at:
                continue
            if shown_to >> _PLACE == clicked >> _PLACE and not shown_to & _CLICKED:
                self._lately[key] = rows.counted[at] = shown_to | _CLICKED
                clicks.append(at)
                if choice is not None and len(self.choices) < _MOST_CHOICES:
                    self.choices.append(choice)
        self._add(rows.part(clicks), CHOSEN)

    def _add(self, rows: _Rows, what: int) -> None:
        """Adds one for each row, in order: what fades adds up to the same only so."""
        numbers = self._numbers(rows.stories.tolist())
        places = rows.counted.astype(np.int64) >> _PLACE
        upper = rows.counted.astype(np.int64) >> _UPPER & _UPPER_BITS
        cells = rows.firsts + places - 1
        np.add.at(self.counts.reshape(-1), (numbers * CELLS + cells) * 2 + what, 1)
        self._shown_in[numbers] = self._hour
        np.add.at(self.plain[:, what], cells[upper == 0], 1.0)
        of_two = places - upper  # UPPER or LOWER
        swapped = (upper > 0) & (of_two >= UPPER) & (of_two <= LOWER)
        of_two = of_two[swapped]
        np.add.at(self.in_swaps[..., what], (cells[swapped] - of_two, of_two), 1.0)

    def _numbers(self, stories: list[int]) -> Numbers:
        """The stories' numbers, new ones for those that had none."""
        number_of, new = self.stories.number_of, self.stories.new
        numbers = np.array([number_of[one] if one in number_of else new(one) for one in stories], np.int64)
        if (more := len(self.stories) - len(self.counts)) > 0:
            more = max(more, 1024, len(self.counts) // 2)
            self.counts = np.concatenate((self.counts, np.zeros((more, CELLS, 2), np.int32)))
            self._shown_in = np.concatenate((self._shown_in, np.zeros(more, np.int32)))
        return numbers

    def _begin_span(self, span: int) -> None:
        self.count()
        if span > self._span + 1:
            self._lately = {}
        self._turn_over()
        self._span = span
        self._open.clear()

    def _turn_over(self) -> None:
        self._before, self._lately = self._lately, {}


def _found(remembered: Mapping[int, int], keys: Keys) -> npt.NDArray[np.int16]:
    """How the showings were counted of which these are the keys."""
    return np.fromiter(map(remembered.get, keys.tolist(), repeat(_UNKNOWN)), np.int16, len(keys))
