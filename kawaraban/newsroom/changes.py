"""What follows when something changes that many pages show."""

import contextlib
import datetime as dt
import logging
import math
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import ReferenceIndex

from kawaraban.kit import clock, database, notes, steps
from kawaraban.kit.shown import Change, change_of
from kawaraban.media import renditions
from kawaraban.media.photos import Photo
from kawaraban.newsroom import settings as publication
from kawaraban.newsroom.publishing import readers_may_see, try_now
from kawaraban.newsroom.storylines import follow_places
from kawaraban.newsroom.untold import Untold
from kawaraban.people.authors import Person
from kawaraban.stories import queries
from kawaraban.stories.ledger import note_change
from kawaraban.stories.models import Section, Storyline, Topic

log = logging.getLogger(__name__)

# Stories are handed over one by one, and each time that a third of it has passed it is said to be under way.
_UNDER_WAY = dt.timedelta(seconds=30)
_AGAIN = dt.timedelta(seconds=5)  # after which what failed is due again
_MOST_AT_ONCE = 100
_LONGEST = 2.0  # seconds for what is to be followed up in one go: the jobs do nothing else meanwhile
_FILINGS = (Section, Topic, Storyline)
# By note, the articles that are still to be handed over where that takes several goes. Nobody could ask for
# them again: an article that left a storyline is known only once.
_left: dict[int, list[int]] = {}


def after(changed: Any) -> None:
    """Once the change is committed: stories that carry it are handed over again, pages that show it told."""
    # A model's number is gone from it after its deletion, and is asked for only then.
    note = Untold.objects.create(model=changed._meta.label_lower, number=changed.pk, since=clock.now())
    transaction.on_commit(partial(_try_to_follow, note))


def follow_up() -> list[str]:
    """Does what follows a change where a crash or a failure kept it undone: a line in words for each.

    Ends with the first that fails again, or takes longer than one go.
    """
    late = notes.due(Untold.objects.order_by("since", "pk"), _UNDER_WAY, _UNDER_WAY)
    return notes.one_go(late[:_MOST_AT_ONCE], _LONGEST, _followed_up)


def undone() -> int:
    """How many changes wait for what follows them, while nobody says that they are at it."""
    now = clock.now()
    return Untold.objects.exclude(since__range=(now - _UNDER_WAY / 2, now + _UNDER_WAY)).count()


def tell(change: Change) -> bool:
    """Runs AFTER_PUBLICATION_CHANGED; a step that fails stops no other. Whether all went well."""
    went_well, _given = steps.follow(settings.AFTER_PUBLICATION_CHANGED, change, f"{change.thing} changed")
    return went_well


def _followed_up(late: Untold) -> tuple[str, bool]:
    """What to say of it, and whether to go on."""
    line = _("What follows the change of %(thing)s had not all been done.") % {"thing": late}
    log.warning("reconcile: %s", line)
    done = _try_to_follow(late, again=True)
    failed = not done and late.pk not in _left
    return _("%(line)s It could not be mended.") % {"line": line} if failed else line, done


def _try_to_follow(note: Untold, *, again: bool = False) -> bool:
    """Whether all was done that follows the change. Never undoes the saving."""
    try:
        done = _follow(note, again)
        if done:
            Untold.objects.filter(pk=note.pk).delete()
        else:
            _keep_up(note, _AGAIN - _UNDER_WAY)
    except Exception:
        log.exception("a change of %s could not be handed over to readers", note)
        with contextlib.suppress(*database.FAILURES):
            _keep_up(note, _AGAIN - _UNDER_WAY)  # the others' turn first
        return False
    return done


def _follow(note: Untold, again: bool) -> bool:
    model: Any = apps.get_model(note.model)
    # As it is by now: another change of it may have been told before this one.
    changed = model._default_manager.filter(pk=note.number).first() or model()
    counted = not note.handed_over and isinstance(changed, _FILINGS)
    if not note.handed_over and not _hand_over(note, changed, _LONGEST if again else math.inf):
        return False
    told = True
    # What was handed over before need not have been told.
    if publication.hand_over() or again or model is publication.PublicationSettings:
        told = tell(change_of(queries.publication()))
    if model is publication.PublicationSettings:
        return told
    change = change_of(changed, note.number)
    return tell(replace(change, counted=counted)) and told


def _hand_over(note: Untold, changed: Any, within: float) -> bool:
    """Whether so many seconds were enough; else the next go takes up what is left."""
    began = time.monotonic()
    left = _left.pop(note.pk, None)
    left = list(_articles_that_carry(changed, note.number)) if left is None else left
    for done, article_id in enumerate(left):
        if done and time.monotonic() - began > within:
            _left[note.pk] = left[done:]
            return False
        try_now(article_id)
        if clock.now() - note.since > _UNDER_WAY / 3:
            _keep_up(note)
    if isinstance(changed, Photo) and changed.pk:
        renditions.drop_outdated(changed)
    with transaction.atomic():
        if isinstance(changed, _FILINGS):
            # The tables behind the rails know filings by their slugs and names.
            note_change()
        Untold.objects.filter(pk=note.pk).update(handed_over=True)
    note.handed_over = True
    return True


def _keep_up(note: Untold, later: dt.timedelta = dt.timedelta()) -> None:
    note.since = clock.now() + later
    Untold.objects.filter(pk=note.pk).update(since=note.since)


def _articles_that_carry(changed: Any, number: int) -> Iterable[int]:
    """Live articles whose story copies something of what changed: a name, an address, a picture."""
    live = readers_may_see().order_by("pk").values_list("pk", flat=True)
    match changed:
        case Section():
            # Only an address holds a section's slug; its name is looked up for every page.
            return list(live.filter(section_id=number))
        case Person():
            return list(live.filter(bylines__person_id=number).distinct())
        case Storyline() if changed.pk:
            return list(live.filter(pk__in=follow_places(changed)))
        case Photo():
            return list(live.filter(pk__in=_articles_with(changed)))
        case _:
            return []


def _articles_with(photo: Photo) -> list[int]:
    references = ReferenceIndex.get_references_to(photo).filter(
        base_content_type__app_label="wagtailcore", base_content_type__model="page"
    )
    return [int(one) for one in references.values_list("object_id", flat=True).distinct()]
