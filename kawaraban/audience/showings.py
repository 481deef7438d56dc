"""What rails showed and what was chosen there, counted by story, rail and place.

Fed by the fold with the events of `swaps.COUNTED`, in the order of the log; nothing here asks the clock.
A visitor counts once per story and rail in a window. A click counts only where a showing of the story to
this visitor was counted, at that place and once: clicks never outnumber showings, nor can be made up
without them.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Floats
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
_WORD = (1 << 64) - 1
_ODD = 0x9E3779B97F4A7C15  # spreads small numbers over a word (Knuth's multiplicative hashing)
_LEARNT_ON_A_PAGE = "recommended"


class Choice(NamedTuple):
    """A click in Recommended of a story's page, with all that stood there."""

    edition: int
    page: int
    place: int  # from 1
    stories: tuple[int, ...]  # by place


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
        self._open: dict[int, tuple[int, ...]] = {}  # of a visitor and page: what Recommended showed

    def take(self, event: Event) -> None:
        """Takes in an event of a rail. Raises TypeError where it is none."""
        rail = event.rail
        places = COUNTED.get(rail)
        if places is None:
            return
        stories, page, edition = event.stories, event.story, event.edition
        if edition.__class__ is not int or stories.__class__ is not tuple or not stories:
            raise TypeError("an event of a rail without its stories")
        if any(story.__class__ is not int for story in stories):
            raise TypeError("stories of wrong types")
        if event.at_ms // WINDOW_MS > self._span:
            self._begin_span(event.at_ms // WINDOW_MS)
        first, upper = FIRST[rail], swapped(edition, rail)
        who = (int.from_bytes(event.visitor, "little") + first) & _WORD
        if event.kind == "rail_shown":
            if upper >= len(stories):  # too short to have been swapped
                upper = 0
            for place, story in enumerate(stories[:places], start=1):
                if self._remembered(_key(who, story)) is None:
                    self._lately[_key(who, story)] = place << _PLACE | upper << _UPPER
                    self._count(story, first, place, upper, SHOWN)
            if page and rail == _LEARNT_ON_A_PAGE and len(self._open) < _MOST_OPEN:
                self._open[_key(who, page)] = stories[:places]
            return
        place, story = event.value, stories[0]
        if place.__class__ is not int or place < 1:
            raise TypeError("a click without its place")
        if place > places:  # no page of ours: nothing is learnt from it
            return
        shown_to = self._remembered(_key(who, story))
        if shown_to is not None and shown_to >> _PLACE == place and not shown_to & _CLICKED:
            self._lately[_key(who, story)] = shown_to | _CLICKED
            self._count(story, first, place, shown_to >> _UPPER & _UPPER_BITS, CHOSEN)
            shown = self._open.get(_key(who, page), ())
            if shown[place - 1 : place] == stories and len(self.choices) < _MOST_CHOICES:
                self.choices.append(Choice(edition, page, place, shown))

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

    def _count(self, story: int, first: int, place: int, upper: int, what: int) -> None:
        number = self.stories.number_of.get(story)
        if number is None:
            number = self.stories.new(story)
            if number >= len(self.counts):
                more = max(1024, number // 2)
                self.counts = np.concatenate((self.counts, np.zeros((more, CELLS, 2), np.int32)))
                self._shown_in = np.concatenate((self._shown_in, np.zeros(more, np.int32)))
        cell = first + place - 1
        self.counts[number, cell, what] += 1
        self._shown_in[number] = self._hour
        if not upper:
            self.plain[cell, what] += 1.0
        elif place in (upper, upper + 1):
            self.in_swaps[first + upper - 1, place - upper, what] += 1.0

    def _remembered(self, key: int) -> int | None:
        """How the showing was counted of which this is the key; it is remembered anew."""
        counted = self._lately.get(key)
        if counted is None:
            if len(self._lately) >= _MOST_REMEMBERED:
                self._turn_over()
            counted = self._before.get(key)
            if counted is not None:
                self._lately[key] = counted
        return counted

    def _begin_span(self, span: int) -> None:
        if span > self._span + 1:
            self._lately = {}
        self._turn_over()
        self._span = span
        self._open.clear()

    def _turn_over(self) -> None:
        self._before, self._lately = self._lately, {}


def _key(who: int, what: int) -> int:
    return (who + what * _ODD) & _WORD
