"""Notes of what is still to follow: made in the transaction of a change, gone when all that follows is done.

A note has `since`: from then on somebody is at it, for as long as that takes at most; then it is due.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db.models import Model, QuerySet

from kawaraban.kit import clock

Note = TypeVar("Note", bound=Model)
Item = TypeVar("Item")


def due(notes: QuerySet[Note], takes: dt.timedelta, at_most_put_off: dt.timedelta) -> QuerySet[Note]:
    """Those that nobody is at. One from later than any is put off is from before the clock was put back."""
    now = clock.now()
    return notes.exclude(since__range=(now - takes, now + at_most_put_off))


def one_go(items: Iterable[Item], longest: float, follow_up: Callable[[Item], tuple[str, bool]]) -> list[str]:
    """Follows up one after the other, for so many seconds, and one in any case: the lines it gave.

    `follow_up` gives a line in words, and whether to go on: what keeps one from being done most often
    keeps all, and next time it is the others' turn.
    """
    lines: list[str] = []
    began = time.monotonic()
    for item in items:
        if lines and time.monotonic() - began > longest:
            break
        line, goes_on = follow_up(item)
        lines.append(line)
        if not goes_on:
            break
    return lines
