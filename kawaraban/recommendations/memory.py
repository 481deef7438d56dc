"""What likeness has read of stories, kept beside it: a house that starts again reads no archive anew.

Of a large archive reading takes minutes of a core, this seconds. It can always be made again, so
whatever is wrong with it costs time and nothing else.
"""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from kawaraban.kit.sqlite_file import SqliteFile
from kawaraban.recommendations.terms import made_by

log = logging.getLogger(__name__)

_TABLE = (
    "CREATE TABLE IF NOT EXISTS told (story INTEGER PRIMARY KEY, version INTEGER NOT NULL,"
    " made_by TEXT NOT NULL, terms TEXT NOT NULL, weights BLOB NOT NULL, filed TEXT NOT NULL,"
    " whole REAL NOT NULL DEFAULT 0)"
)
_OF = (
    "SELECT story, version, terms, weights, filed, whole FROM told"
    " WHERE made_by = ? AND story IN (SELECT value FROM json_each(?))"
)
_PATIENCE = 0.5  # seconds: one process alone writes here
_END = "\n"  # no term has one


@dataclass(frozen=True)
class Told:
    """A story's terms, each with its weight as a byte; `whole` is what they score on itself, 0 if unknown."""

    story: int
    version: int
    terms: tuple[str, ...]
    weights: bytes
    filed: tuple[tuple[str, float], ...]
    whole: float = 0.0


class Memory:
    """Terms by story in one file. Nothing here raises."""

    def __init__(self, file: Path) -> None:
        self._file = SqliteFile(file, _TABLE)

    def of(self, stories: Sequence[int]) -> Iterator[Told]:
        """What is known of these stories; nothing that was made in another way than terms are now."""
        try:
            with self._file.reached(_PATIENCE) as kept:
                rows = kept.execute(_OF, (made_by(), orjson.dumps(stories))).fetchall()
        except (sqlite3.Error, OSError) as why:
            log.warning("what likeness has read can't be recalled: %s", why)
            return
        for story, version, terms, weights, filed, whole in rows:
            told = tuple(terms.split(_END)) if terms else ()
            yield Told(story, version, told, weights, tuple(map(tuple, orjson.loads(filed))), whole)

    def keep(self, told: Iterable[Told]) -> None:
        rows = [
            (one.story, one.version, made_by(), _END.join(one.terms), one.weights, orjson.dumps(one.filed))
            for one in told
        ]
        self._write(
            "INSERT OR REPLACE INTO told (story, version, made_by, terms, weights, filed)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )

    def keep_whole(self, wholes: Iterable[tuple[int, float]]) -> None:
        """Notes what stories score on themselves, as (story, whole)."""
        self._write("UPDATE told SET whole = ? WHERE story = ?", [(whole, story) for story, whole in wholes])

    def forget(self, stories: Iterable[int]) -> None:
        self._write("DELETE FROM told WHERE story = ?", [(story,) for story in stories])

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        if not rows:
            return
        try:
            with self._file.reached(_PATIENCE) as kept:
                kept.execute("BEGIN IMMEDIATE")
                try:
                    kept.executemany(statement, rows)
                finally:
                    kept.execute("COMMIT")
        except (sqlite3.Error, OSError) as why:
            log.warning("what likeness has read can't be kept: %s", why)
