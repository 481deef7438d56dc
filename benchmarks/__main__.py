"""`make bench`: every figure to reach, with what was reached, as one table and in var/bench.json."""

import argparse
import importlib
import os
from pathlib import Path

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import rows
from benchmarks.rig import Rig

# Each is a module of that name with `measure(rig)`.
MEASUREMENTS = {
    "hot": "hot story page",
    "cold": "story pages out of the store",
    "front_door": "hot story page through nginx",
    "open_loop": "p99 at half of capacity",
    "spike": "a breaking story",
    "scale": "10,000 to 1,000,000 stories",
    "rebuild": "kawaraban rebuild",
    "composing": "composing a page's rails",
    "fold": "the fold",
    "publishing": "publish in the newsroom to changed for a reader",
    "beacons": "beacons acknowledged durable",
    "start": "kawaraban serve, start to first 200",
    "wire": "story page on the wire",
    "lighthouse_scores": "Lighthouse mobile",
    "likeness": "likeness of text",
    "topics": "rising topics",
}
_KEPT = Path("var/bench.json")
_WIDE = 150  # characters, where no terminal says how wide it is


def main() -> None:
    told = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    told.add_argument("--only", metavar="NAME,…", help=f"some of: {', '.join(MEASUREMENTS)}")
    told.add_argument("--quick", action="store_true", help="short and rough, to see that all works")
    told.add_argument("--long", action="store_true", help="also what takes many minutes to prepare")
    told.add_argument("--rounds", type=int, help="repetitions of each measurement")
    told.add_argument("--seconds", type=int, help="of each")
    asked = told.parse_args()
    names = asked.only.split(",") if asked.only else list(MEASUREMENTS)
    if unknown := set(names) - set(MEASUREMENTS):
        told.error(f"{', '.join(sorted(unknown))}: not one of {', '.join(MEASUREMENTS)}")
    rounds = asked.rounds or (1 if asked.quick else 5)
    seconds = asked.seconds or (2 if asked.quick else 4)
    found: list[rows.Found] = []
    load = os.getloadavg()[0]
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(names))
        rig = Rig(
            rounds,
            seconds,
            asked.quick,
            asked.long,
            say=lambda what: progress.update(task, description=what),
        )
        for name in names:
            found += _measured(name, rig)
            progress.advance(task)
            rows.keep(found, _KEPT, load)
    out = Console()
    rows.show(found, out if out.is_terminal else Console(width=_WIDE), load)


def _measured(name: str, rig: Rig) -> list[rows.Found]:
    rig.say(name)
    try:
        measured: list[rows.Found] = importlib.import_module(f"benchmarks.{name}").measure(rig)
    except Exception as why:  # one that fails costs none of the others
        return [rows.Missing(MEASUREMENTS[name], f"{type(why).__name__}: {why}")]
    return measured


if __name__ == "__main__":
    main()
