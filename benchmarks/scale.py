"""From 10,000 to 1,000,000 stories: how much slower each kind of page becomes, and a worker's memory."""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import publication
from benchmarks.cold import shuffled
from benchmarks.load import requests_a_second
from benchmarks.rig import CannotMeasure, Rig
from benchmarks.rows import Row
from benchmarks.servers import worked_by_all

FEW, MANY = 10_000, 1_000_000
# Plates of so many are in the store; an archive's others are pressed when they are asked for.
_PRESSED, _FEWER = 10_000, 2_000
_PAGES = {"hot story": publication.path_of(4), "front": "/", "section": "/section-1/"}
_COLD = "cold story"


def measure(rig: Rig) -> list[Row]:
    rig.need("wrk", "taskset")
    if not rig.long:
        raise CannotMeasure("takes many minutes and some 20 GB: python -m benchmarks --long --only scale")
    pressed = _FEWER if rig.quick else _PRESSED
    folders = {stories: rig.filled(stories, press=pressed) for stories in (FEW, MANY)}
    rounds, memory = [], []
    with rig.folder() as folder:
        paths = folder / "paths"
        paths.write_text("\n".join(shuffled(pressed)) + "\n")
        for number in range(1, rig.rounds + 1):
            rig.say(f"{FEW:,} and {MANY:,} stories, round {number} of {rig.rounds}")
            offset = (number - 1) * pressed // rig.rounds
            few, _ = _round(rig, folders[FEW], paths, offset)
            many, taken = _round(rig, folders[MANY], paths, offset)
            rounds.append((few, many))
            memory.append(taken)
    most = Row(
        f"resident memory of a worker at {MANY:,} stories",
        max(memory),
        400.0,
        "MB",
        spread=(min(memory), max(memory)),
    )
    return [*(_row(page, rounds) for page in [*_PAGES, _COLD]), most]


def _row(page: str, rounds: Sequence[tuple[Mapping[str, float], Mapping[str, float]]]) -> Row:
    slower = [few[page] / many[page] for few, many in rounds]
    few, many = (statistics.median(one[side][page] for one in rounds) for side in (0, 1))
    return Row(
        f"{FEW:,} to {MANY:,} stories: {page}",
        statistics.median(slower),
        1.3,
        "times slower",
        spread=(min(slower), max(slower)),
        beside=f"{many:,.0f}/s; of {FEW:,}: {few:,.0f}/s, gzip",
    )


def _round(rig: Rig, var: Path, paths: Path, offset: int) -> tuple[dict[str, float], float]:
    """Requests/s of each page, and the worker's memory in MB after all of them."""
    with rig.serving(var, read=FEW) as house:
        before = worked_by_all(house.process.pid)
        reached = {_COLD: requests_a_second(house.base, "gzip", rig.seconds, paths=paths, offset=offset)}
        for name, path in _PAGES.items():
            requests_a_second(house.base + path, "gzip", 1)
            reached[name] = requests_a_second(house.base + path, "gzip", rig.seconds)
        after = worked_by_all(house.process.pid)
        # The worker is the process that the load kept busy.
        worker = max(after, key=lambda pid: after[pid] - before.get(pid, 0))
        return reached, _resident(worker)


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    raise CannotMeasure(f"process {pid} is gone")
