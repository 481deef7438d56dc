"""Work on the database that is interrupted when nobody waits for it any more."""

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from kawaraban.kit import lines
from kawaraban.kit.circuit import Away

log = logging.getLogger(__name__)

Result = TypeVar("Result")
_AGAIN = 0.1  # seconds between two interruptions: what falls between two queries meets none
_CANCELLED_WITHIN = 1.0  # seconds in which a server takes up that a query is cancelled
_LONGEST = 30.0  # seconds after which work that asks the database no more is let be
_CANCELLED = "57014"  # PostgreSQL's state of a query that was cancelled, or took too long for it


class Interruptible(Generic[Result]):
    """The work, done once on one thread and interrupted from another: in its query, or at its next one."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._late = False
        self._on: BaseDatabaseWrapper | None = None
        # Held while the connection is interrupted: the thread's next work is not to be hit instead.
        self._ending = threading.Lock()

    def __call__(self) -> Result:
        mine = connections["default"]
        with mine.execute_wrapper(self._in_time):
            self._on = mine
            try:
                return self._work()
            finally:
                with self._ending:
                    self._on = None

    def interrupt(self) -> None:
        """Has it end, beside whoever says so. Work that has not begun never does."""
        self._late = True
        threading.Thread(target=self._interrupt_until_it_ends, name="interrupting", daemon=True).start()

    def _in_time(self, execute: Callable[..., Any], *query: Any) -> Any:
        if self._late:
            raise Away("nobody waits for it any more")
        return execute(*query)

    def _interrupt_until_it_ends(self) -> None:
        until = time.monotonic() + _LONGEST
        while time.monotonic() < until:
            with self._ending:
                if self._on is None:
                    return
                # Closed meanwhile, it is no longer in the way of anybody.
                with contextlib.suppress(Exception):
                    _interrupt(self._on)
            time.sleep(_AGAIN)
        log.error("work on the database goes on though it was interrupted %.0f s ago", _LONGEST)


def is_interruption(error: BaseException) -> bool:
    """Whether a query was cut off by whoever asked it, and not by a database that is away."""
    why = error.__cause__
    code = getattr(why, "sqlite_errorcode", 0) & 0xFF
    return code == sqlite3.SQLITE_INTERRUPT or getattr(why, "sqlstate", None) == _CANCELLED


def _interrupt(on: BaseDatabaseWrapper) -> None:
    connection: Any = on.connection
    if on.vendor == "sqlite":
        connection.interrupt()
        return
    try:
        connection.cancel_safe(timeout=_CANCELLED_WITHIN)
    except Exception:
        # A server that can't even be told so is waited for by nobody: the thread has others to serve.
        lines.cut(connection.fileno())
