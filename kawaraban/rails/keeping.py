"""How catalogues and editions are kept: a head that is read whole, and after it the rows of their tables.

A worker reads every edition, and asks for few of its rows: each is made when a page first asks for it.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, TypeVar

import orjson

from kawaraban.rails.arrangement import Arranged, Matter
from kawaraban.rails.editions import Catalogue, Charts, Edition, Ranking, RisingTopic
from kawaraban.recommendations import blend
from kawaraban.recommendations.newcomers import Newcomer
from kawaraban.stories.queries import Card

Key = TypeVar("Key", bound=int | str)
Made = TypeVar("Made")

_Where = tuple[int, int]  # of a row among the bytes: its first one, and the one after its last


class _AsAsked(Mapping[Key, Made]):
    """A table as it is kept, of which each entry is made when it is first asked for."""

    def __init__(self, where: Mapping[Key, _Where], kept: memoryview, make: Callable[[Any], Made]) -> None:
        self._where = where
        self._kept = kept
        self._make = make
        self._made: dict[Key, Made] = {}

    def __getitem__(self, key: Key) -> Made:
        made = self._made.get(key)
        if made is None:
            begin, end = self._where[key]
            made = self._made[key] = self._make(orjson.loads(self._kept[begin:end]))
        return made

    def get(self, key: Key, default: Any = None) -> Any:
        # Mapping's own finds out by an exception what is not there.
        made = self._made.get(key)
        if made is not None:
            return made
        return self[key] if key in self._where else default

    def __contains__(self, key: object) -> bool:
        return key in self._where

    def __iter__(self) -> Iterator[Key]:
        return iter(self._where)

    def __len__(self) -> int:
        return len(self._where)


class Unreadable(Exception):
    """Another release kept this, or it is damaged; says which."""


@dataclass(frozen=True)
class Kept:
    """What lay in the store: `head` is all that is not in tables of many rows."""

    head: dict[str, Any]
    tables: Mapping[str, Mapping[Any, _Where]]
    rows: memoryview

    def table(self, name: str, make: Callable[[Any], Made]) -> Mapping[Any, Made]:
        """The table of that name, each row of which `make` makes of its JSON."""
        return _AsAsked(self.tables[name], self.rows, make)


def opened(kept: bytes) -> Kept:
    """What these bytes hold. Raises Unreadable."""
    rows = memoryview(kept)
    at = 4 + int.from_bytes(rows[:4], "big")
    try:
        head = orjson.loads(rows[4:at])
    except orjson.JSONDecodeError as why:
        raise Unreadable("is damaged") from why
    if head.get("format") != FORMAT:
        raise Unreadable("is another release's")
    tables = {}
    for name, keys, lengths in head["tables"]:
        ends = list(itertools.accumulate(lengths, initial=at))
        tables[name] = dict(zip(keys, itertools.pairwise(ends), strict=True))
        at = ends[-1]
    if at != len(rows):
        raise Unreadable("is damaged")
    return Kept(head, tables, rows)


def packed(head: Mapping[str, Any], tables: Mapping[str, Mapping[Any, Any]]) -> bytes:
    """Head and tables as one value for the store."""
    rows = {name: [orjson.dumps(row) for row in table.values()] for name, table in tables.items()}
    told = [(name, list(tables[name]), list(map(len, made))) for name, made in rows.items()]
    first = orjson.dumps({"format": FORMAT, **head, "tables": told})
    return b"".join([len(first).to_bytes(4, "big"), first, *itertools.chain.from_iterable(rows.values())])


def catalogue_to_bytes(catalogue: Catalogue) -> bytes:
    return packed(
        {
            "newest": dict(catalogue.newest),
            "newest_on_topics": catalogue.newest_on_topics,
            "subjects": list(catalogue.subjects.items()),
            "storylines": dict(catalogue.storylines),
            "topics": dict(catalogue.topics),
            "language": catalogue.language,
        },
        {
            "cards": {number: _AS_KEPT(card) for number, card in catalogue.cards.items()},
            "alike": catalogue.alike,
        },
    )


def catalogue_from(kept: Kept, number: int) -> Catalogue:
    return Catalogue(
        cards=kept.table("cards", _card_from),
        newest=kept.head["newest"],
        newest_on_topics=kept.head["newest_on_topics"],
        alike=kept.table("alike", _row),
        subjects=dict(kept.head["subjects"]),
        storylines=kept.head["storylines"],
        topics=kept.head["topics"],
        language=kept.head["language"],
        number=number,
    )


def edition_to_bytes(edition: Edition) -> bytes:
    charts = edition.charts
    return packed(
        {
            "as_of": edition.as_of,
            "catalogue": edition.catalogue.number,
            "rankings": dict(edition.rankings),
            "mixture": edition.mixture,
            "pool": dict(edition.pool),
            "weights": tuple(edition.weights),
            "newcomers": list(map(tuple, edition.newcomers)),
            "appeals": list(edition.appeals.items()),
            "rising": edition.rising,
            "charts": [charts.as_of, charts.rising_sections, charts.visitors],
            "comments": list(edition.comments.items()),
            "wordings": list(edition.wordings.items()),
            "arranged": _arranged_told(edition.arranged),
        },
        {"also_read": edition.also_read, "read_next": edition.read_next, "charts": charts.of},
    )


def edition_from(kept: Kept, number: int, catalogue: Catalogue) -> Edition:
    data = kept.head
    return Edition(
        as_of=data["as_of"],
        catalogue=catalogue,
        rankings={section: Ranking(**one) for section, one in data["rankings"].items()},
        also_read=kept.table("also_read", _row),
        read_next=kept.table("read_next", _row),
        mixture=tuple(data["mixture"]),
        pool=data["pool"],
        weights=blend.Weights(*data["weights"]),
        newcomers=tuple(Newcomer(*one) for one in data["newcomers"]),
        appeals=dict(data["appeals"]),
        rising=_rising_from(data["rising"]),
        charts=_charts_from(kept),
        comments=dict(data["comments"]),
        wordings=dict(data["wordings"]),
        arranged=_arranged_from(*data["arranged"]),
        number=number,
    )


def _row(kept: list[list[Any]]) -> tuple[Any, ...]:
    return tuple(map(tuple, kept))


_CARD_FIELDS = tuple(one.name for one in fields(Card))
_SEVERAL = tuple(one.name for one in fields(Card) if "tuple" in str(one.type))
# `dataclasses.astuple` copies what it finds, and takes a second for a full catalogue.
_AS_KEPT = attrgetter(*_CARD_FIELDS)


def _card_from(kept: list[Any]) -> Card:
    """The card, straight into its fields: a frozen dataclass sets each by a call of its own, and a page
    that nobody has asked for yet shows twenty cards that were never made before."""
    card = Card.__new__(Card)
    values = card.__dict__
    values.update(zip(_CARD_FIELDS, kept, strict=True))
    for name in _SEVERAL:
        values[name] = tuple(values[name])
    return card


def _rising_from(told: list[dict[str, Any]]) -> tuple[RisingTopic, ...]:
    return tuple(RisingTopic(**{**one, "stories": tuple(one["stories"])}) for one in told)


def _charts_from(kept: Kept) -> Charts:
    as_of, sections, visitors = kept.head["charts"]
    told = tuple((story, count) for story, count in visitors)
    return Charts(as_of, kept.table("charts", _row), _rising_from(sections), told)


def _arranged_told(arranged: Arranged) -> list[Any]:
    by_story, by_topic = arranged.apart_from_story, arranged.apart_from_topic
    return [dict(arranged.pins), list(by_story.items()), dict(by_topic)]


def _arranged_from(pins: Any, by_story: Any, by_topic: Any) -> Arranged:
    return Arranged(
        pins={place: tuple(stories) for place, stories in pins.items()},
        apart_from_story={story: tuple(Matter(**one) for one in apart) for story, apart in by_story},
        apart_from_topic={topic: tuple(Matter(**one) for one in apart) for topic, apart in by_topic.items()},
    )


def _format() -> str:
    """A word for what editions are made of: another as soon as a release adds or drops a field."""
    kinds: tuple[Any, ...] = (Card, Catalogue, Charts, Edition, Ranking, RisingTopic)
    names = [[one.name for one in fields(kind)] for kind in kinds]
    return hashlib.sha256(repr(names).encode()).hexdigest()[:12]


# How heads and rows are laid out is said by the shelf's keys, this says what stands in them.
FORMAT = _format()
