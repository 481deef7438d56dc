"""Events of the log that could not be counted, each with the reason: kept for whoever mends it.

Without the visitor, which mends nothing, and no longer than the log keeps events.
"""

import logging
import sqlite3
from pathlib import Path

from kawaraban.audience.events import Event
from kawaraban.kit import clock

log = logging.getLogger(__name__)

FILE = "dead_letters.db"
_TABLE = (
    "CREATE TABLE IF NOT EXISTS letters"
    " (seq INTEGER PRIMARY KEY, at REAL NOT NULL, reason TEXT NOT NULL, event TEXT NOT NULL)"
)
# Those of a former release had visitors in them.
_FORMER = "DROP TABLE IF EXISTS dead_letters"
_KEPT = 8 * 86_400.0  # seconds
_LONGEST = 2_000  # characters of an event


class DeadLetters:
    """A table in a file of its own, so that it never waits for the log's writer; without a file they
    are only told of."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def put(self, seq: int, event: object, reason: str) -> None:
        """Keeps the event once. Where even that fails, the log of the process has it."""
        if isinstance(event, Event):
            event = event._replace(visitor=b"")
        log.error("event %d of the log can't be counted: %s", seq, reason)
        if self._file is None:
            return
        try:
            letters = _opened(self._file)
            with letters:
                letters.execute(
                    "INSERT INTO letters VALUES (?, ?, ?, ?) ON CONFLICT (seq) DO NOTHING",
                    (seq, clock.stamp(clock.now()), reason, repr(event)[:_LONGEST]),
                )
            letters.close()
        except (sqlite3.Error, OSError) as why:
            log.error("event %d: %.2000r is not kept: %s", seq, event, why)

    def all(self) -> list[tuple[int, str, str]]:
        """(number in the log, reason, event) of each."""
        if self._file is None:
            return []
        letters = _opened(self._file)
        found = letters.execute("SELECT seq, reason, event FROM letters ORDER BY seq").fetchall()
        letters.close()
        return found

    def forget(self, now: float) -> None:
        """Leaves none that is older than the log, or was put there at another time than a clock tells now.

        Raises sqlite3.Error and OSError.
        """
        if self._file is None or not self._file.exists():
            return
        letters = _opened(self._file)
        with letters:
            letters.execute("DELETE FROM letters WHERE at NOT BETWEEN ? AND ?", (now - _KEPT, now))
        letters.close()


def _opened(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    letters = sqlite3.connect(file, timeout=5)
    letters.execute("PRAGMA secure_delete=ON")
    letters.execute(_FORMER)
    letters.execute(_TABLE)
    return letters
