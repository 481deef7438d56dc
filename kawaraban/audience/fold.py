"""The fold: the log of what readers did, turned into counts in one pass.

Everything that changes the state is an event; the clock is never asked. So the same log gives the
same counts whether it is fed live, replayed or in pieces, and `after` says where to go on. Events are
looked at one by one, and what they add is added many at a time, before each hour's end at the latest.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kawaraban.audience import responses
from kawaraban.audience.decay import Decays
from kawaraban.audience.events import OF_RAILS, Event
from kawaraban.audience.hours import HOUR_MS, Hours, Minutes
from kawaraban.audience.numbered import FREE, Numbered
from kawaraban.audience.pairs import HALF_LIVES as PAIRS_HALF_LIVES
from kawaraban.audience.pairs import Pairs
from kawaraban.audience.responses import Responses
from kawaraban.audience.showings import Showings
from kawaraban.audience.uniques import Uniques
from kawaraban.audience.visitors import day_after, day_of
from kawaraban.kit import garbage

HALF_LIVES = (120.0, 300.0, 900.0, 3_600.0, 4 * 3_600.0, 86_400.0, 7 * 86_400.0)  # seconds
WINDOW_MS = 30 * 60_000  # a visitor counts once per story in it; a pause as long ends a session
PATH = 4  # stories of a session that count as read together with the next
MOST_STORIES = 120  # of one visitor in a window: nobody reads faster, and memory stays bounded
HOUR = 60  # minutes
DAY, WEEK = 24, 8 * 24  # hours
FOLLOWED_AN_HOUR = 120  # readings after another, for trials: enough to learn from, and no load

_END_MS = 2**45  # the year 3084: dates end, and sums with them, where this is not even near
_FOUR_HOURS = HALF_LIVES.index(4 * 3_600.0)
_MOST_FOLLOWED = 2_000


class Followed(NamedTuple):
    """A reading by one of the visitors that are followed for trials: the story and those before it."""

    visitor: bytes
    at_ms: int
    path: tuple[int, ...]  # numbers, the latest first


class _Session:
    __slots__ = ("did", "last_ms", "read")

    def __init__(self, last_ms: int) -> None:
        self.last_ms = last_ms
        self.read: dict[int, int] = {}  # when each story was last counted, the latest last
        self.did: dict[int, int] | None = None  # with some of these, besides reading


class Fold:
    """Counts of one publication's readers. `after` is the number of the last event taken in.

    Counts are by the numbers that `stories` gives. `refused` is told of each event that could not be
    taken in, and why; the fold goes on without it.
    """

    def __init__(self, refused: Callable[[int, object, str], None] | None = None) -> None:
        self.after = 0
        self.began_ms = 0  # when the first event that was counted happened
        self.stories = Numbered()
        self.readings = Decays(HALF_LIVES)  # a visitor once per story and window
        self.arrivals = Decays(HALF_LIVES)  # readings that came after another in the same session
        self.of_the_week = Hours(WEEK)  # readings
        self.of_the_hour = Minutes(HOUR)  # readings
        self.openings = Hours(DAY)  # every view, repeats too
        self.uniques = Uniques()  # different visitors of the day at hand
        self.responses = Responses(DAY)  # what readers did with what they read
        self.pairs = Pairs()
        self.showings = Showings()
        self.touched: set[int] = set()  # numbers whose pairs changed; whoever looks may clear it
        self.followed: list[Followed] = []  # a sample of readings; whoever looks may clear it
        self._sample = 256  # of 256 visitors
        self._refused = refused or (lambda seq, event, why: None)
        self._next_hour_ms = 0
        self._next_day_ms = 0  # no clock hour where the time zone is off by half of one
        self._next_span_ms = 0
        self._sessions: dict[bytes, _Session] = {}
        self._sessions_before: dict[bytes, _Session] = {}
        self._waits = _Waits()

    def take(self, rows: Iterable[tuple[int, Event]]) -> None:
        """Takes in events in the order of the log. What was taken in already is passed over."""
        with garbage.not_looked_for():
            self._take(rows)
            self._count()

    def _take(self, rows: Iterable[tuple[int, Event]]) -> None:
        for seq, event in rows:
            if seq <= self.after:
                continue
            try:
                _, at_ms, story, kind, visitor, _, value, _, _, _ = event
                if not (at_ms.__class__ is story.__class__ is int and visitor.__class__ is bytes and visitor):
                    raise TypeError("an event of wrong types")
                if at_ms <= 0:
                    raise ValueError("an event of no time")
                if at_ms >= self._next_hour_ms:
                    self._begin_hour(at_ms)
                if at_ms >= self._next_day_ms:
                    self._begin_day(at_ms)
                if kind == "view":
                    self._view(at_ms, story, visitor)
                elif kind in responses.KINDS:
                    self._respond(story, kind, visitor, value)
                elif kind in OF_RAILS:
                    self.showings.take(event)
                elif kind.__class__ is not str:
                    raise TypeError("an event of no kind")
            except (TypeError, ValueError, OverflowError) as why:
                self._refused(seq, event, str(why))
            self.after = seq

    def stands_at(self) -> float:
        """To when the events have brought it (seconds since 1970): no later, and an hour before at most."""
        return max(self._next_hour_ms - HOUR_MS, self.of_the_hour.began_ms()) / 1000

    def readers(self, now: float, hours: int = DAY) -> dict[int, int]:
        """Readings of each story in the past hours at `now`."""
        return self._by_story(self.of_the_week.totals(now, hours))

    def read_in(self, hour: int) -> dict[int, int]:
        """Readings of each story in one clock hour (since 1970) of the past week."""
        return self._by_story(self.of_the_week.of(hour))

    def opened(self, now: float) -> dict[int, int]:
        """Openings of each story in the past day at `now`, repeats too."""
        return self._by_story(self.openings.totals(now))

    def visitors_today(self, story: int, now: float) -> int:
        """How many different visitors read the story on the day of `now`."""
        if self.uniques.day != day_of(now):
            return 0
        return self.uniques.count(self.stories.number_of.get(story, FREE))

    def counts(self, now: float, half_life: float) -> dict[int, float]:
        """Readings of each story under one of the HALF_LIVES at `now`."""
        return self._by_story(self.readings.counts(now)[HALF_LIVES.index(half_life)])

    def kept(self) -> dict[str, npt.NDArray[Any]]:
        """All there is to know, for a snapshot between two takings in."""
        begin = (self._next_hour_ms, self._next_day_ms, self._next_span_ms)
        moment = [self.after, self.began_ms, *begin, self._sample]
        found: dict[str, npt.NDArray[Any]] = {
            "moment": np.array(moment),
            "half-lives": np.array((*HALF_LIVES, *PAIRS_HALF_LIVES)),
            "stories": np.array(self.stories.stories, np.int64),
            **_sessions_kept(self._sessions, "now"),
            **_sessions_kept(self._sessions_before, "before"),
        }
        for name, part in self._parts().items():
            found.update({f"{name} {key}": array for key, array in part.kept().items()})
        return found

    def restore(self, kept: Mapping[str, npt.NDArray[Any]]) -> None:
        """Goes on from a snapshot. Raises ValueError for one of other half-lives."""
        if kept["half-lives"].tolist() != [*HALF_LIVES, *PAIRS_HALF_LIVES]:
            raise ValueError("other half-lives")
        sessions, before = _sessions_from(kept, "now"), _sessions_from(kept, "before")
        for name, part in self._parts().items():
            prefix = f"{name} "
            part.restore(
                {key.removeprefix(prefix): array for key, array in kept.items() if key.startswith(prefix)}
            )
        self.stories = Numbered(kept["stories"].tolist())
        self._sessions, self._sessions_before = sessions, before
        self.after, self.began_ms, *begin, self._sample = kept["moment"].tolist()
        self._next_hour_ms, self._next_day_ms, self._next_span_ms = begin

    def forget_visitors(self) -> None:
        """Leaves nothing of single visitors: who comes next begins a session, and the day."""
        self._sessions, self._sessions_before = {}, {}
        self._next_day_ms = 0
        self.uniques.begin(0)
        self.showings.forget_visitors()

    def _parts(self) -> dict[str, Decays | Hours | Pairs | Showings | Uniques]:
        return {
            "readings": self.readings,
            "arrivals": self.arrivals,
            "week": self.of_the_week,
            "hour": self.of_the_hour,
            "uniques": self.uniques,
            **self.responses.counts,
            "openings": self.openings,
            "pairs": self.pairs,
            "showings": self.showings,
        }

    def _by_story(self, counted: npt.NDArray[Any]) -> dict[int, Any]:
        stories = self.stories.stories
        found = np.flatnonzero(counted[: len(stories)])
        return {stories[at]: count for at, count in zip(found.tolist(), counted[found].tolist(), strict=True)}

    def _view(self, at_ms: int, story: int, visitor: bytes) -> None:
        number = self.stories.number_of.get(story)
        if number is None:
            if not 0 < story < 2**63:
                raise ValueError("a view of no story")
            number = self.stories.new(story)
        if at_ms >= self._next_span_ms:
            self._begin_span(at_ms)
        session = self._sessions.get(visitor)
        if session is None or at_ms - session.last_ms >= WINDOW_MS:
            session = self._session(visitor, at_ms)
        if at_ms > session.last_ms:
            session.last_ms = at_ms
        read, waits = session.read, self._waits
        waits.opened.append(number)
        counted = read.get(number)
        if counted is not None:
            if at_ms - counted < WINDOW_MS:
                return
            del read[number]
        elif len(read) >= MOST_STORIES and not _made_room(read, at_ms):
            return
        waits.read.append(number)
        waits.read_ms.append(at_ms)
        ways, mark = 0, visitor[0]
        if read:
            row = self.pairs.rows[number]
            for before in islice(reversed(read), PATH):
                pair = row.get(before)
                if pair is None:
                    pair = self.pairs.new(number, before, mark)
                waits.ways.append(2 * pair + (before > number))
                ways += 1
        waits.before.append(ways)
        waits.visitors.append(visitor)
        read[number] = at_ms
        if mark < self._sample and len(self.followed) < _MOST_FOLLOWED:
            self.followed.append(Followed(visitor, at_ms, tuple(islice(reversed(read), PATH))))

    def _respond(self, story: int, kind: str, visitor: bytes, value: int) -> None:
        """Only who has opened the story can do anything with it: the session says so, and since when."""
        session = self._sessions.get(visitor) or self._sessions_before.get(visitor)
        number = self.stories.number_of.get(story, FREE)
        if session is None or number not in session.read:
            return
        if session.did is None:
            session.did = {}
        elif len(session.did) > MOST_STORIES:
            still = session.did.items()
            session.did = {at: one for at, one in still if responses.is_of(one, session.read.get(at))}
        self.responses.take(kind, number, value, session.read[number], session.did)

    def _session(self, visitor: bytes, at_ms: int) -> _Session:
        """The visitor's session, a new one after a pause. Two generations: the older falls away whole."""
        session = self._sessions.get(visitor) or self._sessions_before.pop(visitor, None)
        if session is None or at_ms - session.last_ms >= WINDOW_MS:
            session = _Session(at_ms)
        self._sessions[visitor] = session
        return session

    def _begin_span(self, at_ms: int) -> None:
        follows = at_ms < self._next_span_ms + WINDOW_MS
        self._sessions_before = self._sessions if follows else {}
        self._sessions = {}
        self._next_span_ms = (at_ms // WINDOW_MS + 1) * WINDOW_MS

    def _begin_hour(self, at_ms: int) -> None:
        """Counts what waits, and forgets what nobody reads; then no sum ever becomes too large."""
        if at_ms >= _END_MS:
            raise ValueError("an event of no time")
        self._count()
        self.began_ms = self.began_ms or at_ms
        hour = at_ms // HOUR_MS
        self._next_hour_ms = (hour + 1) * HOUR_MS
        t = float(hour * HOUR_MS // 1000)
        for decays in (self.readings, self.arrivals):
            decays.move(t)
        for hours in (self.of_the_week, self.openings, *self.responses.counts.values()):
            hours.begin(hour)
        self.pairs.begin_hour(t)
        self.showings.begin_hour(hour)
        self._forget(t)
        an_hour = float(self.arrivals.counts(t)[_FOUR_HOURS].sum()) / (4 / math.log(2))
        self._sample = min(256, math.ceil(256 * FOLLOWED_AN_HOUR / max(an_hour, 1.0)))

    def _begin_day(self, at_ms: int) -> None:
        self._count()
        self.uniques.begin(day_of(at_ms / 1000))
        self._next_day_ms = int(day_after(at_ms / 1000) * 1000)

    def _forget(self, t: float) -> None:
        """A story that nobody read for a week leaves no trace but its card."""
        stories = self.stories.stories
        read = self.of_the_week.totals(t)
        gone = [
            number
            for number, story in enumerate(stories)
            if story != FREE and (number >= len(read) or not read[number])
        ]
        for number in gone:
            self.pairs.forget(number)
        if gone:
            for counts in self._by_number():
                counts.reserve(len(stories))
                counts.clear(gone)
            self.uniques.forget(gone)
            self.stories.forget(gone)

    def _count(self) -> None:
        """Adds what waits to the counts."""
        waits, self._waits = self._waits, _Waits()
        if waits.opened:
            self.openings.add(_array(waits.opened))
        if waits.read:
            read, read_ms, before = _array(waits.read), _array(waits.read_ms), _array(waits.before)
            t, ways = read_ms / 1000, _array(waits.ways)
            visitors = np.array(waits.visitors, "S8")
            marks = visitors.view(np.uint8).reshape(-1, 8)[:, 0].astype(np.int64)
            self.uniques.add(read, visitors.view(np.uint64))
            self.of_the_week.add(read)
            self.of_the_hour.add_at(read, read_ms)
            self.readings.add(read, t)
            arrived = before > 0
            self.arrivals.add(read[arrived], t[arrived])
            # The ways of one reading stand together, from the story read last to the one before.
            first = np.repeat(np.cumsum(before) - before, before)
            shares = 1.0 / (np.arange(len(first)) - first + 1)
            self.pairs.add(ways, np.repeat(t, before), shares, np.repeat(marks, before))
            touched = np.zeros(len(self.stories), np.bool_)
            touched[read] = touched[self.pairs.ends(ways)] = True
            self.touched.update(np.flatnonzero(touched).tolist())
        self.responses.count()
        self.showings.count()
        for counts in self._by_number():
            counts.reserve(len(self.stories))

    def _by_number(self) -> Iterator[Decays | Hours]:
        yield from (self.readings, self.arrivals, self.of_the_week, self.of_the_hour, self.openings)
        yield from self.responses.counts.values()


class _Waits:
    """What was looked at and is not yet added to the counts: arrays add up faster than numbers."""

    __slots__ = ("before", "opened", "read", "read_ms", "visitors", "ways")

    def __init__(self) -> None:
        self.opened: list[int] = []
        # Of each reading: the story, when, by whom, and how many were read before.
        self.read: list[int] = []
        self.read_ms: list[int] = []
        self.visitors: list[bytes] = []
        self.before: list[int] = []
        self.ways: list[int] = []  # of all readings, in order


def _array(numbers: list[int]) -> npt.NDArray[np.int64]:
    return np.fromiter(numbers, np.int64, len(numbers))


def _sessions_kept(sessions: Mapping[bytes, _Session], name: str) -> dict[str, npt.NDArray[Any]]:
    read = [one.read for one in sessions.values()]
    return {
        f"{name} visitors": np.frombuffer(b"".join(sessions), np.uint8),
        f"{name} lengths": _array([len(visitor) for visitor in sessions]),
        f"{name} last": _array([one.last_ms for one in sessions.values()]),
        f"{name} sizes": _array([len(one) for one in read]),
        f"{name} stories": _array([story for one in read for story in one]),
        f"{name} times": _array([at_ms for one in read for at_ms in one.values()]),
        **responses.kept([one.did or {} for one in sessions.values()], name),
    }


def _sessions_from(kept: Mapping[str, npt.NDArray[Any]], name: str) -> dict[bytes, _Session]:
    visitors = kept[f"{name} visitors"].tobytes()
    columns = [kept[f"{name} {column}"].tolist() for column in ("lengths", "last", "sizes")]
    read = zip(kept[f"{name} stories"].tolist(), kept[f"{name} times"].tolist(), strict=True)
    sessions, at = {}, 0
    for length, last_ms, size, did in zip(*columns, responses.restored(kept, name), strict=True):
        session = sessions[visitors[at : at + length]] = _Session(last_ms)
        session.read, session.did = dict(islice(read, size)), did
        at += length
    return sessions


def _made_room(read: dict[int, int], at_ms: int) -> bool:
    for story in [one for one, at in read.items() if at_ms - at >= WINDOW_MS]:
        del read[story]
    return len(read) < MOST_STORIES
