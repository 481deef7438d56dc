"""`kawaraban audience history`"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from kawaraban.audience.history import InRail, NoDuckDB, Reading, Unreadable
from kawaraban.ops.cli import Problem
from kawaraban.ops.rolling import history
from kawaraban.stories import queries

_BESIDE = ("readers", "views", "seconds", "to end", "chosen", "shares", "discussed")
# Short heads leave room for headlines.
_MEANING = "seconds: of each reader; to end: of 100 who left the page; chosen: in rails"


@click.command("history")
@click.option(
    "--days",
    "span",
    default="",
    help="One day, or the first and the last as 2026-11-01..2026-11-07; without it the newest day, "
    "of a story every day.",
)
@click.option("--story", type=click.IntRange(1), help="How this one was read, day by day, and by rail.")
@click.option("--most", default=20, type=click.IntRange(1, 10_000), help="So many of the most read.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here."
)
def command(span: str, story: int | None, most: int, json_file: Path | None) -> None:
    """Say what was most read on past days, or how one story was.

    It answers from var/history, where each finished day is written once, without visitors: who came on
    two days counts as a reader on both.
    """
    every = history().days()
    if not every:
        raise Problem(
            f"No day is written in {history().folder} yet: each is soon after it ended, with DuckDB."
        )
    days = _days(span, every) if span else every if story else every[-1:]
    try:
        told = _tell_of_story(days, story) if story else _tell_most_read(days, most)
    except (NoDuckDB, Unreadable) as why:
        raise Problem(str(why)) from why
    if json_file is not None:
        json_file.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")


def _days(span: str, every: Sequence[dt.date]) -> list[dt.date]:
    first, apart, last = span.partition("..")
    try:
        begins = dt.date.fromisoformat(first)
        ends = dt.date.fromisoformat(last) if apart else begins
    except ValueError:
        raise Problem(f"--days wants 2026-11-01 or 2026-11-01..2026-11-07, not {span!r}") from None
    found = [day for day in every if begins <= day <= ends]
    if not found:
        raise Problem(f"Nothing is written of {span}: there are days from {every[0]} to {every[-1]}.")
    return found


def _tell_most_read(days: Sequence[dt.date], most: int) -> dict[str, Any]:
    rows = history().most_read(days, most)
    headlines = _headlines([story for story, _ in rows])
    table = Table("", "story", _wide("headline"), *map(_right, _BESIDE), title=f"Most read, {_named(days)}")
    for place, (story, reading) in enumerate(rows, 1):
        table.add_row(str(place), str(story), Text(headlines.get(story, "")), *_beside(reading))
    _print(table, [reading for _, reading in rows])
    return {
        "days": days,
        "most_read": [{"story": story, **reading._asdict()} for story, reading in rows],
    }


def _tell_of_story(days: Sequence[dt.date], story: int) -> dict[str, Any]:
    rows, rails = history().of_story(days, story), history().in_rails(days, story)
    if not rows:
        raise Problem(f"Nobody read story {story} or saw it in a rail, {_named(days)}.")
    title = f"{story}  {_headlines([story]).get(story, '(not published)')}"
    table = Table("day", *map(_right, _BESIDE), title=Text(title))
    for day, reading in rows:
        table.add_row(str(day), *_beside(reading))
    _print(table, [reading for _, reading in rows])
    if rails:
        _print(_table_of(rails), [])
    return {
        "story": story,
        "days": [{"day": day, **reading._asdict()} for day, reading in rows],
        "rails": [rail._asdict() for rail in rails],
    }


def _table_of(rails: Sequence[InRail]) -> Table:
    table = Table("rail", *map(_right, ("seen", "chosen", "of 100", "place on average")))
    for one in rails:
        table.add_row(
            one.rail, f"{one.shown:,}", f"{one.chosen:,}", _share(one.chosen, one.shown), f"{one.place:.1f}"
        )
    return table


def _beside(reading: Reading) -> list[str]:
    return [
        f"{reading.readers:,}",
        f"{reading.views:,}",
        f"{reading.seconds / reading.readers:.0f}" if reading.readers else "",
        _share(reading.to_the_end, reading.scrolled),
        f"{reading.chosen:,}",
        f"{reading.shares:,}",
        f"{reading.discussions:,}",
    ]


def _print(table: Table, readings: Sequence[Reading]) -> None:
    out = Console()
    out.print(table)
    if readings:
        out.print(_MEANING, highlight=False)
    if simulated := sum(reading.simulated for reading in readings):
        out.print(f"{simulated:,} of these events are simulated readers'.", highlight=False)


def _headlines(stories: Sequence[int]) -> dict[int, str]:
    return {card.id: card.short_headline or card.headline for card in queries.cards_of(stories)}


def _named(days: Sequence[dt.date]) -> str:
    if len(days) == 1:
        return str(days[0])
    return f"{days[0]} to {days[-1]} ({len(days)} days)"


def _share(some: int, of: int) -> str:
    return f"{100 * some / of:.1f}" if of else ""


def _right(name: str) -> Column:
    return Column(name, justify="right")


def _wide(name: str) -> Column:
    return Column(name, ratio=1)
