"""Where finished things (plates, editions of tables) lie: a SQLite file, or Redis for many machines.

What lies here can always be made again, so writes are quick rather than durable; what must not be
lost goes to the database or to the audience's log.
"""

import contextlib
import os
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import redis


class StoreUnavailable(Exception):
    """The store could not be reached or written: the caller goes on with what it has."""


class Store(Protocol):
    """Values under keys, each with a version that grows with every `put` of that key.

    A key that was deleted (or pushed out by Redis) and put again goes on with a greater version:
    the first one is the time in microseconds, so who holds an old value sees that it is another.
    """

    def get(self, key: str) -> tuple[int, bytes] | None: ...

    def version(self, key: str) -> int | None: ...

    def put(self, key: str, value: bytes) -> int: ...

    def delete(self, key: str) -> None: ...

    def keys(self, prefix: str = "") -> Iterator[str]: ...


# What Redis reads as a pattern in a key, and we mean as it stands.
_GLOB = re.compile(r"[*?\[\]\\]")


def _first_version() -> int:
    return time.time_ns() // 1000


class SqliteStore:
    """One file in `var/`, read by every process of a machine; one connection per thread.

    A forked process opens its own: SQLite forbids to use, or even close, a connection of its parent.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        opened: dict[int, sqlite3.Connection] = self._local.__dict__.setdefault("by_process", {})
        held = opened.get(os.getpid())
        if held is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            held = sqlite3.connect(self._file, timeout=5, isolation_level=None)
            held.execute("PRAGMA journal_mode=WAL")
            held.execute("PRAGMA synchronous=OFF")
            held.execute(
                "CREATE TABLE IF NOT EXISTS kept"
                " (key TEXT PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL)"
                " WITHOUT ROWID"
            )
            opened[os.getpid()] = held
        return held

    @contextlib.contextmanager
    def _reached(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection()
        except (sqlite3.Error, OSError) as why:
            raise StoreUnavailable(str(why)) from why

    def get(self, key: str) -> tuple[int, bytes] | None:
        with self._reached() as kept:
            row = kept.execute("SELECT version, value FROM kept WHERE key = ?", (key,)).fetchone()
        return (row[0], row[1]) if row else None

    def version(self, key: str) -> int | None:
        with self._reached() as kept:
            row = kept.execute("SELECT version FROM kept WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put(self, key: str, value: bytes) -> int:
        with self._reached() as kept:
            row = kept.execute(
                "INSERT INTO kept (key, version, value) VALUES (?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET version = version + 1, value = excluded.value"
                " RETURNING version",
                (key, _first_version(), value),
            ).fetchone()
        return int(row[0])

    def delete(self, key: str) -> None:
        with self._reached() as kept:
            kept.execute("DELETE FROM kept WHERE key = ?", (key,))

    def keys(self, prefix: str = "") -> Iterator[str]:
        with self._reached() as kept:
            rows = kept.execute(
                "SELECT key FROM kept WHERE key >= ? AND key < ? ORDER BY key",
                (prefix, prefix + "\U0010ffff"),
            ).fetchall()
        return (row[0] for row in rows)


class RedisStore:
    """The same in Redis (or Valkey), under one prefix, for several machines."""

    def __init__(self, url: str, prefix: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1)
        self._prefix = prefix

    @contextlib.contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except redis.RedisError as why:
            raise StoreUnavailable(str(why)) from why

    def get(self, key: str) -> tuple[int, bytes] | None:
        with self._reached():
            version, value = self._redis.hmget(self._prefix + key, ["version", "value"])
        return (int(version), value) if version is not None and isinstance(value, bytes) else None

    def version(self, key: str) -> int | None:
        with self._reached():
            version = self._redis.hget(self._prefix + key, "version")
        return int(version) if version is not None else None

    def put(self, key: str, value: bytes) -> int:
        with self._reached():
            both = self._redis.pipeline(transaction=True)
            both.hset(self._prefix + key, "value", value)
            both.hsetnx(self._prefix + key, "version", _first_version())
            both.hincrby(self._prefix + key, "version", 1)
            return int(both.execute()[2])

    def delete(self, key: str) -> None:
        with self._reached():
            self._redis.delete(self._prefix + key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        with self._reached():
            pattern = _GLOB.sub(r"\\\g<0>", self._prefix + prefix) + "*"
            found = sorted(self._redis.scan_iter(match=pattern, count=1000))
        return (key.decode()[len(self._prefix) :] for key in found)


def open_store(name: str, folder: Path, redis_url: str = "") -> Store:
    """The store called `name`: in Redis where an address is given, else `folder/name.db`."""
    if redis_url:
        return RedisStore(redis_url, f"kawaraban:{name}:")
    return SqliteStore(folder / f"{name}.db")
