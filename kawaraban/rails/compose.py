"""All rails of one page together: the ranking true and whole, the others yielding, no story twice.

Linear in the places to fill: the tables of the edition are ordered already, and each rail walks down
its own until it is full.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kawaraban.kit import clock
from kawaraban.rails import candidates, reasons
from kawaraban.rails.candidates import Candidate
from kawaraban.rails.editions import Edition
from kawaraban.rails.reasons import Promise, Words
from kawaraban.rails.slots import ALSO_READ, EVERY_RAIL, MOST_READ, RECOMMENDED, TOPICS, Slot
from kawaraban.stories.queries import Card


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


@dataclass(frozen=True)
class RailItem:
    """One place of a rail, counted from 1. `here` is the story being read; `age_label` may be ""."""

    card: Card
    place: int
    reason: Words
    here: bool = False
    age_label: Words | Literal[""] = ""


@dataclass(frozen=True)
class Rail:
    """A rail as a page shows it. `poses` says whether it is what its name says, or a stand-in."""

    name: str
    heading: Promise
    as_of: dt.datetime
    items: tuple[RailItem, ...]
    note: Words
    poses: bool = True
    edition: int = 0  # the number of the tables it was filled from


@dataclass(frozen=True)
class _Filled:
    """A rail's choice before it becomes places."""

    chosen: Sequence[Candidate]
    poses: bool
    note: Words


def compose(edition: Edition, page: PageSlots, now: dt.datetime) -> dict[str, Rail]:
    """The rails of the page by name, those that stay away left out.

    The order of yielding: the ranking, what was read together (or is alike), recommended, topics.
    The same edition, page and time give the same rails in every process.
    """
    taken = set(page.standing)
    if page.story_id is not None:
        taken.add(page.story_id)
    rails: dict[str, Rail] = {}
    for slot, fill in _IN_ORDER:
        if slot.name not in page.rails:
            continue
        rail = _rail(slot, fill(edition, page, taken, clock.stamp(now)), edition, page, clock.stamp(now))
        if rail is not None:
            rails[slot.name] = rail
            taken.update(item.card.id for item in rail.items)
    return rails


def _rail(slot: Slot, filled: _Filled, edition: Edition, page: PageSlots, now: float) -> Rail | None:
    if len(filled.chosen) < slot.fewest:
        return None
    items = tuple(
        _item(slot, edition.cards[story], place, reason, page, now)
        for place, (story, reason) in enumerate(filled.chosen, start=1)
    )
    heading = slot.heading if filled.poses else slot.else_heading
    as_of = clock.moment(edition.as_of)
    return Rail(slot.name, heading, as_of, items, filled.note, filled.poses, edition.number)


def _item(slot: Slot, card: Card, place: int, reason: Words, page: PageSlots, now: float) -> RailItem:
    age = now - card.published
    label: Words | Literal[""] = reasons.age(age) if age > slot.labelled_after else ""
    return RailItem(card, place, reason, card.id == page.story_id, label)


def _most_read(edition: Edition, page: PageSlots, taken: set[int], now: float) -> _Filled:
    # Neither `taken` nor `now` is looked at: a ranking that left stories out would not be one.
    ranking = edition.rankings.get(page.section)
    if ranking is None or ranking.evidence < MOST_READ.smallest_evidence:
        newest = ((story, reasons.NEW) for story in edition.catalogue.newest.get(page.section, ()))
        return _Filled(_first(MOST_READ.size, newest, set(), edition), False, reasons.TOO_FEW)
    ranked = (
        (story, reasons.read_by(readers))
        for story, readers in zip(ranking.stories, ranking.readers, strict=True)
    )
    note = reasons.ranked_within(ranking.half_life)
    return _Filled(_first(MOST_READ.size, ranked, set(), edition), True, note)


def _also_read(edition: Edition, page: PageSlots, taken: set[int], now: float) -> _Filled:
    together = _first(ALSO_READ.size, candidates.read_together(edition, page.story_id), taken, edition)
    if len(together) >= ALSO_READ.smallest_evidence:
        return _Filled(together, True, reasons.NOTHING)
    related = candidates.related(edition, page.story_id, [story for story, _ in together])
    chosen = _first(ALSO_READ.size, related, taken, edition)
    return _Filled(chosen, False, reasons.TOO_FEW_TOGETHER)


def _recommended(edition: Edition, page: PageSlots, taken: set[int], now: float) -> _Filled:
    blended = candidates.blended(edition, page.story_id, page.section, now)
    return _Filled(_first(RECOMMENDED.size, blended, taken, edition), True, reasons.NOTHING)


def _topics(edition: Edition, page: PageSlots, taken: set[int], now: float) -> _Filled:
    rising = candidates.of_rising_topics(edition, taken)
    poses = len(rising) >= TOPICS.smallest_evidence
    if poses:
        return _Filled(rising[: TOPICS.size], True, reasons.NOTHING)
    fresh = candidates.of_new_topics(edition, taken, TOPICS.size)
    return _Filled(fresh, False, reasons.TOO_FEW_RISING)


def _first(most: int, offered: Iterable[Candidate], taken: set[int], edition: Edition) -> list[Candidate]:
    """The first so many that are published, not taken, and not offered before."""
    chosen: list[Candidate] = []
    seen = set(taken)
    for story, reason in _published(offered, edition):
        if len(chosen) == most:
            break
        if story not in seen:
            seen.add(story)
            chosen.append((story, reason))
    return chosen


def _published(offered: Iterable[Candidate], edition: Edition) -> Iterator[Candidate]:
    # Tables may be a moment older than the catalogue: a story without a card was withdrawn.
    return (one for one in offered if one[0] in edition.cards)


_Fill = Callable[[Edition, PageSlots, set[int], float], _Filled]
_IN_ORDER: tuple[tuple[Slot, _Fill], ...] = (
    (MOST_READ, _most_read),
    (ALSO_READ, _also_read),
    (RECOMMENDED, _recommended),
    (TOPICS, _topics),
)
