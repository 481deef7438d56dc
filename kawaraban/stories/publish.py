"""Publishing and withdrawing: the one way into the tables of stories. Safe to repeat."""

import datetime as dt
import hashlib
import logging
import time
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kawaraban.kit import clock, text
from kawaraban.kit.steps import named
from kawaraban.stories import elements
from kawaraban.stories.models import (
    FormerAddress,
    Ledger,
    PersonEntry,
    SectionEntry,
    Story,
    ToFollow,
    TopicEntry,
)
from kawaraban.stories.words import words_of

log = logging.getLogger(__name__)

# What follows a publication takes a moment, and longer where a web server in front is slow.
_UNDER_WAY = dt.timedelta(seconds=30)
# What is to be followed up in one go: the jobs do nothing else meanwhile, and where a step fails for long
# there is ever more of it.
_MOST_AT_ONCE = 100
_LONGEST = 2.0  # seconds


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


@dataclass(frozen=True)
class Outcome:
    """What a handover did. `old_path` is where the story stood before, if elsewhere.

    It is kept (`ToFollow`) and read by other releases: a new field has a default.
    """

    story_id: int
    path: str
    change: str  # "new", "changed", "unchanged" or "withdrawn"
    version: int
    old_path: str = ""
    section_slugs: tuple[str, ...] = ()  # of before and after: whose pages show it
    topic_slugs: tuple[str, ...] = ()
    person_slugs: tuple[str, ...] = ()
    refiled: bool = True  # whether lists have to show it that did not, or no more, or elsewhere


def publish(finished: Finished, *, and_then: bool = True) -> Outcome:
    """Puts the story before readers; then runs AFTER_STORY_PUBLISHED, once it is committed.

    The same story again changes nothing and runs nothing. `and_then=False` leaves the steps to the
    caller, who has many stories to publish and one rebuild to do.
    """
    finger = _fingerprint(finished)
    with transaction.atomic(durable=True):
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
        to_follow = _kept(outcome) if and_then else None
    if to_follow is not None:
        _follow(to_follow, outcome)
    return outcome


def withdraw(story_id: int, *, and_then: bool = True) -> Outcome | None:
    """Takes the story away from readers; its address says that it is gone. None if there is none."""
    with transaction.atomic(durable=True):
        story = Story.objects.select_for_update().filter(pk=story_id).first()
        if story is None:
            return None
        sections, topics, people = _shown_on(story_id)
        _leave(story.path, story_id)
        path, version = story.path, story.version
        story.delete()
        note_change()
        outcome = Outcome(story_id, path, "withdrawn", version, path, sections, topics, people)
        to_follow = _kept(outcome) if and_then else None
    if to_follow is not None:
        _follow(to_follow, outcome)
    return outcome


def follow_up() -> list[str]:
    """Runs again what follows a publication or withdrawal, where a crash or a failure kept it undone.

    A line in words for each. All steps are run, for nobody knows which were: each may be repeated.
    """
    lines: list[str] = []
    began = time.monotonic()
    late = ToFollow.objects.filter(since__lt=clock.now() - _UNDER_WAY).order_by("since", "pk")
    for one in late[:_MOST_AT_ONCE]:
        if lines and time.monotonic() - began > _LONGEST:
            break
        outcome = _outcome_from(one.outcome)
        # As a publication more: else the marks of plates would count one of them twice as followed, and
        # another, which nothing followed, would pass for done.
        note_change()
        if outcome.change == "withdrawn":
            line = _("What follows the withdrawal of %(path)s had not all been done.")
        else:
            line = _("What follows the publication of %(path)s had not all been done.")
        line %= {"path": outcome.path}
        log.warning("reconcile: %s", line)
        mended = _follow(one, outcome)
        lines.append(line if mended else _("%(line)s It could not be mended.") % {"line": line})
    return lines


def _kept(outcome: Outcome) -> ToFollow:
    return ToFollow.objects.create(outcome=asdict(outcome), since=clock.now())


def _outcome_from(kept: dict[str, Any]) -> Outcome:
    known = {field.name for field in fields(Outcome)}  # another release may keep more
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in kept.items()
        if name in known
    }
    return Outcome(**told)


def _follow(to_follow: ToFollow, outcome: Outcome) -> bool:
    """Runs what follows; whether all of it was done. Else `follow_up` comes back to it."""
    done = _run_after(outcome)
    if done:
        to_follow.delete()
    else:
        ToFollow.objects.filter(pk=to_follow.pk).update(since=clock.now())
    return done


def lead_on(old_path: str, story_id: int) -> bool:
    """Makes an address of another system lead to the story. False if it did so already."""
    _, made = FormerAddress.objects.get_or_create(
        path=old_path, defaults={"story_id": story_id, "left_at": clock.now()}
    )
    return made


def _run_after(outcome: Outcome) -> bool:
    """Runs what `config/wiring.py` lists to follow a publication; whether all of it went well.

    A step that fails stops no other: the story is published, and `reconcile` has it all run again.
    """
    went_well = True
    for step in named(settings.AFTER_STORY_PUBLISHED):
        try:
            step(outcome)
        except Exception:
            log.exception("story %s: %s failed after publication", outcome.story_id, step.__name__)
            went_well = False
    return went_well


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


def note_change() -> None:
    """Tells who polls `queries.changes()` that stories, or what they are filed under, are not as before."""
    if not Ledger.objects.filter(pk=1).update(changes=F("changes") + 1):
        Ledger.objects.get_or_create(pk=1, defaults={"changes": 1})
