"""Mending plates that a crash between publication and pressing left as they were."""

from kawaraban.press.plates import plates
from kawaraban.press.pressing import press
from kawaraban.stories import queries
from kawaraban.stories.models import Story


def mend_plates() -> list[str]:
    """Mends what a crash between publication and pressing left, for `reconcile`. Addresses mended.

    Looks at the plates only if there were publications that nothing followed.
    """
    kept, mended = plates(), []
    changes = queries.changes()
    if kept.outdating.now().followed == changes:
        return []
    versions = dict(Story.objects.values_list("path", "version"))
    for address in kept.addresses():
        found = kept.get(address)
        if found and found[1].kind == "story" and versions.get(address) != found[1].stamps.story:
            press(address)
            mended.append(address)
    if mended:
        # Of a story that is no more, nobody knows which lists and lines showed it.
        kept.outdating.everything()
    kept.outdating.follow(changes)
    return mended
