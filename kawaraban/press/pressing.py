"""Pressing: an address becomes a plate, and a publication presses what it changed."""

import contextlib
import re
import time
from dataclasses import dataclass, replace

from kawaraban.discussion import comments
from kawaraban.feeds import rss, sitemaps
from kawaraban.kit.counts import counts
from kawaraban.kit.shown import Change, change_of, things
from kawaraban.kit.stores import StoreUnavailable
from kawaraban.people.authors import Person
from kawaraban.press import addresses
from kawaraban.press.outdating import Stamps
from kawaraban.press.plates import Choice, Discussion, Plate, Plates, plates
from kawaraban.press.stamps import dress, stamps_now
from kawaraban.rails import charts
from kawaraban.rails.slots import NOW, chart_path
from kawaraban.reading import joining, rendering
from kawaraban.reading.rendering import Rendered
from kawaraban.stories import queries
from kawaraban.stories.models import Section, Story, Topic
from kawaraban.stories.outcome import Outcome

_LIST = re.compile(r"/(?:(people|topics)/)?([^/]+)/")
_TRIES = 20  # of one who presses a discussion, while others keep theirs
_FILED = {"people": Person, "topics": Topic, None: Section}


@dataclass(frozen=True)
class Elsewhere:
    """What was asked for isn't here: it stands at `path` (301), or is gone (410, `path` is "")."""

    path: str
    status: int


Pressed = tuple[int, Plate] | Elsewhere | None


def press(address: str) -> Pressed:
    """Presses the page at a canonical address, and the discussion on it, as `press_plate` does."""
    found = press_plate(address, stamps_now(plates()))
    with contextlib.suppress(StoreUnavailable):
        if isinstance(found, tuple) and found[1].is_discussed:
            story_id = found[1].story_id or 0
            if not _is_new_discussion(story_id):
                press_discussion(story_id)
    return found


def press_plate(address: str, stamps: Stamps) -> Pressed:
    """Presses the page at a canonical address and keeps it; None if nothing ever stood there.

    The plate with its version in the store, which is 0 where it could not be kept. Asks the database and
    may raise its errors. A store that is away costs the keeping alone. What is published since the stamps
    were taken marks the plate as old, though it lies there later.
    """
    found, version = made(address, stamps), 0
    with contextlib.suppress(StoreUnavailable):
        if isinstance(found, Plate):
            version = plates().put(found)
        elif plates().version(address) is not None:
            plates().drop(address)
    return (version, found) if isinstance(found, Plate) else found


def stands(address: str) -> bool:
    """Whether there may be a page at the address: one indexed read, for many ask for what is nowhere."""
    path, _ = addresses.split(address)
    if (chart := charts.at(path)) is not None:
        return not chart[1] or Section.objects.filter(slug=chart[1]).exists()
    found = _LIST.fullmatch(path)
    if found is not None:
        model = _FILED[found[1]]
        return model.objects.filter(slug=found[2]).exists()  # type: ignore[attr-defined, no-any-return]
    single = path in ("/", rss.PATH) or sitemaps.is_one(path)
    return single or Story.objects.filter(path=path).exists()


def made(address: str, stamps: Stamps) -> Plate | Elsewhere | None:
    """The page at the address as it is now, kept nowhere."""
    counts["pressing"] += 1
    return _page(address, stamps) or _once_at(address)


def problem(status: int, *, at_hand: bool = False) -> Plate:
    """The page that says what went wrong (404, 410, 500 or 503), in the publication's dress.

    `at_hand` asks no database, for it may be away.
    """
    rendered = rendering.problem(status, at_hand=at_hand)
    return _plate(address_of_problem(status), "problem", rendered, Stamps(0, ""), status)


def address_of_problem(status: int) -> str:
    """Where the page lies among the plates: an address that nobody can ask for."""
    return f"!{status}"


def discussion(story_id: int) -> tuple[int, Discussion]:
    """The discussion below a story, pressed now, and its version in the store: 0 where that is away."""
    try:
        return press_discussion(story_id)
    except StoreUnavailable:
        return 0, _discussion(story_id)


def press_discussion(story_id: int) -> tuple[int, Discussion]:
    """Presses the discussion below a story and keeps it; with its version. May raise `StoreUnavailable`.

    Nothing marks it as old when a comment comes or goes: so of several who press at once, nobody puts
    what was read before over what was read after.
    """
    for _ in range(_TRIES):
        version = plates().discussion_version(story_id)
        pressed = _discussion(story_id)
        kept = plates().swap_discussion(pressed, version)
        if kept is not None:
            return kept, pressed
    raise StoreUnavailable(f"too many press the discussion below story {story_id} at once")


def _discussion(story_id: int) -> Discussion:
    stamps = stamps_now(plates())
    count = comments.count(story_id)
    return Discussion(story_id, rendering.discussion(story_id).encode(), count, stamps)


def after_story(outcome: Outcome) -> None:
    """Marks what shows the story as old, and presses what readers look at first.

    The rest is pressed when it is asked for; until then, and while these are pressed, the old plates
    are handed out. Of a withdrawn story none is: whatever shows it is pressed before it is seen again.
    """
    kept = plates()
    withdrawn = outcome.change == "withdrawn"
    first = [] if withdrawn else [outcome.path]
    first += ["/", *(f"/{slug}/" for slug in outcome.section_slugs)]
    with contextlib.ExitStack() as leases:
        # Taken before the marks are set: else whoever looks meanwhile would press them, too.
        for address in first:
            leases.enter_context(kept.leases.taken(address))
        kept.outdating.story(outcome.story_id, shown_by=_shown_by(outcome), withdrawn=withdrawn)
        for address in {outcome.old_path, outcome.path if withdrawn else ""} - {""}:
            kept.drop(address)
        for address in first:
            if not is_new(kept, address):
                press(address)


def after_change(change: Change) -> None:
    """Marks the pages that show what changed as old. Each is pressed when asked for."""
    plates().outdating.change(change)


def after_discussion(story_id: int) -> None:
    """Presses the discussion below the story. Raises `StoreUnavailable` where it can't be kept."""
    press_discussion(story_id)


def is_new(kept: Plates, address: str) -> bool:
    """Whether the plate is there, and as it should be."""
    found = kept.get(address)
    return found is not None and found[1].condition(kept.outdating.now(), dress()) == "new"


def _is_new_discussion(story_id: int) -> bool:
    found = plates().discussion(story_id)
    return found is not None and found[1].condition(plates().outdating.now(), dress()) == "new"


def open_house() -> None:
    """Says what this release presses with: from now on plates of another one are old."""
    plates().outdating.wear(dress())


def learn() -> None:
    """Takes note of what stands on all pages, so that one sees which change of it readers will see."""
    plates().outdating.learn(change_of(row) for row in (queries.publication(), *queries.sections()))


def _shown_by(outcome: Outcome) -> list[str]:
    """What comes to show the story, or shows it no more, besides the pages that name it already."""
    line = Story.objects.filter(pk=outcome.story_id).exclude(storyline=None).values_list("storyline_id")
    lines = [f"storyline {pk}" for (pk,) in line]
    maps = ["sitemap", _in_part(sitemaps.part_with(outcome.story_id))]
    if not outcome.refiled:
        return [*lines, *maps]
    lists = [f"/{slug}/" for slug in outcome.section_slugs]
    lists += [f"/topics/{slug}/" for slug in outcome.topic_slugs]
    lists += [f"/people/{slug}/" for slug in outcome.person_slugs]
    return [*lines, *lists, "front", "feed", *maps]


def _page(address: str, stamps: Stamps) -> Plate | None:
    path, page = addresses.split(address)
    if path == "/":
        return _plate(address, "front", rendering.front(), stamps, shows=("front",))
    if path == rss.PATH:
        return _feed(address, stamps)
    if sitemaps.is_one(path):
        return _sitemap(path, stamps)
    if (chart := charts.at(path)) is not None:
        ranking = rendering.ranking(*chart)
        return _plate(address, "ranking", ranking, stamps) if ranking else None
    found = _LIST.fullmatch(path)
    if found is None:
        return _story(path, stamps)
    kind = {"people": "person", "topics": "topic"}.get(found[1], "section")
    rendered = _PRESSES[kind](found[2], page) if page else None
    return _plate(address, kind, rendered, stamps, shows=(path,)) if rendered else None


_PRESSES = {"person": rendering.person, "topic": rendering.topic, "section": rendering.section}


def _story(path: str, stamps: Stamps) -> Plate | None:
    story = queries.story_at(path)
    if story is None:
        return None
    return story_plate(story, rendering.story(story), stamps)


def story_plate(story: Story, rendered: Rendered, stamps: Stamps) -> Plate:
    """The plate of a story's page; `stamps` are from before the story was read."""
    return _plate(story.path, "story", rendered, replace(stamps, story=story.version))


def _sitemap(path: str, stamps: Stamps) -> Plate | None:
    number, url = sitemaps.part_of(path), addresses.public_url()
    document = sitemaps.part(url, number) if number else sitemaps.sitemap(url)
    if document is None:
        return None
    plate = _document(path, "sitemap", document, sitemaps.CONTENT_TYPE, stamps)
    return replace(plate, shows=(_in_part(number),)) if number else plate


def _in_part(number: int) -> str:
    return f"sitemap {number}"


def _once_at(address: str) -> Elsewhere | None:
    """Where an address leads that has no page: to where its story went, or to its form with a slash."""
    path, _ = addresses.split(address)
    once = queries.once_at(path)
    if once is not None:
        return Elsewhere(once.path, 301 if once.path else 410)
    if path == f"{chart_path()}{NOW}/":
        return Elsewhere(chart_path(), 301)
    if path.endswith("/"):
        return None
    if _page(path + "/", Stamps(0, "")) is not None:
        return Elsewhere(path + "/", 301)
    return _once_at(path + "/")


def _plate(
    address: str,
    kind: str,
    rendered: Rendered,
    stamps: Stamps,
    status: int = 200,
    shows: tuple[str, ...] = (),
) -> Plate:
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
        shows=(*shows, *rendered.shows),
        choices={
            slot: Choice(one.story_id, tuple(filling.encode() for filling in one.fillings))
            for slot, one in split.choices.items()
        },
    )


def _feed(address: str, stamps: Stamps) -> Plate:
    newest = tuple(Story.objects.order_by("-published_at", "-id").values_list("pk", flat=True)[: rss.NEWEST])
    topics = Topic.objects.filter(entries__story_id__in=newest).distinct()
    feed = _document(address, "feed", rss.newest(addresses.public_url()), rss.CONTENT_TYPE, stamps)
    return replace(feed, standing=newest, shows=("feed", *things(*topics)))


def _document(address: str, kind: str, body: bytes, content_type: str, stamps: Stamps) -> Plate:
    return Plate(address, kind, (body,), (), stamps, time.time(), content_type=content_type, shows=(kind,))
