"""Keeping the index in step with what is published."""

from collections.abc import Callable
from types import ModuleType

from django.db import connection, transaction

from kawaraban.search import postgres, sqlite
from kawaraban.search.entries import entries_of
from kawaraban.stories.models import Story
from kawaraban.stories.outcome import Outcome

AT_A_TIME = 200


def index() -> ModuleType:
    """The index of the database in use: `sqlite` and `postgres` have the same functions."""
    return postgres if connection.vendor == "postgresql" else sqlite


def after_story(outcome: Outcome) -> None:
    """Brings the index up to what was published or withdrawn."""
    with transaction.atomic():
        stories = list(Story.objects.filter(pk=outcome.story_id))
        if stories:
            index().put(entries_of(stories))
        else:
            index().remove([outcome.story_id])


def rebuild(progress: Callable[[int, int], None] | None = None) -> int:
    """Indexes all published stories anew and drops all others; how many there are.

    Readers go on searching meanwhile: each batch has a transaction of its own, and nothing is
    emptied first. `progress` is told after each batch how many are done, of how many.
    """
    numbers = list(Story.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(numbers), AT_A_TIME):
        batch = numbers[first : first + AT_A_TIME]
        with transaction.atomic():
            index().put(entries_of(Story.objects.filter(pk__in=batch)))
        if progress:
            progress(first + len(batch), len(numbers))
    with transaction.atomic():
        published = set(Story.objects.values_list("pk", flat=True))
        index().remove([one for one in index().indexed() if one not in published])
    return len(numbers)
