"""What follows a publication or withdrawal: noted with it, run after it, and again until all is done."""

import datetime as dt
import logging
import time
from dataclasses import asdict, fields
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from kawaraban.kit import clock
from kawaraban.kit.steps import named
from kawaraban.stories.ledger import note_change
from kawaraban.stories.models import ToFollow
from kawaraban.stories.outcome import Outcome

log = logging.getLogger(__name__)

# What follows a publication takes a moment, and longer where a web server in front is slow.
_UNDER_WAY = dt.timedelta(seconds=10)
# What failed is no longer under way and due again so soon; where it goes on failing, later. But a story that
# was withdrawn may be shown until its turn comes.
_SOON, _LATE = dt.timedelta(seconds=3), dt.timedelta(seconds=15)
# What is to be followed up in one go: the jobs do nothing else meanwhile.
_MOST_AT_ONCE = 100
_LONGEST = 2.0  # seconds


def keep(outcome: Outcome) -> ToFollow:
    """Notes, in the transaction of a publication or withdrawal, that something is to follow it."""
    now = clock.now()
    return ToFollow.objects.create(outcome=asdict(outcome), noted_at=now, since=now)


def follow(to_follow: ToFollow, outcome: Outcome) -> bool:
    """Runs what follows; whether all of it was done. Else `follow_up` comes back to it."""
    done = _run_after(outcome)
    if done:
        to_follow.delete()
    else:
        _put_off(to_follow)
    return done


def follow_up() -> list[str]:
    """Runs again what follows a publication or withdrawal, where a crash or a failure kept it undone.

    A line in words for each. All steps are run, for nobody knows which were: each may be repeated. Ends
    with the first that fails again: what keeps one from being done most often keeps all.
    """
    lines: list[str] = []
    began = time.monotonic()
    late = ToFollow.objects.filter(since__lt=clock.now() - _UNDER_WAY).order_by("since", "pk")
    for one in late[:_MOST_AT_ONCE]:
        if lines and time.monotonic() - began > _LONGEST:
            break
        line, failed = _followed_up(one)
        lines.append(line)
        if failed:
            break
    return lines


def undone() -> int:
    """How many publications and withdrawals wait for what follows them, longer than it takes."""
    return ToFollow.objects.filter(noted_at__lt=clock.now() - _UNDER_WAY).count()


def _followed_up(late: ToFollow) -> tuple[str, bool]:
    """What to say of it, and whether it failed again."""
    try:
        outcome = _outcome_from(late.outcome)
    except TypeError as why:
        # Of a release that noted less than this one needs, or more than it understands: kept, for that one.
        log.error("reconcile: what follows a publication can't be read: %s: %s", why, late.outcome)
        _put_off(late)
        line = _("What is to follow a publication can't be read; it is kept as number %(number)s.")
        return line % {"number": late.pk}, False
    # As a publication more: else the marks of plates would count one of them twice as followed, and
    # another, which nothing followed, would pass for done.
    note_change()
    if outcome.change == "withdrawn":
        line = _("What follows the withdrawal of %(path)s had not all been done.")
    else:
        line = _("What follows the publication of %(path)s had not all been done.")
    line %= {"path": outcome.path}
    log.warning("reconcile: %s", line)
    if follow(late, outcome):
        return line, False
    return _("%(line)s It could not be mended.") % {"line": line}, True


def _put_off(to_follow: ToFollow) -> None:
    now = clock.now()
    withdrawn = to_follow.outcome.get("change") == "withdrawn"
    wait = _SOON if withdrawn else min(max((now - to_follow.noted_at) / 4, _SOON), _LATE)
    ToFollow.objects.filter(pk=to_follow.pk).update(since=now + wait - _UNDER_WAY)


def _outcome_from(kept: dict[str, Any]) -> Outcome:
    """Raises TypeError where a field is wanting that has no default."""
    known = {field.name for field in fields(Outcome)}  # another release may keep more
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in kept.items()
        if name in known
    }
    return Outcome(**told)


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
