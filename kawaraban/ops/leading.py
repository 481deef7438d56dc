"""Who leads: of several houses on one database, the one whose jobs run.

The lease lies with the database, for what may not be done twice (publishing what is due, say) is
there: an advisory lock of PostgreSQL, held by a connection and freed with it, or beside a SQLite file
a lock of the operating system, freed with the process.
"""

import fcntl
import logging
import os
import time
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)

ASKS_EVERY = 1.0  # seconds between two looks at the lease
_KEY = 0x6B617761  # any number that means our jobs to this database
# A leader whose machine was cut off is known to be gone after some seconds, rather than two hours.
_NOTICES = ("tcp_keepalives_idle = 3", "tcp_keepalives_interval = 1", "tcp_keepalives_count = 3")


class Lease(Protocol):
    """`held` tries to take it, or makes sure that it is still ours. Never raises."""

    def held(self) -> bool: ...

    def give_up(self) -> None: ...


class FileLease:
    """A lock on a file beside the SQLite file, for several `serve` on one machine."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor: int | None = None

    def held(self) -> bool:
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as why:
            log.warning("the lease %s can't be opened: %s", self._file, why)
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def give_up(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class PostgresLease:
    """An advisory lock, on a connection of its own. Needs a session: no pooling by transaction."""

    def __init__(self) -> None:
        self._connection: BaseDatabaseWrapper | None = None
        self._has = False
        self._looked = float("-inf")

    def held(self) -> bool:
        if time.monotonic() - self._looked < ASKS_EVERY:
            return self._has
        try:
            self._has = self._ask()
        except Error as why:
            if self._has:
                log.warning("the lease is lost: %s", why)
            self.give_up()
        self._looked = time.monotonic()
        return self._has

    def give_up(self) -> None:
        connection, self._connection, self._has = self._connection, None, False
        if connection is not None:
            connection.close()

    def _ask(self) -> bool:
        if self._connection is None:
            self._connection = connections.create_connection("default")
            with self._connection.cursor() as cursor:
                for setting in _NOTICES:
                    cursor.execute(f"SET {setting}")
        with self._connection.cursor() as cursor:
            if self._has:
                cursor.execute("SELECT 1")
                return True
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_KEY])
            return bool(cursor.fetchone()[0])


def lease() -> Lease:
    """This house's."""
    if connections["default"].vendor == "postgresql":
        return PostgresLease()
    return FileLease(Path(settings.VAR) / "jobs.lock")
