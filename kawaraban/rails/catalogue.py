"""The catalogue: what there is to show, and which stories are alike. Kept in step with what is published."""

import heapq
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import islice
from pathlib import Path

from kawaraban.kit import database
from kawaraban.kit.stores import open_store
from kawaraban.people.models import Person
from kawaraban.rails.editions import Catalogue, Weighed
from kawaraban.recommendations.likeness import Likeness, Matter
from kawaraban.recommendations.memory import Memory
from kawaraban.recommendations.subjects import Subjects
from kawaraban.stories import ledger, queries
from kawaraban.stories.models import Story, Storyline, Topic
from kawaraban.stories.queries import Card

# The newest. Of older ones only those stand in rails that editors have arranged, or that are read now.
MOST_STORIES = 20_000
MOST_OLDER = 500  # that are read
_READ_BY = 3  # readers in the past day before an older one is taken in; it stays while it is read at all
_OLDER_EVERY = 60.0  # seconds: each change of them is a new catalogue, which every process reads
# Seconds of a round for likeness: one story takes milliseconds, a whole archive many rounds.
_WORK = 0.1
# And for subjects: a publication takes milliseconds of it, and waits no longer for a large event's.
_ON_SUBJECTS = 0.05
_FEW = 500  # cards that are asked for by number; more of them, and all are read
_EVERY = 5.0  # seconds between two catalogues while there is still work on likeness
_ON_TOPICS = 200  # the newest stories with a topic: where few have one, no page walks through all others


class Cataloguing:
    """Makes a catalogue whenever stories were published, changed or withdrawn."""

    def __init__(self, before: Catalogue, kept_in: Path | None = None) -> None:
        """`before` is the last one of an earlier run: its likeness serves until there is a newer.

        `kept_in` is the folder of what likeness has read.
        """
        memory = Memory(open_store("likeness", kept_in)) if kept_in else None
        self._likeness = Likeness(before.alike, memory)
        self._subjects = Subjects(before.subjects)
        self._alike: Mapping[int, tuple[Weighed, ...]] = {}
        self._cards: dict[int, Card] = {}
        self._newest: dict[int, int] = {}  # version by story
        self._older: Set[int] = frozenset()
        self._read: frozenset[int] = frozenset()  # older ones that are read
        self._read_at = -math.inf
        self._changes = -1
        self._names: object = None
        self._catalogue = Catalogue()
        self._unpublished = False
        self._at = 0.0

    def look(
        self, arranged: frozenset[int] = frozenset(), readers: Callable[[], Mapping[int, int]] = dict
    ) -> Catalogue | None:
        """A new catalogue, where there is reason for one.

        `arranged` are in it however old, `readers` says how many each story had in the past day.
        """
        changes = database.read(ledger.changes)
        if changes != self._changes:
            newest = Story.objects.order_by("-published_at", "-id").values_list("pk", "version")
            self._newest = dict(newest[:MOST_STORIES])
        older = (arranged | self._older_read(readers)).difference(self._newest)
        if new := changes != self._changes or older != self._older:
            self._read_cards(older)
            self._likeness.update({card.id: card.version for card in self._cards.values()}, self._matters)
            self._catalogue = self._filed()
            self._changes, self._older = changes, older
        self._unpublished |= self._likeness.busy and self._likeness.work(_WORK)
        may = not self._likeness.busy or time.monotonic() - self._at > _EVERY
        if due := new or (self._unpublished and may):
            self._alike = self._likeness.tables()
        self._unpublished |= self._subjects.work(self._alike, _ON_SUBJECTS)
        if not due and not (self._unpublished and may):
            return None
        self._unpublished = False
        self._at = time.monotonic()
        return replace(self._catalogue, alike=self._alike, subjects=self._subjects.large)

    def _older_read(self, readers: Callable[[], Mapping[int, int]]) -> frozenset[int]:
        if len(self._newest) < MOST_STORIES or time.monotonic() - self._read_at < _OLDER_EVERY:
            return self._read
        self._read_at = time.monotonic()
        read = {
            story: many
            for story, many in readers().items()
            if story not in self._newest and (many >= _READ_BY or story in self._read)
        }
        self._read = frozenset(heapq.nlargest(MOST_OLDER, read, key=read.__getitem__))
        return self._read

    def _read_cards(self, older: Set[int]) -> None:
        """Reads the cards of what is new or changed; all of them where a name on them is another."""
        names = _names()
        in_order = Story.objects.filter(pk__in=older).order_by("-published_at", "-id")
        there = self._newest | dict(in_order.values_list("pk", "version"))
        before = self._cards if names == self._names else {}
        changed = [
            story
            for story, version in there.items()
            if story not in before or before[story].version != version
        ]
        read: list[Card] = []
        if len(changed) > _FEW:
            read = queries.newest(MOST_STORIES)
            changed = [story for story in changed if story in older]
        fresh = {card.id: card for card in (*read, *queries.cards_of(changed))}
        self._cards = {
            story: card for story in there if (card := fresh.get(story) or before.get(story)) is not None
        }
        self._names = names

    def _matters(self, wanted: Sequence[int]) -> Iterator[Matter]:
        rows = Story.objects.filter(pk__in=wanted).values_list("pk", "headline", "dek", "text")
        for story, *parts in rows:
            card = self._cards.get(story)
            if card is not None:
                people = frozenset(card.people)
                yield Matter(story, "\n".join(parts), frozenset(card.topics), people, card.storyline)

    def _filed(self) -> Catalogue:
        newest: defaultdict[str, list[int]] = defaultdict(list)
        for card in self._cards.values():
            for section in ("", *card.sections):
                newest[section].append(card.id)
        return Catalogue(
            cards=self._cards,
            newest={section: tuple(stories) for section, stories in newest.items()},
            newest_on_topics=tuple(
                islice((one.id for one in self._cards.values() if one.topics), _ON_TOPICS)
            ),
            storylines=_storylines(),
            topics=dict(Topic.objects.values_list("slug", "name")),
            language=queries.publication().language,
        )


def _names() -> object:
    """What stands on cards and isn't of the story itself."""
    return (
        [(one.slug, one.name, one.colour) for one in queries.sections()],
        list(Topic.objects.order_by("pk").values_list("pk", "slug")),
        list(Person.objects.order_by("pk").values_list("pk", "slug")),
        list(Storyline.objects.order_by("pk").values_list("pk", "slug")),
    )


def _storylines() -> dict[str, tuple[int, ...]]:
    slugs = dict(Storyline.objects.values_list("pk", "slug"))
    lines: defaultdict[str, list[int]] = defaultdict(list)
    # Not "all but those without": that would be a walk through the whole archive.
    in_order = Story.objects.filter(storyline__gt=0).order_by("storyline_position", "published_at", "pk")
    for story, line in in_order.values_list("pk", "storyline_id"):
        lines[slugs[line]].append(story)
    return {slug: tuple(stories) for slug, stories in lines.items()}
