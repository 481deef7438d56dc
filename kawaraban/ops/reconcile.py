"""Mending what a crash left between article, story, discussion and plate, from one room to the next."""

import logging

from kawaraban.discussion import changes as discussions
from kawaraban.newsroom import changes
from kawaraban.newsroom import reconcile as newsroom
from kawaraban.press import mending
from kawaraban.stories import following

log = logging.getLogger(__name__)


def reconcile(*, thorough: bool = True) -> list[str]:
    """Mends stories by articles, what follows them, and plates; a line in words for each thing mended.

    Without `thorough` only what stands out is looked at closely: quick enough for every minute.
    """
    return [*newsroom.mend(thorough=thorough).lines, *follow_up(), *mending.mend_plates()]


def follow_up() -> list[str]:
    """Does what is still to follow stories, changes and comments; a line in words for each.

    What fails keeps no other from being followed, and is raised when all had their turn.
    """
    lines: list[str] = []
    failures: list[Exception] = []
    for room in (following, changes, discussions):
        try:
            lines += room.follow_up()
        except Exception as why:
            log.error("reconcile: %s: %s", room.__name__, why)
            failures.append(why)
    if failures:
        raise failures[0]
    return lines
