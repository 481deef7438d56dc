"""What of a story is searched, as the two databases' indexes are given it."""

from collections.abc import Iterable
from dataclasses import dataclass

from kawaraban.search import japanese
from kawaraban.stories.models import PersonEntry, Story, TopicEntry

# The weight of a match, by field: best first.
FIELDS = ("headline", "names", "dek", "body")

# PostgreSQL numbers 16,383 places in a text (and keeps 256 of them for one token); what stands
# behind them is found on neither database.
MOST_TOKENS = 15_000


@dataclass(frozen=True)
class Entry:
    """A story's tokens: a row for each of `FIELDS`, and those with which words begin."""

    story_id: int
    rows: tuple[list[str], ...]
    openings: list[str]


def entries_of(stories: Iterable[Story]) -> list[Entry]:
    """The stories as they are searched: two queries more, however many there are."""
    stories = list(stories)
    ids = [story.pk for story in stories]
    people = PersonEntry.objects.filter(story_id__in=ids).order_by("pk")
    topics = TopicEntry.objects.filter(story_id__in=ids).order_by("pk")
    names: dict[int, list[str]] = {story.pk: [one["name"] for one in story.bylines] for story in stories}
    for story_id, name, reading in people.values_list("story_id", "person__name", "person__reading"):
        names[story_id] += [name, reading]
    for story_id, name in topics.values_list("story_id", "topic__name"):
        names[story_id].append(name)
    return [_entry(story, names[story.pk]) for story in stories]


def _entry(story: Story, names: list[str]) -> Entry:
    # Between two pieces a full stop, so that no word is found across them.
    texts = (
        story.headline,
        "。".join(dict.fromkeys(names)),
        "。".join((story.kicker, story.dek)),
        story.text,
    )
    room, rows = MOST_TOKENS, []
    for words in texts:
        rows.append(japanese.tokens(words)[:room])
        room -= len(rows[-1])
    return Entry(story.pk, tuple(rows), sorted(japanese.openings("。".join(texts))))
