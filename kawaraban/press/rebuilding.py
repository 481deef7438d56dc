"""Every plate again: lists first, then stories, newest first, many of them with few queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q

from kawaraban.discussion import comments
from kawaraban.feeds import rss, sitemaps
from kawaraban.people.authors import Person
from kawaraban.press.mending import missed
from kawaraban.press.outdating import Stamps
from kawaraban.press.plates import Discussion, Plate, plates
from kawaraban.press.pressing import learn, press, press_discussion, story_plate
from kawaraban.press.stamps import dress, stamps_now
from kawaraban.rails import charts
from kawaraban.reading import rendering
from kawaraban.stories import queries
from kawaraban.stories.models import Section, Story, Topic, TopicEntry

_AT_ONCE = 100  # stories read, pressed and kept together
_WORK = "rebuild"


def rebuild(progress: Callable[[int, int], None]) -> int:
    """Presses every page there is; how many. One that was killed goes on where it was.

    `progress(done, all)` is called as it goes. Publications meanwhile mark their plates as old.
    """
    kept = plates()
    learn()
    lists = _lists()
    every = len(lists) + Story.objects.count()
    at = kept.progress(_WORK)
    if at.get("dress") != dress():
        at = {"dress": dress(), "missed": missed(), "done": 0}
        for done, address in enumerate(lists, start=1):
            press(address)
            progress(done, every)
        at["done"] = len(lists)
    progress(min(at["done"], every), every)
    for stories, stamps in _batches(at):
        # What all pages share is looked up once for these, after the stamps were taken.
        with rendering.sitting():
            pressed, unsaid = _pressed(stories, stamps)
            kept.put_many(pressed, unsaid)
            # What was said since is pressed already, and now lies under a discussion without it.
            for story_id in comments.counts_of([one.story_id for one in unsaid]):
                press_discussion(story_id)
        last = stories[-1]
        at |= {"after": [last.published_at.isoformat(), last.pk], "done": at["done"] + len(stories)}
        kept.put_progress(_WORK, at)
        progress(min(at["done"], every), every)
    # What another release began doesn't say it: `mending` then looks for what was missed.
    # Of what it says, the jobs may have mended some by now.
    kept.outdating.follow(max(0, min(at.get("missed", 0), missed())))
    kept.put_progress(_WORK, {})
    return int(at["done"])


def _lists() -> list[str]:
    lists = [row.path for model in (Section, Person, Topic) for row in model.objects.all()]
    return ["/", rss.PATH, sitemaps.PATH, *lists, *charts.addresses(_slugs())]


def _slugs() -> list[str]:
    return [section.slug for section in queries.sections()]


def _batches(at: dict[str, Any]) -> Iterator[tuple[list[Story], Stamps]]:
    """Stories after the last one, newest first, with stamps from before they were read."""
    newest = Story.objects.select_related("section", "storyline").order_by("-published_at", "-pk")
    while True:
        stamps = stamps_now(plates())
        left = newest
        if "after" in at:
            moment, number = dt.datetime.fromisoformat(at["after"][0]), at["after"][1]
            # The first condition alone would do, but the second has the index walked from there on.
            left = newest.filter(Q(published_at__lt=moment) | Q(pk__lt=number), published_at__lte=moment)
        stories = list(left[:_AT_ONCE])
        if not stories:
            return
        yield stories, stamps


def _pressed(stories: list[Story], stamps: Stamps) -> tuple[list[Plate], list[Discussion]]:
    people, topics, counts = _people(stories), _topics(stories), comments.counts_of(_numbers(stories))
    pressed, discussions = [], []
    for story in stories:
        bylines = dict.fromkeys(one["person_id"] for one in story.bylines if one["person_id"])
        named = [people[pk] for pk in bylines if pk in people]
        rendered = rendering.story(story, topics=topics[story.pk], people=named)
        pressed.append(story_plate(story, rendered, stamps))
        if not story.comments_open or counts.get(story.pk):
            press_discussion(story.pk)
        else:
            said = rendering.nothing_said(story.pk).encode()
            discussions.append(Discussion(story.pk, said, 0, stamps))
    return pressed, discussions


def _numbers(stories: list[Story]) -> list[int]:
    return [story.pk for story in stories]


def _people(stories: list[Story]) -> dict[int, Person]:
    wanted = {one["person_id"] for story in stories for one in story.bylines if one["person_id"]}
    return Person.objects.select_related("portrait").in_bulk(wanted)


def _topics(stories: list[Story]) -> defaultdict[int, list[Topic]]:
    found: defaultdict[int, list[Topic]] = defaultdict(list)
    entries = TopicEntry.objects.filter(story_id__in=_numbers(stories)).select_related("topic").order_by("pk")
    for entry in entries:
        found[entry.story_id].append(entry.topic)
    return found
