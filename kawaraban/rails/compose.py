"""All rails of one page together: the ranking true and whole, the others yielding, no story twice.

What editors have arranged goes first: their pins stand, and what they keep apart from the page's story
stands in no rail but the ranking, which is never thinned.

Linear in the places to fill: the tables of the edition are ordered already, and each rail walks down
its own until it is full.
"""

import datetime as dt
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kawaraban.kit import clock
from kawaraban.rails import candidates, exploring, reasons
from kawaraban.rails.arrangement import EVERYWHERE, Barred, Occupied, beside
from kawaraban.rails.candidates import Candidate
from kawaraban.rails.editions import Edition
from kawaraban.rails.reasons import Promise, Words
from kawaraban.rails.slots import (
    ALSO_READ,
    EVERY_RAIL,
    IN_ORDER,
    MOST_READ,
    PINNED,
    RECOMMENDED,
    STORYLINE,
    TOPICS,
    Slot,
    chart_path,
)
from kawaraban.recommendations.variety import Variety
from kawaraban.stories.queries import Card

_MINUTE = 60.0  # seconds


@dataclass(frozen=True)
class PageSlots:
    """What a page asks for, and what stands on it already.

    `standing` are the stories that the page itself shows (a front's own lists, a storyline's box):
    the rails but the ranking yield to them. `section` is a slug, "" for the whole publication.
    """

    kind: Literal["story", "front", "section", "person", "topic"]
    story_id: int | None = None
    section: str = ""
    standing: tuple[int, ...] = ()
    rails: tuple[str, ...] = EVERY_RAIL


class RailItem(NamedTuple):
    """One place of a rail, counted from 1. `here` is the story being read; `age_label` may be ""."""

    card: Card
    place: int
    reason: Words
    here: bool = False
    age_label: Words | Literal[""] = ""


class Rail(NamedTuple):
    """A rail as a page shows it. `poses` says whether it is what its name says, or a stand-in."""

    name: str
    heading: Promise
    as_of: dt.datetime
    items: tuple[RailItem, ...]
    note: Words
    poses: bool = True
    edition: int = 0  # the number of the tables it was filled from
    late: bool = False  # those are older than their budget: nobody renews them
    more: str = ""  # the address of the whole of it
    # Where many pages show this very rail: what was made of it, by language.
    markup: dict[str, str] | None = None


class _Filled(NamedTuple):
    """A rail's choice before it becomes places."""

    chosen: Sequence[Candidate]
    poses: bool
    note: Words


def compose(edition: Edition, page: PageSlots, now: dt.datetime) -> dict[str, Rail]:
    """The rails of the page by name, those that stay away left out.

    The order of yielding is `slots.IN_ORDER`. The same edition, page and time give the same rails in
    every process.
    """
    story = edition.cards.get(page.story_id) if page.story_id is not None else None
    occupied = Occupied(page.standing, Barred(edition.arranged, page.story_id, story), edition.cards)
    if page.story_id is not None:
        occupied.take((page.story_id,))
    stamp = clock.stamp(now)
    variety = Variety(edition.catalogue.alike, edition.catalogue.subjects)
    rails: dict[str, Rail] = {}
    for slot in IN_ORDER:
        if slot.name not in page.rails:
            continue
        if slot is MOST_READ:
            rail = _most_read(edition, page, stamp)
        else:
            filled = _FILLS[slot.name](edition, page, occupied, stamp)
            if slot.varied:
                filled = _varied(filled, slot, variety)
                shown = exploring.explored(edition, slot, page.section, filled.chosen, occupied, variety)
                filled = _Filled(shown, filled.poses, filled.note)
            rail = _rail(slot, filled, edition, page, stamp)
        if rail is not None:
            rails[slot.name] = rail
            occupied.take([item.card.id for item in rail.items])
    return rails


def _rail(slot: Slot, filled: _Filled, edition: Edition, page: PageSlots, now: float) -> Rail | None:
    """The rail with its places; None if it stays away."""
    chosen, poses, note = filled
    if not chosen or len(chosen) < slot.fewest:
        return None
    return Rail(
        slot.name,
        slot.heading if poses else slot.else_heading,
        edition.moment,
        placed(slot, chosen, edition, page, now),
        note,
        poses,
        edition.number,
        edition.is_late(now),
        chart_path(section=page.section) if slot is MOST_READ and poses else "",
    )


def _varied(filled: _Filled, slot: Slot, variety: Variety) -> _Filled:
    reason_of = dict(filled.chosen)
    chosen = [(story, reason_of[story]) for story in variety.choose(list(reason_of), slot.size)]
    return _Filled(chosen, filled.poses, filled.note)


def placed(
    slot: Slot, chosen: Sequence[Candidate], edition: Edition, page: PageSlots, now: float
) -> tuple[RailItem, ...]:
    """The chosen stories in their places, each in the wording and with the age that the page shows."""
    cards, wordings, read = edition.catalogue.cards, edition.wordings, page.story_id
    minute = now // _MINUTE * _MINUTE  # so that whoever makes a page within it tells the same ages
    young = minute - slot.labelled_after
    items = []
    for place, (story, reason) in enumerate(chosen, start=1):
        card = cards[story]
        # Who reads the story has its own headline before them, whatever a test shows elsewhere.
        if story in wordings and story != read:
            card = card.worded(wordings[story])
        label: Words | Literal[""] = reasons.age(minute - card.published) if card.published < young else ""
        items.append(RailItem(card, place, reason, story == read, label))
    return tuple(items)


def _most_read(edition: Edition, page: PageSlots, now: float) -> Rail | None:
    """A ranking that left stories out for what stands on the page would not be one.

    So within a minute it is the same on all pages of a section, but for those of its own stories.
    """
    key = ("most read", page.section)
    filled: _Filled | None = edition.worked_out.get(key)
    if filled is None:
        filled = edition.worked_out[key] = _ranked(edition, page.section)
    if any(story == page.story_id for story, _ in filled.chosen):
        return _rail(MOST_READ, filled, edition, page, now)
    of_now = (now // _MINUTE, edition.is_late(now))
    rail: Rail | None
    made_of, rail = edition.worked_out.get((*key, "rail"), (None, None))
    if made_of != of_now:
        made = _rail(MOST_READ, filled, edition, page, now)
        rail = made and made._replace(markup={})
        edition.worked_out[*key, "rail"] = of_now, rail
    return rail


def _ranked(edition: Edition, section: str) -> _Filled:
    unpublished = _Unpublished(edition)
    ranking = edition.rankings.get(section)
    if ranking is None or ranking.evidence < MOST_READ.smallest_evidence:
        newest = ((story, reasons.NEW) for story in edition.catalogue.newest.get(section, ()))
        return _Filled(_first(MOST_READ.size, newest, unpublished), False, reasons.TOO_FEW)
    ranked = (
        (story, reasons.read_in_a_day(times))
        for story, times in zip(ranking.stories, ranking.readers, strict=True)
    )
    note = reasons.ranked_within(ranking.half_life)
    return _Filled(_first(MOST_READ.size, ranked, unpublished), True, note)


def _pinned(edition: Edition, page: PageSlots, occupied: Container[int], now: float) -> _Filled:
    places = [EVERYWHERE] if page.section == EVERYWHERE else [page.section, EVERYWHERE]
    if page.story_id is not None:
        places.insert(0, beside(page.story_id))
    pinned = ((story, reasons.PINNED) for place in places for story in edition.arranged.pins.get(place, ()))
    return _Filled(_first(PINNED.size, pinned, occupied), True, reasons.NOTHING)


def _storyline(edition: Edition, page: PageSlots, occupied: Container[int], now: float) -> _Filled:
    line = candidates.storyline(edition, page.story_id)
    return _Filled(_first(STORYLINE.size, line, occupied), True, reasons.NOTHING)


def _also_read(edition: Edition, page: PageSlots, occupied: Container[int], now: float) -> _Filled:
    together = _first(ALSO_READ.offered, candidates.read_together(edition, page.story_id), occupied)
    if len(together) >= ALSO_READ.smallest_evidence:
        return _Filled(together, True, reasons.NOTHING)
    related = candidates.related(edition, page.story_id, [story for story, _ in together])
    chosen = _first(ALSO_READ.offered, related, occupied)
    return _Filled(chosen, False, reasons.TOO_FEW_TOGETHER)


def _recommended(edition: Edition, page: PageSlots, occupied: Container[int], now: float) -> _Filled:
    blended = candidates.blended(edition, page.story_id, page.section, now)
    return _Filled(_first(RECOMMENDED.offered, blended, occupied), True, reasons.NOTHING)


def _topics(edition: Edition, page: PageSlots, occupied: Container[int], now: float) -> _Filled:
    rising = candidates.of_rising_topics(edition, occupied, TOPICS.size)
    if len(rising) >= TOPICS.smallest_evidence:
        return _Filled(rising, True, reasons.NOTHING)
    fresh = candidates.of_new_topics(edition, occupied, TOPICS.size)
    return _Filled(fresh, False, reasons.TOO_FEW_RISING)


def _first(most: int, offered: Iterable[Candidate], occupied: Container[int]) -> list[Candidate]:
    """The first so many that are not occupied, each once."""
    chosen: dict[int, Words] = {}
    for story, reason in offered:
        if story not in chosen and story not in occupied:
            chosen[story] = reason
            if len(chosen) == most:
                break
    return list(chosen.items())


class _Unpublished(Container[int]):
    """What even the ranking leaves out: tables may be a moment older than the catalogue."""

    def __init__(self, edition: Edition) -> None:
        self._cards = edition.cards

    def __contains__(self, story: object) -> bool:
        return story not in self._cards


_FILLS: dict[str, Callable[[Edition, PageSlots, Container[int], float], _Filled]] = {
    PINNED.name: _pinned,
    STORYLINE.name: _storyline,
    ALSO_READ.name: _also_read,
    RECOMMENDED.name: _recommended,
    TOPICS.name: _topics,
}
