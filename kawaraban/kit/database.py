"""The database, asked by what must go on soon whether it answers or not: requests, and the rails' rounds."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, unquote

from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
)
from django.db.transaction import atomic

from kawaraban.kit.circuit import Away, Bounded, Circuit
from kawaraban.kit.interrupting import Interruptible, is_interruption

__all__ = ["FAILURES", "Away", "file", "make_no_empty_one", "read", "search", "write"]

Result = TypeVar("Result")
READING, SEARCHING, WRITING = 1.5, 1.5, 1.5  # seconds that anyone waits for an answer
_THREADS = 4
_SEARCHES = 4  # at once: three of readers, and a sitemap
# What it means that there was no answer.
FAILURES = (Away, DatabaseError, InterfaceError)
_ONLY_WHERE_IT_IS = "?mode=rw"


def file() -> Path | None:
    """Where SQLite's file lies or should lie; None for a database that is no file."""
    told = connections.settings["default"]
    name = str(told["NAME"])
    if told["ENGINE"] != "django.db.backends.sqlite3":
        return None
    if name.startswith("file:"):
        return Path(unquote(name.removeprefix("file:").removesuffix(_ONLY_WHERE_IT_IS)))
    return Path(name)


def make_no_empty_one() -> None:
    """Has SQLite open the database only where it is: an empty one made in its place while it is away
    would take up what the old one's journal has, and be in its way when it comes back."""
    told = connections.settings["default"]
    if (lies := file()) is None or str(told["NAME"]).startswith("file:"):
        return
    connections["default"].close()
    only = f"file:{quote(str(lies))}{_ONLY_WHERE_IT_IS}"
    told["NAME"] = connections["default"].settings_dict["NAME"] = only


def read(work: Callable[..., Result], *args: object) -> Result:
    """The result of work that reads. Raises Away, or what the work raises, within READING.

    Late work is interrupted: it keeps its thread from no other for long.
    """
    return _asked(_reading, work, *args)


def search(work: Callable[..., Result], *args: object) -> Result:
    """The same of work that may have to look through all stories, and so be slow where there are many.

    It has threads and a circuit of its own: pages wait for none of it.
    """
    return _asked(_searching, work, *args)


def _asked(bounded: Bounded, work: Callable[..., Result], *args: object) -> Result:
    asked = Interruptible(lambda: _on_a_good_connection(work, *args))
    return bounded.ask(asked, given_up=asked.interrupt)


def write(work: Callable[..., Result], *args: object) -> Result:
    """The result of work that writes. After Away it may be done nonetheless, only later."""
    return _writing.ask(lambda: _on_a_good_connection(work, *args))


def _on_a_good_connection(work: Callable[..., Result], *args: object) -> Result:
    close_old_connections()
    return work(*args)


def _is_away(error: BaseException) -> bool:
    if is_interruption(error):
        return False
    # SQLite says of a file that is damaged, or no database, that it is a plain DatabaseError.
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def _can_be_read() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations")
    finally:
        connection.close()


def _can_be_written() -> None:
    try:
        with atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations")
    finally:
        connection.close()


# Two, for a database that somebody has locked can't be written and is read as ever; and one for searches.
_reading = Bounded(Circuit("database", _can_be_read), _THREADS, READING, _is_away)
_searching = Bounded(Circuit("database for searches", _can_be_read), _SEARCHES, SEARCHING, _is_away)
_writing = Bounded(Circuit("database for writing", _can_be_written), _THREADS, WRITING, _is_away)
