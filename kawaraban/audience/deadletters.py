"""Events of the log that could not be counted, each with the reason: kept for whoever mends it."""

import logging
import sqlite3
from pathlib import Path

log = logging.getLogger(__name__)

FILE = "dead_letters.db"
_TABLE = (
    "CREATE TABLE IF NOT EXISTS dead_letters"
    " (seq INTEGER PRIMARY KEY, reason TEXT NOT NULL, event TEXT NOT NULL)"
)
_LONGEST = 2_000  # characters of an event


class DeadLetters:
    """A table in a file of its own, so that it never waits for the log's writer; without a file they
    are only told of."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def put(self, seq: int, event: object, reason: str) -> None:
        """Keeps the event once. Where even that fails, the log of the process has it."""
        log.error("event %d of the log can't be counted: %s", seq, reason)
        if self._file is None:
            return
        try:
            letters = _opened(self._file)
            with letters:
                letters.execute(
                    "INSERT INTO dead_letters VALUES (?, ?, ?) ON CONFLICT (seq) DO NOTHING",
                    (seq, reason, repr(event)[:_LONGEST]),
                )
            letters.close()
        except (sqlite3.Error, OSError) as why:
            log.error("event %d: %.2000r is not kept: %s", seq, event, why)

    def all(self) -> list[tuple[int, str, str]]:
        """(number in the log, reason, event) of each."""
        if self._file is None:
            return []
        letters = _opened(self._file)
        found = letters.execute("SELECT seq, reason, event FROM dead_letters ORDER BY seq").fetchall()
        letters.close()
        return found


def _opened(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    letters = sqlite3.connect(file, timeout=5)
    letters.execute(_TABLE)
    return letters
