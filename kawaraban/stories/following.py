"""What follows a publication or withdrawal: noted with it, run after it, and again until all is done."""

import datetime as dt
import logging
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import asdict, fields
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from kawaraban.kit import clock, database, notes, steps
from kawaraban.stories import queries
from kawaraban.stories.ledger import note_change
from kawaraban.stories.models import ToFollow
from kawaraban.stories.outcome import Outcome

log = logging.getLogger(__name__)

# What follows a publication takes a moment, and longer where a web server in front is slow.
_UNDER_WAY = dt.timedelta(seconds=10)
# What failed is no longer under way and due again so soon; where it goes on failing, later, for all workers
# read stories anew each time. A story that was withdrawn may be shown until its turn comes: that is later
# only where it failed for long, as with a web server that is no more.
_SOON, _LATE = dt.timedelta(seconds=3), dt.timedelta(seconds=15)
_LONG = dt.timedelta(minutes=1)
# What is to be followed up in one go: the jobs do nothing else meanwhile.
_MOST_AT_ONCE = 100
_LONGEST = 2.0  # seconds


def keep(outcome: Outcome) -> ToFollow:
    """Notes, in the transaction of a publication or withdrawal, that something is to follow it."""
    now = clock.now()
    return ToFollow.objects.create(outcome=asdict(outcome), noted_at=now, since=now)


def follow(to_follow: ToFollow, outcome: Outcome) -> bool:
    """Runs what follows; whether all of it went well. Else `follow_up` comes back to it.

    What a step goes on with is waited for by nobody; the note stays until that is done as well.
    """
    went_well, going_on = _run_after(outcome)
    if not went_well:
        _put_off(to_follow, _wait(to_follow))
    elif going_on:
        for one in going_on:
            one.add_done_callback(partial(_went_on, to_follow, going_on))
    else:
        _is_done(to_follow)
    return went_well


def follow_up() -> list[str]:
    """Runs again what follows a publication or withdrawal, where a crash or a failure kept it undone.

    A line in words for each. All steps are run, for nobody knows which were: each may be repeated. Ends
    with the first that fails again: what keeps one from being done most often keeps all.
    """
    late = notes.due(ToFollow.objects.order_by("since", "pk"), _UNDER_WAY, _LATE)
    return notes.one_go(late[:_MOST_AT_ONCE], _LONGEST, _followed_up)


def undone() -> int:
    """How many publications and withdrawals wait for what follows them, longer than it takes."""
    now = clock.now()
    return ToFollow.objects.exclude(noted_at__range=(now - _UNDER_WAY, now + _UNDER_WAY)).count()


def withdrawn() -> frozenset[int]:
    """Stories that were withdrawn, and of which not all is done yet that follows."""
    told = ToFollow.objects.filter(outcome__change="withdrawn").values_list("outcome__story_id", flat=True)
    stories = set(told)
    return frozenset(stories - queries.published_among(stories))


def _followed_up(late: ToFollow) -> tuple[str, bool]:
    """What to say of it, and whether to go on."""
    try:
        outcome = _outcome_from(late.outcome)
    except TypeError as why:
        # Of a release that noted less than this one needs, or more than it understands: kept, for that one.
        log.error("reconcile: what follows a publication can't be read: %s: %s", why, late.outcome)
        _put_off(late, _wait(late))
        line = _("What is to follow a publication can't be read; it is kept as number %(number)s.")
        return line % {"number": late.pk}, True
    # Under way again: nobody else begins it, nor we while a step goes on.
    ToFollow.objects.filter(pk=late.pk).update(since=clock.now())
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
        return line, True
    return _("%(line)s It could not be mended.") % {"line": line}, False


def _wait(to_follow: ToFollow) -> dt.timedelta:
    """How long what failed is left alone."""
    age = abs(clock.now() - to_follow.noted_at)  # it may be from before the clock was put back
    if to_follow.outcome.get("change") == "withdrawn" and age < _LONG:
        return _SOON
    return min(max(age / 4, _SOON), _LATE)


def _put_off(to_follow: ToFollow, wait: dt.timedelta) -> None:
    ToFollow.objects.filter(pk=to_follow.pk).update(since=clock.now() + wait - _UNDER_WAY)


def _is_done(to_follow: ToFollow) -> None:
    ToFollow.objects.filter(pk=to_follow.pk).delete()


def _went_on(to_follow: ToFollow, going_on: Sequence[Future[None]], _: Future[None]) -> None:
    """One of the steps that went on ended. Where the database is away, the note stays, and is due again."""
    if not all(one.done() for one in going_on):
        return
    failed = [why for one in going_on if (why := one.exception())]
    if not failed:
        database.write(_is_done, to_follow)
        return
    log.error("story %s: not all that follows was done: %s", to_follow.outcome["story_id"], failed[0])
    database.write(_put_off, to_follow, _wait(to_follow))


def _outcome_from(kept: dict[str, Any]) -> Outcome:
    """Raises TypeError where a field is wanting that has no default."""
    known = {field.name for field in fields(Outcome)}  # another release may keep more
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in kept.items()
        if name in known
    }
    return Outcome(**told)


def _run_after(outcome: Outcome) -> tuple[bool, list[Future[None]]]:
    """Whether all steps that follow a publication went well, and what goes on behind them."""
    withdrawn = outcome.change == "withdrawn"
    happened = f"story {outcome.story_id} was {'withdrawn' if withdrawn else 'published'}"
    went_well, given = steps.follow(settings.AFTER_STORY_PUBLISHED, outcome, happened)
    return went_well, [one for one in given if one]
