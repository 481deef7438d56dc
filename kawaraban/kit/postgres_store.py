"""Finished things in PostgreSQL, for several machines that have it and no Redis."""

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping

import psycopg
from psycopg import sql

from kawaraban.kit.circuit import Away, Circuit
from kawaraban.kit.lines import watch
from kawaraban.kit.stores import StoreUnavailable, first_version

# One that neither answers nor refuses is given up after so long. Keepalives find out that its machine is
# gone where it has acknowledged what it was sent; a frozen one's line is cut.
_WAITING = {
    "connect_timeout": 2,
    "tcp_user_timeout": 2000,
    "keepalives_idle": 1,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "options": "-c statement_timeout=2000",
}
_ANSWERS = 2.5  # seconds for one thing
_ANSWERS_OF_MANY = 30.0  # seconds for many things, or a million keys

_MADE_MEANWHILE = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DuplicateTable,
    psycopg.errors.DuplicateObject,
)


class _Opened:
    """A connection that ends with its thread; in a forked process it is the parent's, and left alone."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self._process = os.getpid()

    def is_usable(self) -> bool:
        return self._process == os.getpid() and not self.connection.closed

    def __del__(self) -> None:
        if self._process == os.getpid():
            self.connection.close()


def _connected(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True, **_WAITING)  # type: ignore[arg-type]


class PostgresStore:
    """One table per store, made when first reached; one connection per thread.

    The table is unlogged: after a crash of PostgreSQL it is empty, and everything is made again.
    """

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._table = sql.Identifier(f"kept_{name}")
        self._local = threading.local()
        # It knows the address and not this store, which so goes, with its connections, as soon as it may.
        self._circuit = Circuit(f"PostgreSQL for {name}", lambda: _connected(url).close())

    def _query(self, text: str) -> sql.Composed:
        return sql.SQL(text).format(self._table)

    def _connection(self) -> psycopg.Connection:
        opened: _Opened | None = getattr(self._local, "opened", None)
        if opened is None or not opened.is_usable():
            made = _connected(self._url)
            opened = self._local.opened = _Opened(made)
            # Of two that make it at once, the second is told so by one error or another.
            with contextlib.suppress(*_MADE_MEANWHILE), watch.answered_within(_ANSWERS, made.fileno()):
                made.execute(
                    self._query(
                        'CREATE UNLOGGED TABLE IF NOT EXISTS {} (key TEXT COLLATE "C" PRIMARY KEY,'
                        " version BIGINT NOT NULL, value BYTEA NOT NULL)"
                    )
                )
        return opened.connection

    @contextlib.contextmanager
    def _reached(self, answers: float = _ANSWERS) -> Iterator[psycopg.Connection]:
        try:
            self._circuit.check()
            connection = self._connection()
            with watch.answered_within(answers, connection.fileno()):
                yield connection
        except Away as why:
            raise StoreUnavailable(str(why)) from why
        except psycopg.Error as why:
            self._local.opened = None
            if isinstance(why, psycopg.OperationalError | psycopg.InterfaceError):
                self._circuit.open(str(why).strip())
            raise StoreUnavailable(str(why).strip()) from why

    def get(self, key: str) -> tuple[int, bytes] | None:
        with self._reached() as kept:
            query = self._query("SELECT version, value FROM {} WHERE key = %s")
            row = kept.execute(query, (key,), binary=True).fetchone()
        return (row[0], row[1]) if row else None

    def glance(self, key: str) -> tuple[int, bytes] | None:
        return None

    def version(self, key: str) -> int | None:
        with self._reached() as kept:
            row = kept.execute(self._query("SELECT version FROM {} WHERE key = %s"), (key,)).fetchone()
        return row[0] if row else None

    def glance_at_version(self, key: str) -> int | None:
        return None

    def put(self, key: str, value: bytes) -> int:
        with self._reached() as kept:
            row = kept.execute(self._query(_PUT), (key, first_version(), value)).fetchone()
        assert row is not None  # noqa: S101 - RETURNING gives one
        return int(row[0])

    def put_many(self, values: Mapping[str, bytes]) -> None:
        with self._reached(_ANSWERS_OF_MANY) as kept, kept.transaction(), kept.cursor() as cursor:
            rows = [(key, first_version(), value) for key, value in values.items()]
            cursor.executemany(self._query(_PUT), rows)

    def swap(self, key: str, value: bytes, version: int | None) -> int | None:
        with self._reached() as kept:
            if version is None:
                query = self._query(
                    "INSERT INTO {} (key, version, value) VALUES (%s, %s, %s)"
                    " ON CONFLICT (key) DO NOTHING RETURNING version"
                )
                row = kept.execute(query, (key, first_version(), value)).fetchone()
            else:
                query = self._query(
                    "UPDATE {} SET version = version + 1, value = %s"
                    " WHERE key = %s AND version = %s RETURNING version"
                )
                row = kept.execute(query, (value, key, version)).fetchone()
        return int(row[0]) if row else None

    def delete(self, key: str) -> None:
        with self._reached() as kept:
            kept.execute(self._query("DELETE FROM {} WHERE key = %s"), (key,))

    def keys(self, prefix: str = "") -> Iterator[str]:
        with self._reached(_ANSWERS_OF_MANY) as kept:
            query = self._query("SELECT key FROM {} WHERE key >= %s AND key < %s ORDER BY key")
            rows = kept.execute(query, (prefix, prefix + "\U0010ffff")).fetchall()
        return (row[0] for row in rows)


_PUT = (
    "INSERT INTO {0} AS kept (key, version, value) VALUES (%s, %s, %s)"
    " ON CONFLICT (key) DO UPDATE SET version = kept.version + 1, value = excluded.value"
    " RETURNING version"
)
