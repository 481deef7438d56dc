"""Publishing and withdrawing: the one way into the tables of stories. Safe to repeat."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson
from django.db import transaction

from kawaraban.kit import clock, text
from kawaraban.stories import elements, following
from kawaraban.stories.ledger import note_change
from kawaraban.stories.models import (
    FormerAddress,
    PersonEntry,
    SectionEntry,
    Story,
    TopicEntry,
)
from kawaraban.stories.outcome import Outcome
from kawaraban.stories.words import words_of


@dataclass(frozen=True)
class Finished:
    """A story as the newsroom (or an archive) hands it over: all of it, all at once."""

    id: int
    path: str
    section_id: int
    headline: str
    published_at: dt.datetime
    updated_at: dt.datetime
    other_section_ids: tuple[int, ...] = ()
    language: str = "ja"
    kicker: str = ""
    short_headline: str = ""
    dek: str = ""
    bylines: tuple[elements.Byline, ...] = ()
    lead: elements.Picture | None = None
    body: tuple[elements.Element, ...] = ()
    corrections: tuple[elements.Correction, ...] = ()
    topic_ids: tuple[int, ...] = ()
    storyline_id: int | None = None
    storyline_position: int = 0
    comments_open: bool = True
    wordings: tuple[elements.Wording, ...] = ()  # of a headline test, the story's own first


class Overtaken(Exception):
    """What was to be published or withdrawn isn't so any more."""


def publish(
    finished: Finished, *, and_then: bool = True, still: Callable[[], bool] = lambda: True
) -> Outcome:
    """Puts the story before readers; then runs AFTER_STORY_PUBLISHED, once it is committed.

    The same story again changes nothing and runs nothing. `and_then=False` leaves the steps to the
    caller, who has many stories to publish and one rebuild to do. `still` is asked in the transaction,
    and locks what it goes by: where it says no, nothing is done. Raises Overtaken then.
    """
    finger = _fingerprint(finished)
    with transaction.atomic(durable=True):
        if not still():
            raise Overtaken(finished.path)
        before = Story.objects.select_for_update().filter(pk=finished.id).first()
        if before and before.fingerprint == finger and before.path == finished.path:
            return Outcome(before.pk, before.path, "unchanged", before.version)
        shown_before = _shown_on(finished.id) if before else ((), (), ())
        story = _written(finished, before, finger)
        _enter(story, finished)
        old_path = ""
        if before and before.path != story.path:
            old_path = before.path
            _leave(before.path, story.pk)
        FormerAddress.objects.filter(path=story.path).delete()
        note_change()
        shown_after = _shown_on(story.pk)
        sections, topics, people = (
            tuple(dict.fromkeys((*after, *was))) for was, after in zip(shown_before, shown_after, strict=True)
        )
        outcome = Outcome(
            story.pk,
            story.path,
            "changed" if before else "new",
            story.version,
            old_path,
            sections,
            topics,
            people,
            before is None or before.published_at != story.published_at or shown_before != shown_after,
        )
        to_follow = following.keep(outcome) if and_then else None
    if to_follow is not None:
        following.follow(to_follow, outcome)
    return outcome


def withdraw(
    story_id: int, *, and_then: bool = True, still: Callable[[], bool] = lambda: True
) -> Outcome | None:
    """Takes the story away from readers; its address says that it is gone. None if there is none.

    Raises Overtaken as `publish` does.
    """
    with transaction.atomic(durable=True):
        if not still():
            raise Overtaken(f"story {story_id}")
        story = Story.objects.select_for_update().filter(pk=story_id).first()
        if story is None:
            return None
        sections, topics, people = _shown_on(story_id)
        _leave(story.path, story_id)
        path, version = story.path, story.version
        story.delete()
        note_change()
        outcome = Outcome(story_id, path, "withdrawn", version, path, sections, topics, people)
        to_follow = following.keep(outcome) if and_then else None
    if to_follow is not None:
        following.follow(to_follow, outcome)
    return outcome


def lead_on(old_path: str, story_id: int) -> bool:
    """Makes an address of another system lead to the story. False if it did so already."""
    _, made = FormerAddress.objects.get_or_create(
        path=old_path, defaults={"story_id": story_id, "left_at": clock.now()}
    )
    return made


def _fingerprint(finished: Finished) -> str:
    told = asdict(replace(finished, id=0))
    # A story without a test has the fingerprint that it had before there were tests.
    if not finished.wordings:
        del told["wordings"]
    data = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(data).hexdigest()


def unsaved(finished: Finished) -> Story:
    """The story as `publish` would keep it, kept nowhere: what a preview shows."""
    return Story(pk=finished.id, **_fields(finished))


def _written(finished: Finished, before: Story | None, finger: str) -> Story:
    fields = {
        **_fields(finished),
        "version": before.version + 1 if before else _next_version(finished.id),
        "fingerprint": finger,
    }
    story, _ = Story.objects.update_or_create(pk=finished.id, defaults=fields)
    return story


def _fields(finished: Finished) -> dict[str, Any]:
    words = words_of(finished.body)
    return {
        "path": finished.path,
        "language": finished.language,
        "section_id": finished.section_id,
        "kicker": finished.kicker,
        "headline": finished.headline,
        "short_headline": finished.short_headline,
        "breaks": text.breaks(finished.short_headline or finished.headline),
        "dek": finished.dek,
        "bylines": [asdict(byline) for byline in finished.bylines],
        "lead": asdict(finished.lead) if finished.lead else None,
        "body": elements.kept(finished.body),
        "wordings": [asdict(one) for one in finished.wordings],
        "corrections": [asdict(one) for one in finished.corrections],
        "text": words,
        "characters": text.characters(words),
        "storyline_id": finished.storyline_id,
        "storyline_position": finished.storyline_position,
        "comments_open": finished.comments_open,
        "published_at": finished.published_at,
        "updated_at": finished.updated_at,
    }


def _next_version(story_id: int) -> int:
    # A story that comes back must not carry a version that a plate of its former life bears.
    return 1 + FormerAddress.objects.filter(story_id=story_id).count() * 1000


def _enter(story: Story, finished: Finished) -> None:
    at = story.published_at
    story.section_entries.all().delete()
    story.topic_entries.all().delete()
    story.person_entries.all().delete()
    others = [pk for pk in finished.other_section_ids if pk != finished.section_id]
    SectionEntry.objects.bulk_create(
        SectionEntry(story=story, section_id=pk, main=pk == finished.section_id, published_at=at)
        for pk in dict.fromkeys([finished.section_id, *others])
    )
    TopicEntry.objects.bulk_create(
        TopicEntry(story=story, topic_id=pk, published_at=at) for pk in dict.fromkeys(finished.topic_ids)
    )
    PersonEntry.objects.bulk_create(
        PersonEntry(story=story, person_id=pk, published_at=at)
        for pk in dict.fromkeys(b.person_id for b in finished.bylines if b.person_id)
    )


def _shown_on(story_id: int) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    of = {"story_id": story_id}
    return (
        tuple(SectionEntry.objects.filter(**of).values_list("section__slug", flat=True)),
        tuple(TopicEntry.objects.filter(**of).values_list("topic__slug", flat=True)),
        tuple(PersonEntry.objects.filter(**of).values_list("person__slug", flat=True)),
    )


def _leave(path: str, story_id: int) -> None:
    FormerAddress.objects.update_or_create(path=path, defaults={"story_id": story_id, "left_at": clock.now()})
