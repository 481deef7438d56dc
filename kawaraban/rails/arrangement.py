"""What editors have arranged by hand: pins, and what must not stand beside what.

The newsroom keeps it with its forms; the tables of an edition carry what is in force of it, flat.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction

from kawaraban.rails.models import Arrangement
from kawaraban.stories.queries import Card

EVERYWHERE = ""


@dataclass(frozen=True)
class Pin:
    """A story that editors set in the rail of pins, of all pages, of a section's, or of one story's."""

    story: int
    section: str = EVERYWHERE  # slug
    beside: int | None = None  # the one story on whose page it stands; then `section` is not asked
    since: float | None = None  # seconds since 1970
    until: float | None = None

    def in_force(self, now: float) -> bool:
        return (self.since is None or self.since <= now) and (self.until is None or now < self.until)

    @property
    def place(self) -> str:
        """The key of `Arranged.pins` under which it stands."""
        return self.section if self.beside is None else beside(self.beside)


@dataclass(frozen=True)
class Matter:
    """One story, or all stories of a topic: one of the two is set."""

    story: int | None = None
    topic: str = ""  # slug


@dataclass(frozen=True)
class Arranged:
    """The part of an edition that editors decide.

    `pins` has the stories by place (EVERYWHERE, a section's slug, or `beside(story)`), in the order
    in which they are to stand. `apart` has pairs of matters that do not stand on each other's pages.
    """

    pins: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    apart_from_story: Mapping[int, tuple[Matter, ...]] = field(default_factory=dict)
    apart_from_topic: Mapping[str, tuple[Matter, ...]] = field(default_factory=dict)


Apart = tuple[Matter, Matter]


def keep(pins: Iterable[Pin], apart: Iterable[Apart]) -> bool:
    """Keeps what editors have arranged, all of it at once. False when it was so already."""
    flat: dict[str, Any] = {
        "pins": [asdict(pin) for pin in pins],
        "apart": [[asdict(matter) for matter in pair] for pair in apart],
    }
    with transaction.atomic():
        row, new = Arrangement.objects.select_for_update().get_or_create(pk=1, defaults=flat)
        changed = new or (row.pins, row.apart) != (flat["pins"], flat["apart"])
        if changed and not new:
            Arrangement.objects.filter(pk=1).update(**flat, version=row.version + 1)
    return changed


def version() -> int:
    """A number that grows whenever what is kept changes."""
    return Arrangement.objects.filter(pk=1).values_list("version", flat=True).first() or 0


def kept() -> tuple[tuple[Pin, ...], tuple[Apart, ...]]:
    """What was kept last: pins in their order, and the pairs that are to stay apart."""
    row = Arrangement.objects.filter(pk=1).first()
    if row is None:
        return (), ()
    pairs = tuple((Matter(**one), Matter(**other)) for one, other in row.apart)
    return tuple(Pin(**pin) for pin in row.pins), pairs


def stories(pins: Iterable[Pin], apart: Iterable[Apart]) -> frozenset[int]:
    """All stories of which editors have said something, each by its number."""
    named = {matter.story for pair in apart for matter in pair if matter.story is not None}
    return frozenset({pin.story for pin in pins} | named)


def beside(story_id: int) -> str:
    # No slug of a section has a slash in it.
    return f"/{story_id}"


def arranged(pins: Iterable[Pin], apart: Iterable[Apart], now: float) -> Arranged:
    """What is in force at `now`, in the form in which pages ask for it. The order of pins is kept."""
    by_place: dict[str, dict[int, None]] = {}
    for pin in pins:
        if pin.in_force(now):
            by_place.setdefault(pin.place, {})[pin.story] = None
    stories: dict[int, tuple[Matter, ...]] = {}
    topics: dict[str, tuple[Matter, ...]] = {}
    for one, other in apart:
        for here, there in ((one, other), (other, one)):
            if here.story is not None:
                stories[here.story] = (*stories.get(here.story, ()), there)
            else:
                topics[here.topic] = (*topics.get(here.topic, ()), there)
    return Arranged({place: tuple(one) for place, one in by_place.items()}, stories, topics)


class Barred:
    """The stories that may not stand beside this one, by what editors have said of it or its topics.

    Of a story without a card nobody knows the topics: it may be of any.
    """

    def __init__(self, arranged: Arranged, story: int | None, card: Card | None) -> None:
        self._stories: set[int] = set()
        self._topics: set[str] = set()
        if story is None:
            return
        matters = [*arranged.apart_from_story.get(story, ())]
        for topic in card.topics if card is not None else arranged.apart_from_topic:
            matters += arranged.apart_from_topic.get(topic, ())
        for matter in matters:
            if matter.story is not None:
                self._stories.add(matter.story)
            else:
                self._topics.add(matter.topic)

    def __bool__(self) -> bool:
        return bool(self._stories or self._topics)

    def bars(self, card: Card) -> bool:
        return card.id in self._stories or not self._topics.isdisjoint(card.topics)


class Occupied(Container[int]):
    """What a rail of this page may not take: what stands on it, what is barred, what has no card."""

    __slots__ = ("_barred", "_cards", "_standing")

    def __init__(self, standing: Iterable[int], barred: Barred, cards: Mapping[int, Card]) -> None:
        self._standing: set[object] = set(standing)
        self._barred = barred if barred else None
        self._cards: Mapping[Any, Card] = cards

    def __contains__(self, story: object) -> bool:
        # Tables may be a moment older than the catalogue: a story without a card was withdrawn.
        if story in self._standing or story not in self._cards:
            return True
        return self._barred is not None and self._barred.bars(self._cards[story])

    def take(self, stories: Iterable[int]) -> None:
        """From now on these stand on the page."""
        self._standing.update(stories)
