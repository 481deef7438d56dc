"""Mending plates that a crash between publication and pressing left as they were."""

import datetime as dt
import itertools

from kawaraban.discussion import comments
from kawaraban.press.plates import plates
from kawaraban.press.pressing import press, press_discussion
from kawaraban.stories import ledger
from kawaraban.stories.models import Story

_AT_ONCE = 500
_OF_LATE = dt.timedelta(minutes=5)  # what a power cut may take of plates that are not synced


def mend_plates() -> list[str]:
    """Mends what a crash between publication and pressing left, for `reconcile`. Addresses mended.

    Looks at the plates only if there were publications that nothing followed.
    """
    kept, mended = plates(), []
    changes = ledger.changes()
    missed = changes - kept.outdating.now().followed
    if not missed:
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
    kept.outdating.follow(missed)
    return mended


def mend_discussions() -> None:
    """Presses again the discussions that changed last, for when a house begins, however long it was dark.

    Of a store that a power cut set back no mark tells that comments were decided on since.
    """
    for story_id in comments.changed_last(_OF_LATE):
        press_discussion(story_id)
