"""Telling the rooms above that readers see another discussion than before."""

import logging

from django.conf import settings
from django.db import transaction

from kawaraban.kit.steps import named

log = logging.getLogger(__name__)


def tell(story_id: int) -> None:
    """Runs AFTER_DISCUSSION_CHANGED once what is being written is committed; at once if it is.

    A step that fails stops no other: the comment is kept, and the page is pressed again later.
    """
    transaction.on_commit(lambda: _run_after(story_id))


def _run_after(story_id: int) -> None:
    for step in named(settings.AFTER_DISCUSSION_CHANGED):
        try:
            step(story_id)
        except Exception:
            log.exception("story %s: %s failed after its discussion changed", story_id, step.__name__)
