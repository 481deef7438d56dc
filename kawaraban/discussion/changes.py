"""Telling the rooms above that readers see another discussion than before, until all have been told."""

import datetime as dt
import logging
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from kawaraban.discussion.models import ToFollow
from kawaraban.kit import clock, database, notes, steps

log = logging.getLogger(__name__)

# Pressing a discussion takes milliseconds, and telling a web server in front a second at most.
_UNDER_WAY = dt.timedelta(seconds=5)
_LONGEST = 1.0  # seconds for what is to be followed up in one go: the jobs do nothing else meanwhile
_NOTES_AT_ONCE = 5_000  # of one story; a parameter each, of which SQLite takes some thirty thousand


def tell(story_id: int) -> None:
    """Runs AFTER_DISCUSSION_CHANGED once what is being written is committed; at once if it is.

    To be called in the transaction of the change: the note made here has it followed whatever happens then.
    """
    note(story_id)
    follow(story_id)


def note(story_id: int) -> None:
    """`tell` for one of many changes, in its transaction: after the last, `follow` is called."""
    now = clock.now()
    ToFollow.objects.create(story_id=story_id, noted_at=now, since=now)


def follow(story_id: int) -> None:
    """Runs what follows the changes noted so far, if any, once what is being written is committed."""
    transaction.on_commit(lambda: _follow_now(story_id))


def follow_up() -> list[str]:
    """Runs again what follows a change of a discussion, where a crash or a failure kept it undone.

    A line in words for each story. Stops at the first that fails: mostly, the same keeps all from being
    done, and next time it is the others' turn.
    """
    return notes.one_go(_late(), _LONGEST, _followed_up)


def undone() -> int:
    """Below how many stories readers may see another discussion than there is, longer than it takes."""
    now = clock.now()
    noted = ToFollow.objects.exclude(noted_at__range=(now - _UNDER_WAY, now + _UNDER_WAY))
    return noted.values("story_id").distinct().count()


def _late() -> Iterable[int]:
    """Stories with a note that nobody is at, the longest untried first."""
    late = notes.due(ToFollow.objects.all(), _UNDER_WAY, _UNDER_WAY)
    of_each = late.values("story_id").annotate(tried=Min("since")).order_by("tried")
    return of_each.values_list("story_id", flat=True)


def _followed_up(story_id: int) -> tuple[str, bool]:
    """What to say of it, and whether to go on."""
    line = _("What follows a change of the discussion below story %(number)s had not all been done.")
    line %= {"number": story_id}
    log.warning("reconcile: %s", line)
    if _follow(story_id):
        return line, True
    return _("%(line)s It could not be mended.") % {"line": line}, False


def _follow_now(story_id: int) -> None:
    try:
        _follow(story_id)
    except database.FAILURES:
        # The change is kept and so is its note: whoever sent it is told so.
        log.exception("story %s: what follows a change of its discussion is left for later", story_id)


def _follow(story_id: int) -> bool:
    """Runs what follows the changes noted so far, as one; whether all of it was done."""
    noted = list(ToFollow.objects.filter(story_id=story_id).values_list("pk", flat=True)[:_NOTES_AT_ONCE])
    if not noted:
        return True  # somebody did it after they had seen our note, so with our change
    followed = ToFollow.objects.filter(pk__in=noted)
    happened = f"the discussion below story {story_id} changed"
    done, _given = steps.follow(settings.AFTER_DISCUSSION_CHANGED, story_id, happened)
    if done:
        followed.delete()
    else:
        followed.update(since=clock.now())
    return done
