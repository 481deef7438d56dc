"""Making plates apart from readers' requests: what a crash left, and all of them again."""

from collections.abc import Callable

from kawaraban.feeds import rss, sitemaps
from kawaraban.people.authors import Person
from kawaraban.press.plates import plates
from kawaraban.press.pressing import press
from kawaraban.stories import queries
from kawaraban.stories.models import Section, Story, Topic


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


def rebuild(progress: Callable[[int, int], None]) -> int:
    """Presses every page there is, lists first, newest stories next; how many.

    `progress(done, all)` is called after each.
    """
    lists = [row.path for model in (Section, Person, Topic) for row in model.objects.all()]
    stories = Story.objects.order_by("-published_at", "-id").values_list("path", flat=True)
    every = ["/", rss.PATH, sitemaps.PATH, *lists, *stories]
    for done, address in enumerate(every, start=1):
        press(address)
        progress(done, len(every))
    return len(every)
