"""Finding published stories. Everything here reads and returns values; nothing writes."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.db.models import QuerySet

from kawaraban.stories.models import (
    Entry,
    FormerAddress,
    PersonEntry,
    Publication,
    Section,
    SectionEntry,
    Story,
    TopicEntry,
)


@dataclass(frozen=True)
class Card:
    """A story as lists and rails show it."""

    id: int
    path: str
    kicker: str
    headline: str
    short_headline: str
    dek: str
    section: str  # slug
    section_name: str
    section_colour: str
    published: float  # seconds since 1970
    updated: float
    thumbnail: str  # address, "" without a lead picture
    alt: str
    sections: tuple[str, ...]  # slugs, the main one first
    topics: tuple[str, ...]  # slugs
    people: tuple[str, ...]  # slugs
    storyline: str  # slug, ""
    version: int
    # (headline, thumbnail) of each wording while a test of them runs, the story's own first.
    wordings: tuple[Sequence[str], ...] = ()
    wording: int = 0  # which of them this card shows
    breaks: tuple[int, ...] = ()  # where the headline that rails show may break; () if not known
    characters: int = 0  # of its body

    def worded(self, wording: int) -> "Card":
        """The card as it looks with this wording; itself where there is no such wording."""
        if not 0 < wording < len(self.wordings):
            return self
        headline, thumbnail = self.wordings[wording]
        if headline == self.headline:  # another picture alone is told apart by nothing else
            return replace(self, thumbnail=thumbnail, wording=wording)
        return replace(
            self, headline=headline, short_headline="", thumbnail=thumbnail, wording=wording, breaks=()
        )

    @property
    def every_wording(self) -> "list[Card]":
        return [self.worded(one) for one in range(max(len(self.wordings), 1))]


_AT_ONCE = 900  # a query's parameters; SQLite takes 250,000 at most, older ones 999
_CARD_FIELDS = [
    *("id", "path", "version", "published_at", "updated_at"),
    *("kicker", "headline", "short_headline", "dek", "lead", "wordings", "breaks"),
    "characters",
    *("section__slug", "section__name", "section__colour", "storyline__slug"),
]


def cards(stories: QuerySet[Story]) -> list[Card]:
    """Cards of the stories, in their order: four queries for up to _AT_ONCE stories."""
    rows = list(stories.values(*_CARD_FIELDS))
    ids = [row["id"] for row in rows]
    sections = _slugs(SectionEntry.objects.order_by("-main", "pk"), ids, "section__slug")
    topics = _slugs(TopicEntry.objects.order_by("pk"), ids, "topic__slug")
    people = _slugs(PersonEntry.objects.order_by("pk"), ids, "person__slug")
    return [
        Card(
            id=row["id"],
            path=row["path"],
            kicker=row["kicker"],
            headline=row["headline"],
            short_headline=row["short_headline"],
            dek=row["dek"],
            section=row["section__slug"],
            section_name=row["section__name"],
            section_colour=row["section__colour"],
            published=row["published_at"].timestamp(),
            updated=row["updated_at"].timestamp(),
            thumbnail=(row["lead"] or {}).get("thumbnail", ""),
            alt=(row["lead"] or {}).get("alt", ""),
            sections=sections.get(row["id"], ()),
            topics=topics.get(row["id"], ()),
            people=people.get(row["id"], ()),
            storyline=row["storyline__slug"] or "",
            version=row["version"],
            wordings=tuple(
                (one["headline"], (one["lead"] or {}).get("thumbnail", "")) for one in row["wordings"]
            ),
            breaks=tuple(row["breaks"] or ()),
            characters=row["characters"],
        )
        for row in rows
    ]


def _slugs(entries: QuerySet, ids: Sequence[int], slug: str) -> dict[int, tuple[str, ...]]:  # type: ignore[type-arg]
    found: dict[int, list[str]] = {}
    for first in range(0, len(ids), _AT_ONCE):
        wanted = entries.filter(story_id__in=ids[first : first + _AT_ONCE])
        for story_id, one in wanted.values_list("story_id", slug):
            found.setdefault(story_id, []).append(one)
    return {story_id: tuple(ones) for story_id, ones in found.items()}


def cards_of(ids: Iterable[int]) -> list[Card]:
    """Cards of these stories, in the order asked; those not published are left out."""
    wanted = list(ids)
    found = {card.id: card for card in cards(Story.objects.filter(pk__in=wanted))}
    return [found[story_id] for story_id in wanted if story_id in found]


def newest(most: int, *, since: dt.datetime | None = None) -> list[Card]:
    """The newest stories of the whole publication."""
    stories = Story.objects.order_by("-published_at", "-id")
    if since is not None:
        stories = stories.filter(published_at__gte=since)
    return cards(stories[:most])


Filing = Literal["section", "topic", "person"]
_ENTRIES: dict[str, type[Entry]] = {
    "section": SectionEntry,
    "topic": TopicEntry,
    "person": PersonEntry,
}


def filed_under(filing: Filing, slug: str, *, page: int, size: int) -> tuple[list[Card], bool]:
    """One page (from 1) of what is filed there, newest first, and whether there is a next one."""
    first = (page - 1) * size
    entries = (
        _ENTRIES[filing]
        .objects.filter(**{f"{filing}__slug": slug})  # type: ignore[attr-defined]
        .order_by("-published_at", "-story_id")
        .values_list("story_id", flat=True)
    )
    ids = list(entries[first : first + size + 1])
    return cards_of(ids[:size]), len(ids) > size


def story_at(path: str) -> Story | None:
    """The story that stands at this address."""
    return Story.objects.select_related("section", "storyline").filter(path=path).first() if path else None


@dataclass(frozen=True)
class Whereabouts:
    """What became of an address: moved to `path`, or gone when that is empty."""

    path: str


def once_at(path: str) -> Whereabouts | None:
    """Where the story that once stood at this address is now; None if none ever did."""
    former = FormerAddress.objects.filter(path=path).first()
    if former is None:
        return None
    now_at = Story.objects.filter(pk=former.story_id).values_list("path", flat=True).first()
    return Whereabouts(now_at or "")


def along_the_storyline(story: Story) -> tuple[list[Card], list[Card]]:
    """The stories of the same storyline before and after this one, in the storyline's order."""
    if story.storyline_id is None:
        return [], []
    order = ("storyline_position", "published_at", "pk")
    row = list(Story.objects.filter(storyline_id=story.storyline_id).order_by(*order).only("pk"))
    ids = [one.pk for one in row]
    here = ids.index(story.pk) if story.pk in ids else len(ids)
    return cards_of(ids[:here]), cards_of(ids[here + 1 :])


def published_among(story_ids: Iterable[int]) -> set[int]:
    """Those of the stories that readers can see."""
    return set(Story.objects.filter(pk__in=story_ids).values_list("pk", flat=True))


def publication() -> Publication:
    """What all pages share. A house without settings yet has the defaults."""
    return Publication.objects.filter(pk=1).first() or Publication(pk=1)


def sections() -> list[Section]:
    return list(Section.objects.order_by("position", "id"))
