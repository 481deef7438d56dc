"""A folder of clicks to be replayed: `clicks.parquet`, and `stories.parquet` where there is one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kawaraban.audience.events import Event
from kawaraban.recommendations.facts import Fact

DAY_MS = 86_400_000
NONE = -1
_LONGEST = 400  # days
Numbers = npt.NDArray[np.int64]


class Unreadable(Exception):
    """The folder is none of clicks; one line that says why."""


@dataclass(frozen=True)
class Clicks:
    """Clicks in the order of time. `following` is the place of the same session's next click, or NONE."""

    session: Numbers
    story: Numbers
    at_ms: Numbers
    following: Numbers
    before: Numbers  # the place of the same session's former click, or NONE
    facts: dict[int, Fact]

    def day(self) -> npt.NDArray[np.float64]:
        """Of each click, counted from the first in days."""
        days: npt.NDArray[np.float64] = (self.at_ms - self.at_ms[0]) / DAY_MS
        return days

    def rows(self, first: int, end: int) -> Iterator[tuple[int, Event]]:
        """These clicks as the log would give them, numbered from 1."""
        visitors = hashes(self.session[first:end], 3).tobytes()
        told = zip(self.at_ms[first:end].tolist(), self.story[first:end].tolist(), strict=True)
        for place, (at_ms, story) in enumerate(told):
            visitor = visitors[8 * place : 8 * place + 8]
            yield first + place + 1, Event(b"", at_ms, story, "view", visitor)


def hashes(numbers: Numbers, salt: int) -> npt.NDArray[np.uint64]:
    """Each number well mixed, by a salt (the finaliser of splitmix64)."""
    mixed = numbers.astype(np.uint64) + np.uint64(salt * 0x9E3779B97F4A7C15 & (2**64 - 1))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def open_folder(folder: Path, thin: int) -> Clicks:
    """All clicks of the folder, or of one session in `thin`. Raises Unreadable."""
    parquet = _parquet()
    clicks = folder / "clicks.parquet"
    if not clicks.is_file():
        raise Unreadable(f"{folder} is no folder of clicks: it has no clicks.parquet")
    try:
        table = parquet.read_table(clicks, columns=["session", "story", "time_ms"])
        if any(table[name].null_count for name in table.column_names):
            raise Unreadable(f"{clicks} has clicks without a session, a story or a time")
        session, story, at_ms = (
            table[name].to_numpy().astype(np.int64) for name in ("session", "story", "time_ms")
        )
    except (OSError, ValueError, KeyError) as why:
        raise Unreadable(f"{clicks} can't be read: {str(why).splitlines()[0]}") from why
    if thin > 1:
        kept = hashes(session, 1) % np.uint64(thin) == 0
        session, story, at_ms = session[kept], story[kept], at_ms[kept]
    if not len(session):
        raise Unreadable(f"{clicks} has no clicks")
    if (days := (at_ms.max() - at_ms.min()) / DAY_MS) > _LONGEST:
        raise Unreadable(
            f"{clicks}: its clicks lie {days:,.0f} days apart, and {_LONGEST} are the most that is replayed; "
            "time_ms is in milliseconds since 1970"
        )
    in_order = np.argsort(at_ms, kind="stable")
    session, story, at_ms = session[in_order], story[in_order], at_ms[in_order]
    following, before = _neighbours(session)
    return Clicks(session, story, at_ms, following, before, _facts(parquet, folder, story, at_ms))


def _parquet() -> Any:
    try:
        from pyarrow import parquet
    except ImportError:
        raise Unreadable(
            "pyarrow is needed to read Parquet: pip install -r requirements/audience.txt"
        ) from None
    return parquet


def _neighbours(session: Numbers) -> tuple[Numbers, Numbers]:
    order = np.argsort(session, kind="stable")
    same = session[order[1:]] == session[order[:-1]]
    following, before = np.full(len(session), NONE), np.full(len(session), NONE)
    following[order[:-1][same]] = order[1:][same]
    before[order[1:][same]] = order[:-1][same]
    return following, before


def _facts(parquet: Any, folder: Path, story: Numbers, at_ms: Numbers) -> dict[int, Fact]:
    """What is told of each story; one of which nothing is told is as old as its first click."""
    stories, first = np.unique(story, return_index=True)
    facts = {
        one: Fact("", at / 1000) for one, at in zip(stories.tolist(), at_ms[first].tolist(), strict=True)
    }
    file = folder / "stories.parquet"
    if not file.is_file():
        return facts
    try:
        told = parquet.read_table(file, columns=["story", "section", "published_ms"]).to_pydict()
    except (OSError, ValueError, KeyError) as why:
        raise Unreadable(f"{file} can't be read: {str(why).splitlines()[0]}") from why
    for one, section, published in zip(told["story"], told["section"], told["published_ms"], strict=True):
        if one in facts:
            facts[one] = Fact(
                "" if section is None else str(section),
                facts[one].published if published is None else published / 1000,
            )
    return facts
