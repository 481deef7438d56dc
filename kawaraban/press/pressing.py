"""Pressing: an address becomes a plate, and a publication presses what it changed."""

import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kawaraban.discussion import comments
from kawaraban.feeds import rss, sitemaps
from kawaraban.kit.stores import StoreUnavailable
from kawaraban.people.authors import Person
from kawaraban.press import addresses
from kawaraban.press.plates import Discussion, Plate, Plates, Stamps, plates
from kawaraban.press.stamps import stamps_now
from kawaraban.reading import joining, rendering
from kawaraban.reading.rendering import Rendered
from kawaraban.stories import queries
from kawaraban.stories.models import Section, Story, Topic
from kawaraban.stories.publish import Outcome

# How often a page is pressed again because something was published meanwhile.
_ROUNDS = 3
_LIST = re.compile(r"/(?:(people|topics)/)?([^/]+)/")


@dataclass(frozen=True)
class Elsewhere:
    """What was asked for isn't here: it stands at `path` (301), or is gone (410, `path` is "")."""

    path: str
    status: int


def press(address: str) -> Plate | Elsewhere | None:
    """Presses the page at a canonical address and keeps it; None if nothing ever stood there.

    Asks the database and may raise its errors. A store that is away costs the keeping alone.
    """
    for _ in range(_ROUNDS):
        before = queries.changes()
        found = made(address)
        with contextlib.suppress(StoreUnavailable):
            _keep(address, found)
        # What was published while we pressed has pressed this page, too; ours may now lie over its.
        if queries.changes() == before:
            break
    return found


def made(address: str) -> Plate | Elsewhere | None:
    """The page at the address as it is now, kept nowhere."""
    return _page(address, stamps_now(plates())) or _once_at(address)


def problem(status: int) -> Plate:
    """The page that says what went wrong (404, 410, 500 or 503), in the publication's dress."""
    return _plate(f"!{status}", "problem", rendering.problem(status), Stamps(0, ""), status)


def discussion(story_id: int) -> Discussion:
    """Presses the discussion below a story and keeps it."""
    stamps = stamps_now(plates())
    count = comments.count(story_id)
    pressed = Discussion(story_id, rendering.discussion(story_id).encode(), count, stamps)
    with contextlib.suppress(StoreUnavailable):
        plates().put_discussion(pressed)
    return pressed


def after_story(outcome: Outcome) -> None:
    """Presses what readers look at first; drops the rest that shows the story, pressed when asked for."""
    kept = plates()
    if outcome.old_path:
        kept.drop(outcome.old_path)
    kept.drop_discussion(outcome.story_id)
    if outcome.change == "withdrawn":
        kept.drop(outcome.path)
    else:
        press(outcome.path)
    _drop_what_shows(kept, outcome)
    press("/")
    for slug in outcome.section_slugs:
        press(f"/{slug}/")


def after_discussion(story_id: int) -> None:
    """Presses the discussion below the story."""
    discussion(story_id)


def after_publication() -> None:
    """Makes every plate old: something changed that all pages share. Each is pressed when asked for."""
    plates().new_generation()


def mend_plates() -> list[str]:
    """Presses or drops the plates of stories that changed, or went, without their plates' doing so.

    For `reconcile`: a crash between publication and pressing leaves such plates. Their addresses.
    """
    kept, mended = plates(), []
    versions = dict(Story.objects.values_list("path", "version"))
    for address in kept.addresses():
        found = kept.get(address)
        if found and found[1].kind == "story" and versions.get(address) != found[1].stamps.story:
            press(address)
            mended.append(address)
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


def _keep(address: str, found: Plate | Elsewhere | None) -> None:
    if isinstance(found, Plate):
        plates().put(found)
    else:
        plates().drop(address)


def _drop_what_shows(kept: Plates, outcome: Outcome) -> None:
    lists = [f"/topics/{slug}/" for slug in outcome.topic_slugs]
    lists += [f"/people/{slug}/" for slug in outcome.person_slugs]
    # A section's first page is pressed at once, so the old one stays until the new one is there.
    for path in [*lists, *(f"/{slug}/" for slug in outcome.section_slugs)]:
        kept.drop_further_pages(path)
    for address in [rss.PATH, *lists, *kept.addresses(sitemaps.PREFIX)]:
        kept.drop(address)
    shown_on = {*kept.stories_that_show(outcome.story_id), *_along_the_storyline(outcome.story_id)}
    for address in shown_on - {outcome.path}:
        kept.drop(address)


def _along_the_storyline(story_id: int) -> list[str]:
    # Its neighbours are to show it and don't yet, so nothing in the store says so.
    line = Story.objects.filter(pk=story_id).exclude(storyline=None).values_list("storyline_id")
    return list(Story.objects.filter(storyline_id__in=line).values_list("path", flat=True))


def _page(address: str, stamps: Stamps) -> Plate | None:
    path, page = addresses.split(address)
    if path == "/":
        return _plate(address, "front", rendering.front(), stamps)
    if path == rss.PATH:
        return _document(address, "feed", rss.newest(addresses.public_url()), rss.CONTENT_TYPE, stamps)
    if path.startswith(sitemaps.PREFIX):
        return _document(address, "sitemap", _sitemap(path), sitemaps.CONTENT_TYPE, stamps)
    found = _LIST.fullmatch(path)
    if found is None:
        return _story(path, stamps)
    kind = {"people": "person", "topics": "topic"}.get(found[1], "section")
    rendered = _PRESSES[kind](found[2], page) if page else None
    return _plate(address, kind, rendered, stamps) if rendered else None


_PRESSES = {"person": rendering.person, "topic": rendering.topic, "section": rendering.section}


def _story(path: str, stamps: Stamps) -> Plate | None:
    story = queries.story_at(path)
    if story is None:
        return None
    return _plate(path, "story", rendering.story(story), replace(stamps, story=story.version))


def _sitemap(path: str) -> bytes | None:
    if path == sitemaps.PATH:
        return sitemaps.sitemap(addresses.public_url())
    number = sitemaps.part_of(path)
    return sitemaps.part(addresses.public_url(), number) if number else None


def _once_at(address: str) -> Elsewhere | None:
    """Where an address leads that has no page: to where its story went, or to its form with a slash."""
    path, _ = addresses.split(address)
    once = queries.once_at(path)
    if once is not None:
        return Elsewhere(once.path, 301 if once.path else 410)
    if path.endswith("/"):
        return None
    if _page(path + "/", Stamps(0, "")) is not None:
        return Elsewhere(path + "/", 301)
    return _once_at(path + "/")


def _plate(address: str, kind: str, rendered: Rendered, stamps: Stamps, status: int = 200) -> Plate:
    split = joining.split(rendered.markup)
    return Plate(
        address=address,
        kind=kind,
        parts=tuple(part.encode() for part in split.parts),
        slots=split.slots,
        stamps=stamps,
        pressed_at=time.time(),
        status=status,
        story_id=rendered.story_id,
        section=rendered.section,
        standing=tuple(rendered.standing),
    )


def _document(address: str, kind: str, body: bytes | None, content_type: str, stamps: Stamps) -> Plate | None:
    if body is None:
        return None
    return Plate(address, kind, (body,), (), stamps, time.time(), content_type=content_type)
