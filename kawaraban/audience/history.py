"""What was counted of each finished day, in one Parquet file by day: written whole, answered by DuckDB.

A row says how often one thing was done with one story in one hour, and has no visitor in it:

    day        the date in the publication's time zone
    hour       hours since that day began, from 0
    story      the story that was read, or that stood in a rail, or was chosen there
    kind       one of events.KINDS
    rail       one of events.RAILS for the events of rails, else ''
    place      in that rail, from 1, else 0
    quarter    scroll: the furthest part of the story that was seen, 1 to 4, else 0
    simulated  whether the readers were a demonstration's
    events     how often; but for views and what rails showed, a visitor counts once in half an hour
    readers    view: for how many visitors it was the day's first view of that story, else 0
    seconds    engaged: in all, else 0; a visitor counts 900 in half an hour at most

So events add up over any rows, and readers over the hours of a day; over several days, who came on two
counts twice. DuckDB is an extra.
"""

import contextlib
import datetime as dt
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

HOW_TO_INSTALL = "pip install -r requirements/audience.txt"
COLUMNS = {
    "hour": "UTINYINT",
    "story": "BIGINT",
    "kind": "VARCHAR",
    "rail": "VARCHAR",
    "place": "USMALLINT",
    "quarter": "UTINYINT",
    "simulated": "BOOLEAN",
    "events": "BIGINT",
    "readers": "BIGINT",
    "seconds": "BIGINT",
}
_KEY = "hour, story, kind, rail, place, quarter, simulated"
_MEMORY = "512MB"
_NAME = re.compile(r"\d{4}-\d{2}-\d{2}\.parquet")

_READING = """
  sum(readers)::BIGINT AS readers,
  coalesce(sum(events) FILTER (kind = 'view'), 0)::BIGINT AS views,
  sum(seconds)::BIGINT AS seconds,
  coalesce(sum(events) FILTER (kind = 'scroll'), 0)::BIGINT AS scrolled,
  coalesce(sum(events) FILTER (kind = 'scroll' AND quarter = 4), 0)::BIGINT AS to_the_end,
  coalesce(sum(events) FILTER (kind = 'rail_shown'), 0)::BIGINT AS shown,
  coalesce(sum(events) FILTER (kind = 'rail_clicked'), 0)::BIGINT AS chosen,
  coalesce(sum(events) FILTER (kind = 'share'), 0)::BIGINT AS shares,
  coalesce(sum(events) FILTER (kind = 'discussion'), 0)::BIGINT AS discussions,
  coalesce(sum(events) FILTER (simulated), 0)::BIGINT AS simulated
"""


class NoDuckDB(Exception):
    """The extra is not installed."""


class Unreadable(Exception):
    """A day's file is torn, or none of ours; one line that names it."""


class Reading(NamedTuple):
    """How a story was read. How far is known of `scrolled`; `simulated` are of all events."""

    readers: int
    views: int
    seconds: int
    scrolled: int
    to_the_end: int
    shown: int
    chosen: int
    shares: int
    discussions: int
    simulated: int


class InRail(NamedTuple):
    """How often a story stood in a rail, at which place on average, and how often it was chosen there."""

    rail: str
    shown: int
    chosen: int
    place: float


def duckdb() -> Any:
    """The library. Raises NoDuckDB."""
    try:
        import duckdb
    except ImportError:
        raise NoDuckDB(f"DuckDB is needed for the history of readers: {HOW_TO_INSTALL}") from None
    return duckdb


class History:
    """The days of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def days(self) -> list[dt.date]:
        """The days that are written, in order."""
        names = (file.name for file in self.folder.glob("*.parquet") if _NAME.fullmatch(file.name))
        return sorted(dt.date.fromisoformat(name.removesuffix(".parquet")) for name in names)

    def has(self, day: dt.date) -> bool:
        return self._file(day).exists()

    def most_read(self, days: Sequence[dt.date], most: int) -> list[tuple[int, Reading]]:
        """The stories with the most readers on these days. Raises NoDuckDB and Unreadable."""
        rows = self._ask(
            f"SELECT story, {_READING} FROM read_parquet($files) WHERE story > 0 GROUP BY story"  # noqa: S608
            " HAVING views > 0 ORDER BY readers DESC, views DESC, story LIMIT $most",
            days,
            most=most,
        )
        return [(row[0], Reading(*row[1:])) for row in rows]

    def of_story(self, days: Sequence[dt.date], story: int) -> list[tuple[dt.date, Reading]]:
        """How it was read on each of the days on which anything was. Raises NoDuckDB and Unreadable."""
        rows = self._ask(
            f"SELECT day, {_READING} FROM read_parquet($files) WHERE story = $story"  # noqa: S608
            " GROUP BY day ORDER BY day",
            days,
            story=story,
        )
        return [(row[0], Reading(*row[1:])) for row in rows]

    def in_rails(self, days: Sequence[dt.date], story: int) -> list[InRail]:
        """The rails in which it was seen, the one it was chosen in most first."""
        rows = self._ask(
            "SELECT rail, coalesce(sum(events) FILTER (kind = 'rail_shown'), 0)::BIGINT AS shown,"
            " coalesce(sum(events) FILTER (kind = 'rail_clicked'), 0)::BIGINT AS chosen,"
            " coalesce(sum(events * place) FILTER (kind = 'rail_shown'), 0) / greatest(shown, 1)"
            " FROM read_parquet($files) WHERE story = $story AND rail <> ''"
            " GROUP BY rail ORDER BY chosen DESC, shown DESC, rail",
            days,
            story=story,
        )
        return [InRail(*row) for row in rows]

    def _ask(self, query: str, days: Sequence[dt.date], **values: Any) -> list[tuple[Any, ...]]:
        library = duckdb()
        files = [str(self._file(day)) for day in days]
        with _opened(library, self.folder) as connection:
            try:
                rows: list[tuple[Any, ...]] = connection.execute(query, {**values, "files": files}).fetchall()
            except library.Error as why:
                raise Unreadable(_torn(connection, library, files) or f"{self.folder}: {_line(why)}") from why
        return rows

    def _file(self, day: dt.date) -> Path:
        return self.folder / f"{day}.parquet"


class Page:
    """A day that is being written. Nothing of it is in the folder before `finish`. Raises OSError."""

    def __init__(self, folder: Path, day: dt.date) -> None:
        self._folder, self._day = folder, day
        self._library = duckdb()
        self._connection = _opened(self._library, folder)
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        self._connection.execute(f"CREATE TABLE counted ({columns})")

    def add(self, **columns: npt.NDArray[Any]) -> None:
        """Adds rows: arrays of one length by name; 0 and '' in columns that are not told."""
        rows = len(columns["story"])
        told = {"rail": np.full(rows, "", object), **columns}
        for name in COLUMNS.keys() - told.keys():
            told[name] = np.zeros(rows, np.int64)
        with self._failures():
            self._connection.register("told", {name: told[name] for name in COLUMNS})
            self._connection.execute("INSERT INTO counted SELECT * FROM told")
            self._connection.unregister("told")

    def finish(self) -> None:
        """Puts the day into the folder, in one step and on the disk."""
        file = self._folder / f"{self._day}.parquet"
        beside = file.with_suffix(".parquet.new")
        # Sorted, so that the order of rows says nothing about who read what after what.
        day_of_readers = self._connection.sql(
            f"SELECT DATE '{self._day}' AS day, {_KEY}, sum(events)::BIGINT AS events,"  # noqa: S608
            " sum(readers)::BIGINT AS readers, sum(seconds)::BIGINT AS seconds"
            " FROM counted GROUP BY ALL"
            # A page read further was counted less far before.
            " HAVING sum(events) > 0 OR sum(readers) > 0 OR sum(seconds) > 0 ORDER BY ALL"
        )
        with self._failures():
            day_of_readers.write_parquet(str(beside), compression="zstd")
        _sync(beside)
        beside.replace(file)
        _sync(self._folder)

    def close(self) -> None:
        self._connection.close()

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except self._library.Error as why:
            raise OSError(_line(why)) from why


def _torn(connection: Any, library: Any, files: Sequence[str]) -> str:
    """Which of the files can't be read to its end, and why; '' if all can."""
    columns = ", ".join(f"max({name})" for name in ("day", *COLUMNS))
    for file in files:
        try:
            connection.execute(f"SELECT {columns} FROM read_parquet($file)", {"file": file}).fetchall()  # noqa: S608
        except library.Error as why:
            return f"{file} can't be read: {_line(why)}"
    return ""


def _line(why: Exception) -> str:
    return str(why).splitlines()[0]


def _opened(library: Any, folder: Path) -> Any:
    """In memory; what is too much for it (counts, no visitors) goes to the folder for a moment."""
    return library.connect(
        config={
            "memory_limit": _MEMORY,
            "temp_directory": str(folder / "spill"),
            "autoinstall_known_extensions": False,
        }
    )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
