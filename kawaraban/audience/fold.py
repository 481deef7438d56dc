"""The fold: the log of what readers did, turned into counts in one pass.

Everything that changes the state is an event; the clock is never asked. So the same log gives the
same counts whether it is fed live, replayed or in pieces, and `after` says where to go on.
"""

from collections.abc import Iterable

from kawaraban.audience.decay import Decayed
from kawaraban.audience.events import Event
from kawaraban.audience.hours import HOUR_MS, Hours
from kawaraban.audience.pairs import Pairs

HALF_LIVES = (900.0, 3_600.0, 86_400.0)  # seconds
WINDOW_MS = 30 * 60_000  # a visitor counts once per story in it; a pause as long ends a session
PATH = 4  # stories of a session that count as read together with the next
MOST_STORIES = 120  # of one visitor in a window: nobody reads faster, and memory stays bounded
DAY, WEEK = 24, 8 * 24  # hours

_PARTS = 24  # pairs are pruned one part an hour


class _Session:
    __slots__ = ("counted", "last_ms", "path")

    def __init__(self) -> None:
        self.last_ms = 0
        self.path: list[int] = []  # the last PATH stories, newest first
        self.counted: dict[int, int] = {}  # when each story was last counted


class Fold:
    """Counts of one publication's readers. `after` is the number of the last event taken in."""

    def __init__(self) -> None:
        self.after = 0
        self.readings = tuple(Decayed(half_life) for half_life in HALF_LIVES)
        self.of_the_day = Hours(DAY)  # readings: a visitor once per story and window
        self.of_the_week = Hours(WEEK)
        self.openings = Hours(DAY)  # every view, repeats too
        self.pairs = Pairs()
        self.touched: set[int] = set()  # stories whose pairs changed; whoever looks may clear it
        self._hour = 0
        self._span = 0
        self._sessions: dict[bytes, _Session] = {}
        self._sessions_before: dict[bytes, _Session] = {}

    def take(self, rows: Iterable[tuple[int, Event]]) -> None:
        """Takes in events in the order of the log. What was taken in already is passed over."""
        for seq, event in rows:
            if seq > self.after:
                self._one(event)
                self.after = seq

    def _one(self, event: Event) -> None:
        if event.kind != "view":
            return
        at_ms, story, visitor = event.at_ms, event.story, event.visitor
        if at_ms // HOUR_MS > self._hour:
            self._begin_hour(at_ms)
        self.openings.add(story, at_ms)
        session = self._session(visitor, at_ms)
        counted = session.counted.get(story)
        if counted is not None and at_ms - counted < WINDOW_MS:
            return
        if len(session.counted) >= MOST_STORIES and not _made_room(session, at_ms):
            return
        session.counted[story] = at_ms
        t = at_ms / 1000
        for readings in self.readings:
            readings.add(story, t)
        self.of_the_day.add(story, at_ms)
        self.of_the_week.add(story, at_ms)
        self._join(session, story, t, visitor)

    def _join(self, session: _Session, story: int, t: float, visitor: bytes) -> None:
        path = session.path
        if story in path:
            path.remove(story)
        if path:
            self.pairs.add(path, story, t, visitor)
            self.touched.add(story)
            self.touched.update(path)
        path.insert(0, story)
        del path[PATH:]

    def _session(self, visitor: bytes, at_ms: int) -> _Session:
        """The visitor's session, a new one after a pause. Two generations: the older falls away whole."""
        span = at_ms // WINDOW_MS
        if span > self._span:
            self._sessions_before = self._sessions if span == self._span + 1 else {}
            self._sessions = {}
            self._span = span
        session = self._sessions.get(visitor) or self._sessions_before.pop(visitor, None)
        if session is None or at_ms - session.last_ms >= WINDOW_MS:
            session = _Session()
        self._sessions[visitor] = session
        session.last_ms = max(session.last_ms, at_ms)
        return session

    def _begin_hour(self, at_ms: int) -> None:
        self._hour = at_ms // HOUR_MS
        self.pairs.prune(self._hour % _PARTS, _PARTS, at_ms / 1000)
        # A story that nobody read for a week leaves no trace but its card.
        for story in [one for one in self.readings[-1].sums if one not in self.of_the_week]:
            for readings in self.readings:
                readings.sums.pop(story, None)
            self.pairs.forget(story)


def _made_room(session: _Session, at_ms: int) -> bool:
    session.counted = {one: at for one, at in session.counted.items() if at_ms - at < WINDOW_MS}
    return len(session.counted) < MOST_STORIES
