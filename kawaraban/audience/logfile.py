"""The log as an SQLite file: its table, how a file of a former schema is brought up to date, rows."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from kawaraban.audience.events import Event

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
)
_COLUMNS = "id, at_ms, story, kind, visitor, simulated, value, rail, edition, stories"
_INSERT = f"INSERT INTO events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"  # noqa: S608
_READ = f"SELECT seq, {_COLUMNS} FROM events WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608


def opened(file: Path) -> sqlite3.Connection:
    """A connection whose commits return after their fsync, to a file of the newest schema."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=5, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    if _version(connection) < len(_CHANGES):
        _bring_up_to_date(connection)
    return connection


def commit(connection: sqlite3.Connection, events: Iterable[Event]) -> None:
    """Keeps the events, on the disk when this returns; those whose id is there already are passed over."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany(_INSERT, map(_row, events))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def read(connection: sqlite3.Connection, after: int, most: int) -> list[tuple[int, Event]]:
    """Up to `most` events whose number is greater than `after`, in order."""
    rows = connection.execute(_READ, (after, most)).fetchall()
    return [(row[0], Event._make((*row[1:10], _stories(row[10])))) for row in rows]


def _row(event: Event) -> tuple[object, ...]:
    if not event.stories:
        return (*event[:9], "")
    return (*event[:9], ",".join(map(str, event.stories)))


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
