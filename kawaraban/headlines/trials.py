"""Headline tests begin with a publication, and end with a choice: the readers' or an editor's."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction

from kawaraban.headlines.models import HeadlineTest
from kawaraban.kit import clock, steps
from kawaraban.stories.elements import Wording
from kawaraban.stories.models import Story
from kawaraban.stories.outcome import Outcome

RUNNING = HeadlineTest.State.RUNNING


def signature(wordings: Sequence[Wording]) -> str:
    """What tells one test from another: the words, and which photos."""
    return _signed([(one.headline, one.photo) for one in wordings])


def _signed(told: list[tuple[str, int]]) -> str:
    return hashlib.sha256(orjson.dumps(told)).hexdigest()


def chosen_of(story_id: int, wordings: Sequence[Wording]) -> int | None:
    """Which of these very wordings was chosen in their test; None while none is."""
    test = HeadlineTest.objects.filter(
        story_id=story_id, signature=signature(wordings), chosen__isnull=False
    ).first()
    return test.chosen if test else None


def after_story(outcome: Outcome) -> None:
    """Begins the test that a published story asks for, and ends one that it no longer does.

    May be repeated: what was chosen of these very wordings is not asked again.
    """
    with transaction.atomic():
        story = Story.objects.select_for_update().filter(pk=outcome.story_id)
        wordings = story.values_list("wordings", flat=True).first() or []
        signed = _signed([(one["headline"], one["photo"]) for one in wordings]) if wordings else ""
        tests = HeadlineTest.objects.select_for_update().filter(story_id=outcome.story_id)
        running = tests.filter(state=RUNNING)
        for test in running:
            if test.signature != signed:
                _end(test, HeadlineTest.State.REPLACED)
        chosen = tests.filter(signature=signed, chosen__isnull=False)
        if signed and not running.all().exists() and not chosen.exists():
            HeadlineTest.objects.create(
                story_id=outcome.story_id,
                signature=signed,
                headlines=[one["headline"] for one in wordings],
                pictures=[_picture(one["lead"] or {}) for one in wordings],
                counts=[[0, 0] for _ in wordings],
                began_at=clock.now(),
            )


def _picture(lead: dict[str, Any]) -> tuple[str, str]:
    return lead.get("thumbnail", ""), lead.get("alt", "")


def choose(test: HeadlineTest, wording: int, certainty: float | None = None) -> bool:
    """Ends a running test with this wording, which readers then get everywhere. False if it has ended.

    With `certainty` the readers decided, without one an editor did. Runs AFTER_WORDING_CHOSEN on commit.
    """
    state = HeadlineTest.State.CHOSEN if certainty is None else HeadlineTest.State.DECIDED
    with transaction.atomic():
        found = HeadlineTest.objects.select_for_update().filter(pk=test.pk, state=RUNNING).first()
        if found is None or not 0 <= wording < len(found.headlines):
            return False
        found.chosen, found.certainty = wording, certainty
        _end(found, state)
        transaction.on_commit(lambda: tell(found.story_id))
    return True


def tell(story_id: int) -> None:
    """Runs AFTER_WORDING_CHOSEN; a step that fails stops no other."""
    steps.follow(settings.AFTER_WORDING_CHOSEN, story_id, f"a wording of story {story_id} was chosen")


def mend() -> None:
    """Tells again of choices that a crash kept from readers: their stories still have all wordings."""
    tested, running = HeadlineTest.objects.values("story_id"), HeadlineTest.objects.filter(state=RUNNING)
    with_wordings = Story.objects.filter(pk__in=tested).exclude(wordings=[]).values_list("pk", flat=True)
    for story_id in set(with_wordings) - set(running.values_list("story_id", flat=True)):
        tell(story_id)


def _end(test: Any, state: HeadlineTest.State) -> None:
    test.state, test.ended_at = state, clock.now()
    test.save()
    test.shown.all().delete()
