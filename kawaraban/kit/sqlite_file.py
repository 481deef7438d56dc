"""A SQLite file that may vanish, be replaced or be damaged: what lies in it can be made again."""

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

_LOOKS_EVERY = 1.0  # seconds between two looks whether the file is still the one that was opened
_AGAIN = 0.005  # seconds between two attempts to have a new file written ahead


@dataclass
class _Opened:
    connection: sqlite3.Connection
    inode: int
    looked: float  # monotonic


class SqliteFile:
    """Connections to one file, of every thread its own. One that was replaced is opened anew; one
    that is damaged is put aside (`.damaged`) and begun anew.

    A forked process opens its own: SQLite forbids to use, or even close, a connection of its parent.
    """

    def __init__(self, file: Path, schema: str) -> None:
        self._file = file
        self._schema = schema
        self._local = threading.local()

    def connection(self, patience: float) -> sqlite3.Connection:
        """A connection that waits so many seconds for others. May raise sqlite3.Error and OSError."""
        return self._held(patience).connection

    @contextlib.contextmanager
    def reached(self, patience: float) -> Iterator[sqlite3.Connection]:
        """`connection`, and the file is put aside where it proves to be damaged."""
        held = self._held(patience)
        try:
            yield held.connection
        except sqlite3.Error as why:
            if _is_damage(why):
                self._put_aside(held.inode)
                held.looked = 0.0
            raise

    def _held(self, patience: float) -> _Opened:
        opened: dict[tuple[int, float], _Opened] = self._local.__dict__.setdefault("opened", {})
        mine = (os.getpid(), patience)
        held, now = opened.get(mine), time.monotonic()
        if held is not None and now - held.looked >= _LOOKS_EVERY:
            held.looked = now
            if self._inode() != held.inode:
                held.connection.close()
                held = None
        if held is None:
            held = opened[mine] = self._open(patience)
        return held

    def _open(self, patience: float) -> _Opened:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._file, timeout=patience, isolation_level=None)
        try:
            write_ahead(connection, patience)
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(self._schema)
        except sqlite3.Error as why:
            connection.close()
            if _is_damage(why):
                self._put_aside(self._inode())
            raise
        return _Opened(connection, self._inode(), time.monotonic())

    def _inode(self) -> int:
        try:
            return self._file.stat().st_ino
        except FileNotFoundError:
            return 0

    def _put_aside(self, damaged: int) -> None:
        if self._inode() != damaged:
            return  # another process was quicker
        log.error("%s is damaged: it is put aside, and what lay in it is made again", self._file)
        with contextlib.suppress(FileNotFoundError):
            self._file.replace(self._file.with_suffix(".damaged"))
        for beside in ("-wal", "-shm"):
            self._file.with_name(self._file.name + beside).unlink(missing_ok=True)


def write_ahead(connection: sqlite3.Connection, patience: float) -> None:
    """Has the file keep a write-ahead log, so that nobody who reads waits for who writes.

    Of several who open a new file at once, SQLite has one do it and refuses the others without a wait;
    they try again here for `patience` seconds.
    """
    until = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as why:
            if why.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(_AGAIN)
        else:
            return


def _is_damage(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
