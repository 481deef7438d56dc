"""Why a story stands where it stands, in words; and how old it is."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise as _Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

Promise = str | _Lazy


@dataclass(frozen=True)
class Words:
    """A sentence that is put together when shown, in the language then spoken. `code` names it."""

    code: str
    message: Any  # a lazy message
    values: Mapping[str, object] = field(default_factory=dict)

    @functools.cached_property
    def named(self) -> tuple[object, ...]:
        """What tells these words from others: their code and all that is filled in."""
        return (self.code, *(one.named if isinstance(one, Words) else one for one in self.values.values()))

    def __str__(self) -> str:
        return str(self.message % self.values) if self.values else str(self.message)


_MOST_KEPT = 4_096  # sentences with a topic in them, which many pages say

# Times and not readers, in all of these: a visitor counts again after half an hour, and is another after
# midnight.
_READ_IN_A_DAY = ngettext_lazy(
    "Read %(count)d time in the past 24 hours", "Read %(count)d times in the past 24 hours", "count"
)
_TOGETHER = _("Read by people who read this")
_NEW = _("Newly published")
_NEWCOMER = _("New: just beginning to reach its readers")
_UNREAD = _("New, not opened in the past 24 hours")
_PINNED = _("Chosen by the editors")
_NEXT_IN_STORYLINE = _("What came next in this storyline")
_SAME_STORYLINE = _("Same storyline")
_SAME_TOPIC = _("Same topic: %(topic)s")
_SAME_PERSON = _("By the same author")
_ALIKE = _("About something alike")
_READ_NOW = _("Read a lot right now")
_OFTEN_NEXT = _("Often read next")
_AFTER_READ = _("Often read after what you read")
_ONLY_IN_BROWSER = _("Only your browser remembers what you read, until you close it.")
_SAME_SECTION = _("From the same section")
_RISING = _("%(topic)s: about %(seen)d readings an hour, usually %(usual)d")
_NEW_IN_TOPIC = _("New in the topic %(topic)s")


def read_in_a_day(times: int) -> Words:
    return Words("read-in-a-day", _READ_IN_A_DAY, {"count": times}) if times else Words("unread", _UNREAD)


@functools.lru_cache(_MOST_KEPT)
def same_topic(topic: str) -> Words:
    return Words("same-topic", _SAME_TOPIC, {"topic": topic})


@functools.lru_cache(_MOST_KEPT)
def rising(topic: str, seen: float, usual: float) -> Words:
    """`seen` and `usual` are readings an hour."""
    numbers = {"seen": max(round(seen), 1), "usual": max(round(usual), 1)}
    return Words("rising", _RISING, {"topic": topic, **numbers})


@functools.lru_cache(_MOST_KEPT)
def new_in_topic(topic: str) -> Words:
    return Words("new-in-topic", _NEW_IN_TOPIC, {"topic": topic})


READ_TOGETHER = Words("read-together", _TOGETHER)
NEW = Words("new", _NEW)
NEWCOMER = Words("newcomer", _NEWCOMER)
PINNED = Words("pinned", _PINNED)
NEXT_IN_STORYLINE = Words("next-in-storyline", _NEXT_IN_STORYLINE)
SAME_STORYLINE = Words("same-storyline", _SAME_STORYLINE)
SAME_PERSON = Words("same-person", _SAME_PERSON)
ALIKE = Words("alike", _ALIKE)
READ_NOW = Words("read-now", _READ_NOW)
SAME_SECTION = Words("same-section", _SAME_SECTION)

HEADING_AFTER_WHAT_WAS_READ = _("After what you read")
AFTER_WHAT_WAS_READ = Words("after-read", _AFTER_READ)
ONLY_IN_YOUR_BROWSER = Words("only-in-browser", _ONLY_IN_BROWSER)

# What `recommendations.blend` calls its parts.
OF_A_BLEND: dict[str, Words] = {
    "next": Words("often-next", _OFTEN_NEXT),
    "fresh": NEW,
    "popular": READ_NOW,
    "section": SAME_SECTION,
    "alike": ALIKE,
}

_RANKED_WITHIN = _("Past readings count half after %(length)s.")
_TOO_FEW = _("Too few readers yet for a ranking: these are the newest stories.")
_TOO_FEW_TOGETHER = _("Chosen by subject: too few readers yet.")
_TOO_FEW_RISING = _("No topic stands out right now.")
_MINUTES = ngettext_lazy("%(count)d minute", "%(count)d minutes", "count")
_HOURS = ngettext_lazy("%(count)d hour", "%(count)d hours", "count")

_TOO_FEW_FOR_A_CHART = _("Too few readers yet for this ranking.")
_NOTHING_RISES = _("No story stands out right now.")
_ONCE_IN_HALF_AN_HOUR = _("A reader counts once for a story in half an hour.")
_ABOVE_THEIR_USUAL = _(
    "Read clearly more than is usual for the story at this hour. A story that is new has no usual yet."
)
_BY_COMMENTS = _(
    "New comments, each further one counting less; opening the discussion ten times counts like the first."
)
_BY_SHARES = _("How often readers chose a way to share the story. A reader counts once in half an hour.")
_BY_TIME = _("The time that readers stayed, beside the time that a story of this length takes.")
_READ_TIMES = ngettext_lazy("Read %(count)d time", "Read %(count)d times", "count")
_RISEN = _("About %(seen)d readings an hour, usually %(usual)d")
_DISCUSSED = _("%(comments)s, discussion opened %(opened)s")
_COMMENTS = ngettext_lazy("%(count)d new comment", "%(count)d new comments", "count")
_TIMES = ngettext_lazy("%(count)d time", "%(count)d times", "count")
_SHARED = ngettext_lazy("Shared %(count)d time", "Shared %(count)d times", "count")
_STAYED = _("%(seconds)d seconds on average, where its length takes %(expected)d")

NOTHING = Words("", "")
TOO_FEW_FOR_A_CHART = Words("too-few-for-a-chart", _TOO_FEW_FOR_A_CHART)
NOTHING_RISES = Words("nothing-rises", _NOTHING_RISES)
ONCE_IN_HALF_AN_HOUR = Words("once-in-half-an-hour", _ONCE_IN_HALF_AN_HOUR)
ABOVE_THEIR_USUAL = Words("above-their-usual", _ABOVE_THEIR_USUAL)
BY_COMMENTS = Words("by-comments", _BY_COMMENTS)
BY_SHARES = Words("by-shares", _BY_SHARES)
BY_TIME = Words("by-time", _BY_TIME)
TOO_FEW = Words("too-few", _TOO_FEW)
TOO_FEW_TOGETHER = Words("too-few-together", _TOO_FEW_TOGETHER)
TOO_FEW_RISING = Words("too-few-rising", _TOO_FEW_RISING)


def read_times(count: float, _nothing: float = 0) -> Words:
    return Words("read-times", _READ_TIMES, {"count": int(count)})


def risen(seen: float, usual: float) -> Words:
    """`seen` and `usual` are readings an hour."""
    return Words("risen", _RISEN, {"seen": max(round(seen), 1), "usual": max(round(usual), 1)})


def discussed(comments: float, opened: float) -> Words:
    """`opened` is how often the discussion was."""
    said = Words("comments", _COMMENTS, {"count": int(comments)})
    if not opened:
        return said
    times = Words("times", _TIMES, {"count": int(opened)})
    return Words("discussed", _DISCUSSED, {"comments": said, "opened": times})


def shared(times: float, _nothing: float = 0) -> Words:
    return Words("shared", _SHARED, {"count": int(times)})


def stayed(seconds: float, expected: float) -> Words:
    """Seconds of the mean reading, and those that the story's length asks for."""
    return Words("stayed", _STAYED, {"seconds": round(seconds), "expected": round(expected)})


def ranked_within(half_life: float) -> Words:
    """The note of a ranking whose readings weigh half after so many seconds."""
    if half_life < 7200:
        length = Words("minutes", _MINUTES, {"count": round(half_life / 60)})
    else:
        length = Words("hours", _HOURS, {"count": round(half_life / 3600)})
    return Words("ranked-within", _RANKED_WITHIN, {"length": length})


_DAYS_OLD = ngettext_lazy("A story of %(count)d day ago", "A story of %(count)d days ago", "count")
_MONTHS_OLD = ngettext_lazy("A story of %(count)d month ago", "A story of %(count)d months ago", "count")
_YEARS_OLD = ngettext_lazy("A story of %(count)d year ago", "A story of %(count)d years ago", "count")


def age(seconds: float) -> Words:
    """The label of a story that is older than a rail's readers would think."""
    return _days_old(int(seconds // 86_400))


@functools.cache
def _days_old(days: int) -> Words:
    if days >= 365:
        return Words("years-old", _YEARS_OLD, {"count": days // 365})
    if days >= 60:
        return Words("months-old", _MONTHS_OLD, {"count": days // 30})
    return Words("days-old", _DAYS_OLD, {"count": days})
