"""`kawaraban replay`"""

import time
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from kawaraban.ops.cli import Problem
from kawaraban.ops.replaying import clicks as reading
from kawaraban.ops.replaying import peers as known_peers
from kawaraban.ops.replaying.clicks import Clicks, Unreadable
from kawaraban.ops.replaying.playing import Replay

_WARM_UP = 8.0  # days before the first question, where there are more
_WIDTH = 140  # characters: narrower, the figures would be cut
_COLUMNS = ("hr@5", "hr@10", "mrr@10", "ndcg@10", "coverage@10", "age_h", "p50_ms", "p99_ms")


@click.command
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--days", default="", help="The days that are asked about, as 8-12; the first click begins day 0."
)
@click.option(
    "--thin", default=1, type=click.IntRange(1, 1000), help="Only one session in so many: a small site."
)
@click.option("--lag", default=0.0, type=click.FloatRange(0), help="Seconds by which clicks are known late.")
@click.option("--peers", default="", help="Peers to run beside, by commas: implicit, rectools, sknn.")
@click.option(
    "--refit", default=300.0, type=click.FloatRange(1), help="Seconds between two fits of a batch peer."
)
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here."
)
def command(
    folder: Path, days: str, thin: int, lag: float, peers: str, refit: float, json_file: Path | None
) -> None:
    """Replay the clicks of FOLDER through the fold and the engine, and print how well they foresaw.

    FOLDER has clicks.parquet (session, story, time_ms) and may have stories.parquet (story, section,
    published_ms). Every list is asked for the moment a page is rendered, and held against the
    story that its reader went on to; see docs/audience.md. Ctrl-C ends it early, with what was found so far.
    """
    try:
        clicks = reading.open_folder(folder, thin)
        beside = [one for name in peers.split(",") if name for one in known_peers.peer(name.strip(), refit)]
    except (Unreadable, known_peers.Unknown) as why:
        raise Problem(str(why)) from why
    replay = Replay(clicks, _days(days, clicks), thin, int(lag * 1000), beside)
    began = time.perf_counter()
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as shown:  # fmt: skip
        end = float(clicks.day().searchsorted(replay.days[1]))
        task = shown.add_task("Clicks", total=end)
        try:
            replay.run(lambda done: shown.update(task, completed=done))
        except KeyboardInterrupt:
            # Days with peers take hours: what was found until now is worth as much as it is.
            replay.days = (replay.days[0], float(clicks.day()[replay.folded - 1]))
    if not replay.asked:
        raise Problem("Nothing was asked: nobody went on to another story, or it ended before these days.")
    figures = replay.figures()
    figures["replay"] = {
        "clicks": float(replay.folded),
        "fold_events_s": replay.folded / max(replay.fold_seconds, 1e-9),
        "seconds": time.perf_counter() - began,
        "lag_s": lag,
        "thin": float(thin),
        "first_day": replay.days[0],
        "last_day": replay.days[1],
    }
    _print(figures)
    if json_file is not None:
        json_file.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")


def _days(told: str, clicks: Clicks) -> tuple[float, float]:
    every = float(clicks.day()[-1])
    if not told:
        return (_WARM_UP if every > _WARM_UP + 1 else min(1.0, every / 2)), every
    first, _, last = told.partition("-")
    try:
        days = float(first), float(last)
    except ValueError:
        raise Problem(f"--days wants two numbers as in 8-12, not {told!r}") from None
    if not 0 <= days[0] < days[1] or days[0] >= every:
        raise Problem(f"--days {told}: the clicks end on day {every:.1f}")
    return days


def _print(figures: dict[str, dict[str, Any]]) -> None:
    out = Console(width=max(Console().width, _WIDTH))
    table = Table(
        Column("read next", no_wrap=True),
        *_COLUMNS,
        "hr@10, 95 %",
        title=f"{figures['also-read']['questions']:,.0f} questions",
    )
    lists = Table("read now", "precision@10", "ndcg@10", title="the next ten minutes' top 10")
    for name, told in figures.items():
        if "mrr@10" in told:
            between = f"{told['hr@10_low']:.3f}–{told['hr@10_high']:.3f}"
            table.add_row(name, *(f"{told[column]:.3f}" for column in _COLUMNS), between)
        elif "precision@10" in told:
            lists.add_row(name, f"{told['precision@10']:.3f}", f"{told['ndcg@10']:.3f}")
    out.print(table)
    out.print(lists)
    union, replay = figures["union"], figures["replay"]
    trying = figures["union, trying"]
    out.print(
        f"A page's {union['places']:.1f} places: {union['hr']:.3f} found, {union['best_hr']:.3f} by as many"
        f" of the best single list; {union['repeats']:.0f} repeats. {trying['hr']:.3f} with what an edition"
        " tries: newcomers in Recommended, and neighbours swapped.",
        highlight=False,
    )
    out.print(
        f"{replay['clicks']:,.0f} clicks; fold {replay['fold_events_s']:,.0f} events/s;"
        f" {replay['seconds']:,.0f} s in all.",
        highlight=False,
    )
