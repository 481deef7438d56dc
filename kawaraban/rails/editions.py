"""Editions: one numbered, complete set of the tables behind all rails, swapped whole.

Two values in the store: the catalogue (cards, likeness: large, changes with a publication) and the
edition (rankings, what is read together: small, changes every second), which names its catalogue.
"""

import functools
import hashlib
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import Any, TypeVar

import orjson

from kawaraban.kit.stores import Store, StoreUnavailable
from kawaraban.rails.arrangement import Arranged, Matter
from kawaraban.rankings.charts import Chart
from kawaraban.recommendations import blend
from kawaraban.recommendations.newcomers import Newcomer
from kawaraban.stories.queries import Card

log = logging.getLogger(__name__)

EDITION, CATALOGUE = "edition", "catalogue"
BUDGET = 60.0  # seconds: an older edition says that nobody renews it, for the jobs do every 30
LOOKS_EVERY = 0.1  # seconds between two looks of a shelf at the store's number

_NEWEST_ON_TOPICS = 200

Weighed = tuple[int, float]  # a story and its weight, heaviest first in every table
Key = TypeVar("Key", bound=int | str)


@dataclass(frozen=True)
class Ranking:
    """One section's list. `evidence` counts openings in 24 hours; `half_life` is in seconds."""

    stories: tuple[int, ...]
    readers: tuple[int, ...]  # of each story, in the past 24 hours
    evidence: int
    half_life: float


@dataclass(frozen=True)
class RisingTopic:
    """A topic that rises; or a section, by its slug."""

    slug: str
    surprise: float  # -log10 of the chance to see so many readers on a usual day
    stories: tuple[int, ...]  # most read first
    seen: float = 0.0  # readings an hour at the present pace
    usual: float = 0.0  # readings an hour, as a rule at this hour


@dataclass(frozen=True)
class Charts:
    """The rankings that readers choose from, made less often than the rails: `as_of` says when."""

    as_of: float = 0.0  # seconds since 1970
    # By name and section, as `charts.key` puts them together. What is missing has too few readers.
    of: Mapping[str, Chart] = field(default_factory=dict)
    rising_sections: tuple[RisingTopic, ...] = ()
    # How many different visitors had the stories most read in the past day, today: for the newsroom.
    visitors: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """What changes only when stories do. Tables by section have "" for the whole publication."""

    cards: Mapping[int, Card] = field(default_factory=dict)
    newest: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # by section slug
    alike: Mapping[int, tuple[Weighed, ...]] = field(default_factory=dict)  # 0..1
    storylines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # in their order
    topics: Mapping[str, str] = field(default_factory=dict)  # name by slug
    language: str = "ja"  # of the publication
    number: int = 0

    @functools.cached_property
    def newest_on_topics(self) -> tuple[int, ...]:
        """The newest stories that have a topic: where few have one, nobody walks through all others."""
        with_topics = (story for story in self.newest.get("", ()) if self.cards[story].topics)
        return tuple(itertools.islice(with_topics, _NEWEST_ON_TOPICS))


@dataclass(frozen=True)
class Edition:
    """Everything that the rails of any page need. Every story in a table that has a card may be shown."""

    as_of: float = 0.0  # seconds since 1970
    catalogue: Catalogue = field(default_factory=Catalogue)
    rankings: Mapping[str, Ranking] = field(default_factory=dict)  # by section slug
    # What is read next after a story, by its chance: by people who read both, and what else is likely.
    also_read: Mapping[int, tuple[Weighed, ...]] = field(default_factory=dict)
    read_next: Mapping[int, tuple[Weighed, ...]] = field(default_factory=dict)
    mixture: tuple[float, ...] = (1.0,)  # how much a session's stories weigh, the latest first
    pool: Mapping[str, tuple[tuple[int, float, float], ...]] = field(default_factory=dict)
    weights: blend.Weights = blend.START  # of the parts of Recommended; those of `pool` are weighed already
    newcomers: tuple[Newcomer, ...] = ()
    appeals: Mapping[int, float] = field(default_factory=dict)  # of other stories, 1 being usual
    rising: tuple[RisingTopic, ...] = ()
    charts: Charts = field(default_factory=Charts)
    comments: Mapping[int, int] = field(default_factory=dict)
    arranged: Arranged = field(default_factory=Arranged)  # in force at `as_of`
    wordings: Mapping[int, int] = field(default_factory=dict)  # of stories under test: which one shows
    number: int = 0
    # What is the same on every page of a section, worked out for the first of them.
    worked_out: dict[object, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def is_late(self, now: float) -> bool:
        """Whether its tables are older than their budget at `now`, in seconds since 1970."""
        return now - self.as_of > BUDGET

    @property
    def cards(self) -> Mapping[int, Card]:
        return self.catalogue.cards


def publish(store: Store, edition: Edition) -> Edition:
    """Puts the edition where every shelf finds it; the same, with its numbers. Raises StoreUnavailable.

    The catalogue goes first and only when it has no number yet: a shelf never sees tables whose
    cards are not there. One process publishes.
    """
    catalogue = edition.catalogue
    # It may be there no more: Redis forgets when it is started again.
    if not catalogue.number or store.version(CATALOGUE) != catalogue.number:
        catalogue = replace(catalogue, number=store.put(CATALOGUE, _catalogue_to_bytes(catalogue)))
    numbered = replace(edition, catalogue=catalogue)
    return replace(numbered, number=store.put(EDITION, _edition_to_bytes(numbered)))


class Shelf:
    """Holds the newest edition decoded. Cheap to ask for every page; shared by threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held = Edition()
        self._foreign: int | None = None  # the number of an edition that this code can't read
        self._looks_at = 0.0
        self._looking = threading.Lock()

    @property
    def at_hand(self) -> Edition:
        """The newest edition that was looked up: waits for nothing."""
        return self._held

    def current(self) -> Edition:
        """The newest edition, at most LOOKS_EVERY late; an empty one (number 0) before the first."""
        if time.monotonic() >= self._looks_at and self._looking.acquire(blocking=False):
            try:
                self._look()
            except StoreUnavailable as why:
                log.warning("edition %d kept, its store did not answer: %s", self._held.number, why)
            finally:
                self._looks_at = time.monotonic() + LOOKS_EVERY
                self._looking.release()
        return self._held

    def glance(self) -> bool:
        """Sees, where that takes no waiting, that the edition held is the newest; whether it is."""
        newest = self._held.number == self._store.glance_at_version(EDITION)
        if newest:
            self._looks_at = time.monotonic() + LOOKS_EVERY
        return newest

    def is_up_to_date(self, late: float = 0.0) -> bool:
        """Whether `current` would answer without a look at the store, or would have `late` seconds ago."""
        return time.monotonic() < self._looks_at + late

    def _look(self) -> None:
        if self._store.version(EDITION) in (self._held.number or None, self._foreign, None):
            return
        found = self._store.get(EDITION)
        if found is None:
            return
        number, data = found[0], orjson.loads(found[1])
        if data.get("format") != _FORMAT:
            log.warning("edition %d is another release's: edition %d kept", number, self._held.number)
            self._foreign = number
            return
        catalogue = self._catalogue(data["catalogue"])
        # A newer catalogue lies there than this edition was made with: its edition follows at once.
        if catalogue is not None:
            self._held = _edition_from(data, number, catalogue)

    def _catalogue(self, wanted: int) -> Catalogue | None:
        if self._held.catalogue.number == wanted:
            return self._held.catalogue
        found = self._store.get(CATALOGUE)
        if found is None or found[0] != wanted:
            return None
        data = orjson.loads(found[1])
        return _catalogue_from(data, wanted) if data.get("format") == _FORMAT else None


Made = TypeVar("Made")


class _AsAsked(Mapping[Key, Made]):
    """A table as it was kept, of which each entry is made when a page first asks for it: an edition has
    thousands, a page few."""

    def __init__(self, kept: Mapping[Key, Any], make: Callable[[Any], Made]) -> None:
        self._kept = kept
        self._make = make
        self._made: dict[Key, Made] = {}

    def __getitem__(self, key: Key) -> Made:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(self._kept[key])
        return made

    def __contains__(self, key: object) -> bool:
        return key in self._kept

    def __iter__(self) -> Iterator[Key]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


def _rows(told: Mapping[str, Any]) -> Mapping[Any, tuple[Any, ...]]:
    """The table that `_rows_told` told."""
    ends = itertools.pairwise(itertools.accumulate(told["lengths"], initial=0))
    text: str = told["rows"]
    return _AsAsked(
        dict(zip(told["keys"], ends, strict=True)),
        lambda where: tuple(map(tuple, orjson.loads(text[where[0] : where[1]]))),
    )


def _rows_told(table: Mapping[Key, tuple[Any, ...]]) -> dict[str, Any]:
    """The table as one text and where in it each row begins: a worker reads every edition, and few rows."""
    rows = [orjson.dumps(row).decode("ascii") for row in table.values()]
    return {"keys": list(table), "lengths": list(map(len, rows)), "rows": "".join(rows)}


_CARD_FIELDS = tuple(one.name for one in fields(Card))
_SEVERAL = tuple(one.name for one in fields(Card) if "tuple" in str(one.type))


def _card_from(kept: list[Any]) -> Card:
    """The card, straight into its fields: a frozen dataclass sets each by a call of its own, and a page
    that nobody has asked for yet shows twenty cards that were never made before."""
    card = Card.__new__(Card)
    values = card.__dict__
    values.update(zip(_CARD_FIELDS, kept, strict=True))
    for name in _SEVERAL:
        values[name] = tuple(values[name])
    return card


# `dataclasses.astuple` copies what it finds, and takes a second for a full catalogue.
_AS_KEPT = attrgetter(*_CARD_FIELDS)


_LAID_OUT = 3  # another number with every change of how fields are told in bytes


def _format() -> str:
    """A word for what editions are made of: another as soon as a release adds or drops a field."""
    kinds: tuple[Any, ...] = (Card, Catalogue, Charts, Edition, Ranking, RisingTopic)
    names = [[one.name for one in fields(kind)] for kind in kinds]
    return hashlib.sha256(repr([_LAID_OUT, names]).encode()).hexdigest()[:12]


_FORMAT = _format()


def _catalogue_to_bytes(catalogue: Catalogue) -> bytes:
    return orjson.dumps(
        {
            "format": _FORMAT,
            "cards": [_AS_KEPT(card) for card in catalogue.cards.values()],
            "newest": dict(catalogue.newest),
            "alike": _rows_told(catalogue.alike),
            "storylines": dict(catalogue.storylines),
            "topics": dict(catalogue.topics),
            "language": catalogue.language,
        }
    )


def _catalogue_from(data: dict[str, Any], number: int) -> Catalogue:
    return Catalogue(
        cards=_AsAsked({fields[0]: fields for fields in data["cards"]}, _card_from),
        newest=data["newest"],
        alike=_rows(data["alike"]),
        storylines=data["storylines"],
        topics=data["topics"],
        language=data["language"],
        number=number,
    )


def _edition_to_bytes(edition: Edition) -> bytes:
    return orjson.dumps(
        {
            "format": _FORMAT,
            "as_of": edition.as_of,
            "catalogue": edition.catalogue.number,
            "rankings": dict(edition.rankings),
            "also_read": _rows_told(edition.also_read),
            "read_next": _rows_told(edition.read_next),
            "mixture": edition.mixture,
            "pool": dict(edition.pool),
            "weights": tuple(edition.weights),
            "newcomers": list(map(tuple, edition.newcomers)),
            "appeals": list(edition.appeals.items()),
            "rising": edition.rising,
            "charts": [
                edition.charts.as_of,
                _rows_told(edition.charts.of),
                edition.charts.rising_sections,
                edition.charts.visitors,
            ],
            "comments": list(edition.comments.items()),
            "wordings": list(edition.wordings.items()),
            "arranged": _arranged_told(edition.arranged),
        }
    )


def _edition_from(data: dict[str, Any], number: int, catalogue: Catalogue) -> Edition:
    return Edition(
        as_of=data["as_of"],
        catalogue=catalogue,
        rankings={section: Ranking(**one) for section, one in data["rankings"].items()},
        also_read=_rows(data["also_read"]),
        read_next=_rows(data["read_next"]),
        mixture=tuple(data["mixture"]),
        pool=data["pool"],
        weights=blend.Weights(*data["weights"]),
        newcomers=tuple(Newcomer(*one) for one in data["newcomers"]),
        appeals=dict(data["appeals"]),
        rising=_rising_from(data["rising"]),
        charts=_charts_from(*data["charts"]),
        comments=dict(data["comments"]),
        # A release before these knew none of them.
        wordings=dict(data.get("wordings", ())),
        arranged=_arranged_from(*data.get("arranged", ({}, (), {}))),
        number=number,
    )


def _rising_from(told: list[dict[str, Any]]) -> tuple[RisingTopic, ...]:
    return tuple(RisingTopic(**{**one, "stories": tuple(one["stories"])}) for one in told)


def _charts_from(
    as_of: float, of: Mapping[str, Any], sections: list[dict[str, Any]], visitors: list[list[int]]
) -> Charts:
    told = tuple((story, count) for story, count in visitors)
    return Charts(as_of, _rows(of), _rising_from(sections), told)


def _arranged_told(arranged: Arranged) -> list[Any]:
    by_story, by_topic = arranged.apart_from_story, arranged.apart_from_topic
    return [dict(arranged.pins), list(by_story.items()), dict(by_topic)]


def _arranged_from(pins: Any, by_story: Any, by_topic: Any) -> Arranged:
    return Arranged(
        pins={place: tuple(stories) for place, stories in pins.items()},
        apart_from_story={story: tuple(Matter(**one) for one in apart) for story, apart in by_story},
        apart_from_topic={topic: tuple(Matter(**one) for one in apart) for topic, apart in by_topic.items()},
    )
