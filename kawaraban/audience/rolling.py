"""Rolls finished days of the log into the history: counts by the hour, without visitors.

A day is written once: where its file is, it is passed over, and whoever is killed has written nothing.
The log is read a slice at a time, so beacons wait for nothing.
"""

import datetime as dt
import fcntl
import logging
import os
from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from kawaraban.audience.events import Event, NoEvent
from kawaraban.audience.fold import WINDOW_MS
from kawaraban.audience.history import History, Page
from kawaraban.audience.log import EventLog
from kawaraban.audience.readings import DONE, Readings

log = logging.getLogger(__name__)

KEPT_DAYS = 8  # of the log: what the usual level of an hour of the week is made of
# The log is in the order of its commits: a beacon may wait, and clocks are put right, but not by more.
_APART_MS = 10 * 60_000
_AT_ONCE = 20_000  # events read from the log at a time
_NEAR = 500  # where a single one is looked for
_HOUR_MS = 3_600_000


# What events are counted by, in this order: columns of the history.
_COUNTED_BY = ("hour", "story", "kind", "rail", "place", "quarter", "simulated")
_Key = tuple[int, int, str, str, int, int, bool]


def unwritten(events: EventLog, history: History, zone: dt.tzinfo, now: dt.datetime) -> list[dt.date]:
    """The finished days of the log that the history does not have, in order. Raises LogUnavailable.

    A day of which hours may have been forgotten is left out, unless the one before it was written: then
    days were written all the time that it was whole.
    """
    first = _first(events, 0, _ms(now))
    if first is None:
        return []
    missing = []
    day = dt.datetime.fromtimestamp(first.at_ms / 1000, zone).date()
    written = history.has(day - dt.timedelta(days=1))
    while _began_ms(day + dt.timedelta(days=1), zone) + _APART_MS <= now.timestamp() * 1000:
        whole = _began_ms(day, zone) > (now - dt.timedelta(days=KEPT_DAYS)).timestamp() * 1000
        has = history.has(day)
        if not has and (whole or written):
            missing.append(day)
        written = has or whole or written
        day += dt.timedelta(days=1)
    return missing


def forgettable(events: EventLog, history: History | None, zone: dt.tzinfo, now: dt.datetime) -> int:
    """Before when (milliseconds) the log may forget: after 8 days, and not before the day is written.

    But docs/privacy.md promises an end: what can't be written goes after 9 days all the same, and the rest of
    its day with it, for half a day must never be written as a whole one. Without a history nothing waits.
    Raises LogUnavailable.
    """
    kept = now - dt.timedelta(days=KEPT_DAYS)
    too_long_ago = (kept - dt.timedelta(days=1)).astimezone(zone).date()
    longest_ms = _began_ms(too_long_ago + dt.timedelta(days=1), zone)
    waiting = unwritten(events, history, zone, now) if history else []
    return max(min([_ms(kept), *(_began_ms(day, zone) for day in waiting)]), min(longest_ms, _ms(kept)))


def roll(events: EventLog, history: History, zone: dt.tzinfo, now: dt.datetime) -> list[dt.date]:
    """Writes every finished day that is missing; which these were. One process at a time does it.

    Raises NoDuckDB, LogUnavailable, OSError.
    """
    history.folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(history.folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        days = unwritten(events, history, zone, now)
        for day in days:
            _write(events, history, day, zone, _ms(now))
    except BlockingIOError:
        return []
    finally:
        os.close(descriptor)
    return days


def _write(events: EventLog, history: History, day: dt.date, zone: dt.tzinfo, now_ms: int) -> None:
    page = Page(history.folder, day)
    try:
        began_ms, end_ms = _began_ms(day, zone), _began_ms(day + dt.timedelta(days=1), zone)
        counting = _Counting(page, began_ms, end_ms)
        # With what is still being read at midnight.
        before = _just_before(events, began_ms - _APART_MS - WINDOW_MS, now_ms)
        for part in _slices(events, before, _AT_ONCE, now_ms):
            counting.take(part)
            if min(one.at_ms for one in part) >= end_ms + _APART_MS:
                break
        counting.finish()
        page.finish()
    finally:
        page.close()


class _Counting:
    """Counts a day's events onto a page, an hour at a time, and tells visitors apart in memory."""

    def __init__(self, page: Page, began_ms: int, end_ms: int) -> None:
        self._page = page
        self._began_ms, self._end_ms = began_ms, end_ms
        self._hour = 0
        self._readings = Readings()
        self._told: Counter[_Key] = Counter()
        self._seconds: Counter[_Key] = Counter()
        self._lists: Counter[tuple[int, str, tuple[int, ...], bool]] = Counter()
        self._views: list[npt.NDArray[np.int64]] = []  # rows of: visitor with story, hour, story, simulated

    def take(self, events: list[Event]) -> None:
        """Counts those that are of the day."""
        told, lists, seconds, views = self._told, self._lists, self._seconds, []
        readings = self._readings
        for _, at_ms, story, kind, visitor, marked, value, rail, _, stories in events:
            if not self._began_ms - WINDOW_MS <= at_ms < self._end_ms:
                continue
            # Mixed by Python's own salt, which ends with this process.
            which = hash((visitor, story))
            if kind == "view":
                readings.begins(which, at_ms)
            if at_ms < self._began_ms:
                continue
            hour, simulated = (at_ms - self._began_ms) // _HOUR_MS, bool(marked)
            if kind == "view":
                told[hour, story, kind, "", 0, 0, simulated] += 1
                views.append((which, hour, story, simulated))
            elif kind == "rail_shown":
                lists[hour, rail, stories, simulated] += 1
            elif kind == "rail_clicked":
                for chosen in stories:
                    if readings.begins(hash((visitor, chosen, rail)), at_ms):
                        told[hour, chosen, kind, rail, value, 0, simulated] += 1
            elif kind == "engaged":
                readers, more = readings.stays(which, value)
                if more:
                    told[hour, story, kind, "", 0, 0, simulated] += readers
                    seconds[hour, story, kind, "", 0, 0, simulated] += more
            elif kind == "scroll":
                since_ms, before = readings.scrolls(which, value)
                if value > before:
                    # All under the hour in which the reading began: what it had come to is taken back there.
                    hour = max(since_ms - self._began_ms, 0) // _HOUR_MS
                    told[hour, story, kind, "", 0, value, simulated] += 1
                    if before:
                        told[hour, story, kind, "", 0, before, simulated] -= 1
            elif kind in DONE and readings.does(which, kind):
                told[hour, story, kind, "", 0, 0, simulated] += 1
        if views:
            self._views.append(np.array(views, np.int64))
            if (hour := views[-1][1]) != self._hour:
                self._hour = hour
                self._put()

    def finish(self) -> None:
        self._put()
        if not self._views:
            return
        # Each visitor's first view of a story is one reader, in its hour.
        views = np.concatenate(self._views)
        _, first = np.unique(views[:, 0], return_index=True)
        hour, story, simulated = views[first, 1:].T
        ones = np.ones(len(first), np.int64)
        self._page.add(
            hour=hour,
            story=story,
            kind=np.full(len(first), "view", object),
            simulated=simulated,
            readers=ones,
        )

    def _put(self) -> None:
        told, self._told = self._told, Counter()
        seconds, self._seconds = self._seconds, Counter()
        lists, self._lists = self._lists, Counter()
        # The same list is seen by many: each is taken apart once.
        for (hour, rail, stories, simulated), times in lists.items():
            for place, story in enumerate(stories, 1):
                told[hour, story, "rail_shown", rail, place, 0, simulated] += times
        if not told:
            return
        columns = dict(zip(_COUNTED_BY, zip(*told, strict=True), strict=True))
        self._page.add(
            **{
                name: np.array(of, object if name in ("kind", "rail") else np.int64)
                for name, of in columns.items()
            },
            events=np.fromiter(told.values(), np.int64, len(told)),
            seconds=np.fromiter((seconds[key] for key in told), np.int64, len(told)),
        )


def _slices(events: EventLog, after: int, most: int, now_ms: int) -> Iterator[list[Event]]:
    """The log from there on; what is no event, or ahead of the clock, is passed over, as for the rails."""
    while True:
        try:
            rows = events.read(after, most)
        except NoEvent as one:
            after = one.seq
            continue
        if not rows:
            return
        sound = [event for _, event in rows if _is_sound(event, now_ms)]
        if sound:
            yield sound
        after = rows[-1][0]


def _is_sound(event: Event, now_ms: int) -> bool:
    whole = event.at_ms.__class__ is event.story.__class__ is event.value.__class__ is int
    return whole and event.kind.__class__ is event.rail.__class__ is str and 0 < event.at_ms <= now_ms


def _first(events: EventLog, after: int, now_ms: int) -> Event | None:
    """The first sound event after that number.

    A long run ahead of the clock (all, where the clock is days behind) is stepped over, each step as long
    as the way so far, and its end is found by halves: a sound stretch shorter than a step may be missed.
    """
    if found := _near(events, after, now_ms):
        return found
    low, high, last = after, after + _NEAR, events.last_seq()
    while high < last and not (found := _near(events, high, now_ms)):
        low, high = high, 2 * high - after
    high = min(high, last)
    while high - low > _NEAR:
        middle = (low + high) // 2
        if nearer := _near(events, middle, now_ms):
            high, found = middle, nearer
        else:
            low = middle
    return found


def _near(events: EventLog, after: int, now_ms: int) -> Event | None:
    """The first sound one of the _NEAR that follow."""
    passed = 0
    while passed < _NEAR:
        try:
            rows = events.read(after, _NEAR)
        except NoEvent as one:
            after, passed = one.seq, passed + 1
            continue
        if not rows:
            break
        for _, event in rows:
            if _is_sound(event, now_ms):
                return event
        after, passed = rows[-1][0], passed + len(rows)
    return None


def _just_before(events: EventLog, at_ms: int, now_ms: int) -> int:
    """A number before that of the first event of that time or later."""
    low, high = 0, events.last_seq()
    while low < high:
        middle = (low + high) // 2
        found = _first(events, middle, now_ms)
        if found is None or found.at_ms >= at_ms:
            high = middle
        else:
            low = middle + 1
    return low


def _began_ms(day: dt.date, zone: dt.tzinfo) -> int:
    return _ms(dt.datetime.combine(day, dt.time(), zone))


def _ms(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1000)
