"""Mending plates that a crash between publication and pressing left as they were."""

import itertools

from kawaraban.press.plates import plates
from kawaraban.press.pressing import press
from kawaraban.stories import ledger
from kawaraban.stories.models import Story

_AT_ONCE = 500


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
