"""`kawaraban headlines`"""

import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Table

from kawaraban.headlines import replaying
from kawaraban.headlines.bandit import Count
from kawaraban.headlines.replaying import METHODS, Gain, Past
from kawaraban.ops.cli import Problem

FILE = "headline_tests.parquet"


@click.group
def command() -> None:
    """Headline tests: what their method is worth."""


@command.command
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--runs", default=5, show_default=True, help="How often each method plays, each by other chance."
)
@click.option(
    "--half",
    type=click.Choice(["all", "first", "second"]),
    default="all",
    show_default=True,
    help="Every other test: methods are tuned on the first half and reported on the second.",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Figures, too.")
def replay(folder: Path, runs: int, half: str, json_file: Path | None) -> None:
    """Play past tests (FOLDER/headline_tests.parquet) again under several methods.

    Columns: test, impressions, clicks; a row for each wording.
    """
    tests = _tests(folder / FILE)
    tests = {"all": tests, "first": tests[::2], "second": tests[1::2]}[half]
    gains: dict[str, list[Gain]] = {}
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn(), transient=True) as shown:
        for name, method in METHODS.items():
            task = shown.add_task(name, total=runs * len(tests))
            gains[name] = [
                replaying.play(tests, method, seed, lambda task=task: shown.advance(task))  # type: ignore[misc]
                for seed in range(runs)
            ]
    gains["who knew the best from the beginning"] = [replaying.oracle(tests)]
    told = {name: _told(of_runs) for name, of_runs in gains.items()}
    if json_file:
        json_file.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    Console().print(_table(told, len(tests), runs))


def _tests(file: Path) -> list[Past]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise Problem("Replaying needs pyarrow: pip install -r requirements/audience.txt") from None
    try:
        rows = parquet.read_table(file, columns=["test", "impressions", "clicks"])
    except (OSError, pyarrow.ArrowException, KeyError) as why:
        raise Problem(f"{file} can't be read: {str(why).splitlines()[0]}") from None
    wordings: defaultdict[Any, list[Count]] = defaultdict(list)
    columns = (rows.column(name).to_pylist() for name in ("test", "impressions", "clicks"))
    for test, impressions, clicks in zip(*columns, strict=True):
        if not 0 <= (clicks or 0) <= (impressions or 0):
            raise Problem(f"{file}: test {test} has {clicks} clicks of {impressions} impressions.")
        wordings[test].append(Count(impressions or 0, clicks or 0))
    tests = [one for one in map(replaying.past, wordings.values()) if one is not None]
    if not tests:
        raise Problem(f"{file} has no test with two wordings and a click.")
    return tests


def _told(gains: list[Gain]) -> dict[str, float]:
    clicks = [one.clicks for one in gains]
    return {
        "clicks": statistics.mean(clicks),
        "noise": statistics.stdev(clicks) / len(clicks) ** 0.5 if len(clicks) > 1 else 0.0,
        "best found": statistics.mean(one.found for one in gains),
    }


def _table(told: dict[str, dict[str, float]], tests: int, runs: int) -> Table:
    table = Table(
        title=f"{tests:,} headline tests played again, {replaying.BATCHES} batches, {runs} runs each"
    )
    table.add_column("method")
    for heading in ("clicks over showing alike", "±", "best one found"):
        table.add_column(heading, justify="right")
    for name, one in told.items():
        table.add_row(name, f"{one['clicks']:+.2%}", f"{one['noise']:.2%}", f"{one['best found']:.1%}")
    return table
