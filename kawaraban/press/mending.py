"""Mending plates that a crash between publication and pressing left as they were."""

import datetime as dt
import itertools
import time

from kawaraban.discussion import comments
from kawaraban.press.plates import plates
from kawaraban.press.pressing import press, press_discussion
from kawaraban.stories import ledger
from kawaraban.stories.models import Story

_AT_ONCE = 500
_UNDER_WAY = 1.0  # seconds from a publication's commit to its mark
_OF_LATE = dt.timedelta(minutes=5)  # what a power cut may take of plates that are not synced


def mend_plates() -> list[str]:
    """Mends what a crash between publication and pressing left, for `reconcile`. Addresses mended.

    Looks at the plates only if there were publications that nothing followed, nor is about to.
    """
    kept, mended = plates(), []
    unfollowed = missed()
    if unfollowed > 0:
        time.sleep(_UNDER_WAY)
        unfollowed = min(unfollowed, missed())
    if unfollowed <= 0:
        # What was followed twice: on top of that, one that nothing followed would not be seen.
        kept.outdating.follow(unfollowed)
        return []
    addresses = kept.addresses()
    while some := list(itertools.islice(addresses, _AT_ONCE)):
        versions = dict(Story.objects.filter(path__in=some).values_list("path", "version"))
        for address in some:
            found = kept.get(address)
            if found and found[1].kind == "story" and versions.get(address) != found[1].stamps.story:
                press(address)
                mended.append(address)
    if mended:
        # Of a story that is no more, nobody knows which lists and lines showed it.
        kept.outdating.everything()
    # What is published meanwhile counts itself.
    kept.outdating.follow(unfollowed)
    return mended


def missed() -> int:
    """How many publications have no mark; those that are under way among them. Below 0: some have two."""
    # In this order, for whoever marks one that was counted as missing is not yet among the marks.
    followed = plates().outdating.now().followed
    return ledger.changes() - followed


def mend_discussions() -> None:
    """Presses again the discussions that changed last, for when a house begins, however long it was dark.

    Of a store that a power cut set back no mark tells that comments were decided on since.
    """
    for story_id in comments.changed_last(_OF_LATE):
        press_discussion(story_id)
