"""The log as an SQLite file: its tables, how a file of a former schema is brought up to date, rows."""

import functools
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from kawaraban.audience.events import Event, NoEvent
from kawaraban.audience.tally import ACCEPTED, REPEATED, ByMinute, Turn, this_minute
from kawaraban.kit.sqlite_file import write_ahead

MOST_AT_ONCE = 512  # events of one statement
_PRUNED_AT_ONCE = 10_000  # rows: a writer never waits long for the lock

_TABLE = """
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  at_ms INTEGER NOT NULL,
  story INTEGER NOT NULL,
  kind TEXT NOT NULL,
  visitor BLOB NOT NULL,
  simulated INTEGER NOT NULL
)
"""
# What each version of the schema added to the one before; `user_version` says how far a file is.
_CHANGES: tuple[tuple[str, ...], ...] = (
    (
        "ALTER TABLE events ADD COLUMN value INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE events ADD COLUMN rail TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE events ADD COLUMN edition INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE events ADD COLUMN stories TEXT NOT NULL DEFAULT ''",
    ),
    (
        "CREATE TABLE tally (minute INTEGER NOT NULL, outcome TEXT NOT NULL, events INTEGER NOT NULL,"
        " PRIMARY KEY (minute, outcome)) WITHOUT ROWID",
    ),
)
_COLUMNS = "id, at_ms, story, kind, visitor, simulated, value, rail, edition, stories"
_READ = f"SELECT seq, {_COLUMNS} FROM events WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608
_KIND, _RAIL = 3, 7  # of these columns
# Of the events from the first one on that is not ahead, the last that is old says how far all are.
_PRUNE = """
DELETE FROM events WHERE seq IN (
  SELECT seq FROM events WHERE (at_ms < :before OR at_ms > :now) AND seq <= (
    SELECT max(seq) FROM (
      SELECT seq, at_ms FROM events
      WHERE seq >= (SELECT seq FROM events WHERE at_ms <= :now ORDER BY seq LIMIT 1)
      ORDER BY seq LIMIT :most
    ) WHERE at_ms < :before
  ) ORDER BY seq LIMIT :most
)
"""
_ROW = f"({', '.join('?' * 10)})"
_NO_ROW = (None,) * 10
_COUNT = (
    "INSERT INTO tally (minute, outcome, events) VALUES (?, ?, ?)"
    " ON CONFLICT (minute, outcome) DO UPDATE SET events = events + excluded.events"
)


class LogFile:
    """The file, opened by one thread. Its methods raise sqlite3.Error and OSError."""

    def __init__(self, file: Path, patience: float = 5.0) -> None:
        """Commits return after their fsync. It waits `patience` seconds for another's writing."""
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(file, timeout=patience, isolation_level=None)
        write_ahead(self.connection, patience)
        self.connection.execute("PRAGMA synchronous=FULL")
        if _version(self.connection) < len(_CHANGES):
            _bring_up_to_date(self.connection)
        self._inode = file.stat().st_ino

    def is_there(self) -> bool:
        """Whether the file still lies there; what was moved away is written to no more."""
        try:
            return self._file.stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    def commit(self, events: Sequence[Event], counted: ByMinute, _turn: Turn) -> int:
        """Keeps the events and counts them; how many were new. All is on the disk when this returns.

        An event whose id is there already is passed over and counted as repeated. `counted` is what is
        to be added to the tally besides. The turn is no matter: what fails here is rolled back.
        """
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            kept = 0
            for first in range(0, len(events), MOST_AT_ONCE):
                kept += _inserted(self.connection, events[first : first + MOST_AT_ONCE])
            tally = ByMinute(counted)
            tally[this_minute(), ACCEPTED] += kept
            tally[this_minute(), REPEATED] += len(events) - kept
            for (minute, outcome), number in tally.items():
                if number:
                    self.connection.execute(_COUNT, (minute, outcome, number))
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        return kept

    def read(self, after: int, most: int) -> list[tuple[int, Event]]:
        """Up to `most` events whose number is greater than `after`, in order. Raises NoEvent."""
        try:
            rows = self.connection.execute(_READ, (after, most)).fetchall()
            return [(row[0], Event._make((*row[1:10], _stories(row[10])))) for row in rows]
        except (sqlite3.OperationalError, TypeError, AttributeError, ValueError):
            # Text that is no UTF-8 is an OperationalError, as a disk that fails is: that will fail again.
            return self._before_what_is_none(after, most)

    def _before_what_is_none(self, after: int, most: int) -> list[tuple[int, Event]]:
        found: list[tuple[int, Event]] = []
        self.connection.text_factory = _decoded
        try:
            for seq, *told, stories in self.connection.execute(_READ, (after, most)):
                try:
                    "".join((told[_KIND], told[_RAIL], stories)).encode()
                    found.append((seq, Event._make((*told, _stories(stories)))))
                except (TypeError, ValueError) as why:
                    if found:
                        return found
                    raise NoEvent(seq, Event._make((*told, stories))._replace(visitor=b""), why) from why
        finally:
            self.connection.text_factory = str
        return found

    def last_seq(self) -> int:
        """The number of the newest event there ever was, 0 for none."""
        (last,) = self.connection.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'"
        ).fetchone()
        return int(last)

    def tallied(self, minute: int) -> dict[str, int]:
        """Events by outcome since that minute, of all processes."""
        return dict(
            self.connection.execute(
                "SELECT outcome, sum(events) FROM tally WHERE minute >= ? GROUP BY 1", (minute,)
            )
        )

    def prune(self, before_ms: int) -> int:
        """Forgets counts that are older, and those of the oldest _PRUNED_AT_ONCE events; how many.

        What a wrong clock put ahead of now is as old as what was kept after it.
        """
        self.connection.execute("DELETE FROM tally WHERE minute < ?", (before_ms // 60_000,))
        return self.connection.execute(
            _PRUNE, {"before": before_ms, "now": (this_minute() + 1) * 60_000, "most": _PRUNED_AT_ONCE}
        ).rowcount

    def close(self) -> None:
        self.connection.close()


def _inserted(connection: sqlite3.Connection, events: Sequence[Event]) -> int:
    # One statement, not executemany: between rows that would ask for Python's lock anew each time,
    # and wait for the thread that serves readers.
    size = next(size for size in (8, 64, MOST_AT_ONCE) if size >= len(events))
    values: list[object] = []
    for event in events:
        values += event[:9]
        values.append(",".join(map(str, event.stories)) if event.stories else "")
    values += _NO_ROW * (size - len(events))
    return connection.execute(_insert(size), values).rowcount


@functools.cache
def _insert(rows: int) -> str:
    """A statement for so many rows; those without an id are left out."""
    values = ", ".join([_ROW] * rows)
    return (
        f"INSERT INTO events ({_COLUMNS}) SELECT * FROM (VALUES {values})"  # noqa: S608
        " WHERE column1 IS NOT NULL ON CONFLICT (id) DO NOTHING"
    )


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _stories(told: str) -> tuple[int, ...]:
    return tuple(map(int, told.split(","))) if told else ()


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")  # of two processes that start together, one does it
    try:
        connection.execute(_TABLE)
        for change in _CHANGES[_version(connection) :]:
            for statement in change:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(_CHANGES)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
