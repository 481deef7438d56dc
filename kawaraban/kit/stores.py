"""Where finished things lie (plates, editions of tables): a SQLite file, Redis or PostgreSQL.

What lies here can always be made again, so writes are quick rather than durable; what must not be
lost goes to the database or to the audience's log.
"""

import contextlib
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from kawaraban.kit.circuit import Away, Circuit
from kawaraban.kit.sqlite_file import SqliteFile


class StoreUnavailable(Exception):
    """The store could not be reached or written: the caller goes on with what it has."""


class Store(Protocol):
    """Values under keys, each with a version that grows with every `put` of that key.

    A key that was deleted (or pushed out by Redis) and put again goes on with a greater version:
    the first one is the time in microseconds, so who holds an old value sees that it is another.
    """

    def get(self, key: str) -> tuple[int, bytes] | None: ...

    def glance(self, key: str) -> tuple[int, bytes] | None:
        """What `get` gives, where that takes no waiting for anybody; None says to ask `get` instead."""

    def version(self, key: str) -> int | None: ...

    def glance_at_version(self, key: str) -> int | None:
        """What `version` gives, where that takes no waiting."""

    def put(self, key: str, value: bytes) -> int: ...

    def put_many(self, values: Mapping[str, bytes]) -> None: ...

    def swap(self, key: str, value: bytes, version: int | None) -> int | None:
        """Puts the value only if the key still has this version (None: is not there).

        The new version, which is the old one and 1; None if somebody else was first.
        """

    def delete(self, key: str) -> None: ...

    def keys(self, prefix: str = "") -> Iterator[str]: ...


# What Redis reads as a pattern in a key, and we mean as it stands.
_GLOB = re.compile(r"[*?\[\]\\]")


_KEYS_AT_ONCE = 10_000
# Who asks has something older at hand or can make it anew: nobody waits long.
_PATIENCE = 0.5  # seconds for another process's writing to a file
_ANSWERS = 0.25  # seconds for Redis
# A value is far larger than its key: in a table of its own, so that keys lie close together.
_TABLE = (
    "CREATE TABLE IF NOT EXISTS kept_values"
    " (key TEXT PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL)"
)
_GET = "SELECT version, value FROM kept_values WHERE key = ?"
_VERSION = "SELECT version FROM kept_values WHERE key = ?"
_PUT = (
    "INSERT INTO kept_values (key, version, value) VALUES (?, ?, ?)"
    " ON CONFLICT (key) DO UPDATE SET version = version + 1, value = excluded.value RETURNING version"
)


def first_version() -> int:
    """The version of a key that is put for the first time, or again after it was deleted."""
    return time.time_ns() // 1000


class SqliteStore:
    """One file in `var/`, read by every process of a machine."""

    def __init__(self, file: Path) -> None:
        self._file = SqliteFile(file, _TABLE)

    @contextlib.contextmanager
    def _reached(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._file.reached(_PATIENCE) as connection:
                yield connection
        except (sqlite3.Error, OSError) as why:
            raise StoreUnavailable(str(why)) from why

    def get(self, key: str) -> tuple[int, bytes] | None:
        with self._reached() as kept:
            found: tuple[int, bytes] | None = kept.execute(_GET, (key,)).fetchone()
        return found

    def glance(self, key: str) -> tuple[int, bytes] | None:
        try:
            found: tuple[int, bytes] | None = self._file.connection(0).execute(_GET, (key,)).fetchone()
        except (sqlite3.Error, OSError):
            return None
        return found

    def version(self, key: str) -> int | None:
        with self._reached() as kept:
            row = kept.execute(_VERSION, (key,)).fetchone()
        return row[0] if row else None

    def glance_at_version(self, key: str) -> int | None:
        try:
            row = self._file.connection(0).execute(_VERSION, (key,)).fetchone()
        except (sqlite3.Error, OSError):
            return None
        return row[0] if row else None

    def put(self, key: str, value: bytes) -> int:
        with self._reached() as kept:
            row = kept.execute(_PUT, (key, first_version(), value)).fetchone()
        return int(row[0])

    def put_many(self, values: Mapping[str, bytes]) -> None:
        with self._reached() as kept:
            kept.execute("BEGIN IMMEDIATE")
            try:
                for key, value in values.items():
                    kept.execute(_PUT, (key, first_version(), value)).fetchone()
            except BaseException:
                kept.execute("ROLLBACK")
                raise
            kept.execute("COMMIT")

    def swap(self, key: str, value: bytes, version: int | None) -> int | None:
        with self._reached() as kept:
            if version is None:
                row = kept.execute(
                    "INSERT INTO kept_values (key, version, value) VALUES (?, ?, ?)"
                    " ON CONFLICT (key) DO NOTHING RETURNING version",
                    (key, first_version(), value),
                ).fetchone()
            else:
                row = kept.execute(
                    "UPDATE kept_values SET version = version + 1, value = ?"
                    " WHERE key = ? AND version = ? RETURNING version",
                    (value, key, version),
                ).fetchone()
        return int(row[0]) if row else None

    def delete(self, key: str) -> None:
        with self._reached() as kept:
            kept.execute("DELETE FROM kept_values WHERE key = ?", (key,))

    def keys(self, prefix: str = "") -> Iterator[str]:
        query = "SELECT key FROM kept_values WHERE key >= ? AND key < ? ORDER BY key LIMIT ?"
        least, found = prefix, [prefix]
        # In parts: there may be a million, and writers are not to wait for whoever walks through them.
        while found:
            with self._reached() as kept:
                rows = kept.execute(query, (least, prefix + "\U0010ffff", _KEYS_AT_ONCE)).fetchall()
            found = [row[0] for row in rows]
            yield from found
            least = found[-1] + "\0" if found else ""


_SWAP = """
if (redis.call("HGET", KEYS[1], "version") or "") ~= ARGV[1] then return 0 end
redis.call("HSET", KEYS[1], "version", ARGV[2], "value", ARGV[3])
return 1
"""


class RedisStore:
    """The same in Redis (or Valkey), under one prefix, for several machines."""

    def __init__(self, url: str, prefix: str) -> None:
        # Loaded where it is used: it takes a twelfth of the time in which a house opens.
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._errors = (redis.RedisError, Away)
        self._absence = (redis.ConnectionError, redis.TimeoutError)
        self._redis = redis.Redis.from_url(
            url,
            socket_timeout=_ANSWERS,
            socket_connect_timeout=_ANSWERS,
            retry=Retry(NoBackoff(), 0),
        )
        self._prefix = prefix
        self._circuit = Circuit(f"Redis for {prefix}", self._redis.ping)

    @contextlib.contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            self._circuit.check()
            yield
        except self._absence as why:
            self._circuit.open(str(why))
            raise StoreUnavailable(str(why)) from why
        except self._errors as why:
            raise StoreUnavailable(str(why)) from why

    def get(self, key: str) -> tuple[int, bytes] | None:
        with self._reached():
            version, value = self._redis.hmget(self._prefix + key, ["version", "value"])
        return (int(version), value) if version is not None and isinstance(value, bytes) else None

    def glance(self, key: str) -> tuple[int, bytes] | None:
        return None

    def version(self, key: str) -> int | None:
        with self._reached():
            version = self._redis.hget(self._prefix + key, "version")
        return int(version) if version is not None else None

    def glance_at_version(self, key: str) -> int | None:
        return None

    def put(self, key: str, value: bytes) -> int:
        with self._reached():
            both = self._redis.pipeline(transaction=True)
            both.hset(self._prefix + key, "value", value)
            both.hsetnx(self._prefix + key, "version", first_version())
            both.hincrby(self._prefix + key, "version", 1)
            return int(both.execute()[2])

    def put_many(self, values: Mapping[str, bytes]) -> None:
        with self._reached():
            all_of_them = self._redis.pipeline(transaction=False)
            for key, value in values.items():
                all_of_them.hset(self._prefix + key, "value", value)
                all_of_them.hsetnx(self._prefix + key, "version", first_version())
                all_of_them.hincrby(self._prefix + key, "version", 1)
            all_of_them.execute()

    def swap(self, key: str, value: bytes, version: int | None) -> int | None:
        with self._reached():
            expected = "" if version is None else str(version)
            new = first_version() if version is None else version + 1
            swapped = self._redis.eval(_SWAP, 1, self._prefix + key, expected, str(new), value)
        return new if swapped else None

    def delete(self, key: str) -> None:
        with self._reached():
            self._redis.delete(self._prefix + key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        with self._reached():
            pattern = _GLOB.sub(r"\\\g<0>", self._prefix + prefix) + "*"
            found = sorted(self._redis.scan_iter(match=pattern, count=1000))
        return (key.decode()[len(self._prefix) :] for key in found)


def open_store(name: str, folder: Path, address: str = "") -> Store:
    """The store called `name`: in the Redis or PostgreSQL at the address, without one `folder/name.db`."""
    if address.startswith("postgres"):
        from kawaraban.kit.postgres_store import PostgresStore

        return PostgresStore(address, name)
    if address:
        return RedisStore(address, f"kawaraban:{name}:")
    return SqliteStore(folder / f"{name}.db")
