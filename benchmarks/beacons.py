"""Beacons acknowledged when they are on the disk, over 512 connections, beside what the disk can sync.

Each in a message of its own, and as browsers send them: a view, then what a page tells when it is left.
"""

import contextlib
import json
import os
import sqlite3
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import publication, servers
from benchmarks.hot import STORIES
from benchmarks.rig import CannotMeasure, Rig, around
from benchmarks.rows import Row

CONNECTIONS = 512
_HERE = Path(__file__).parent
_IN_A_MESSAGE = 7  # events at most: see beacons.lua
_SYNCED_FOR, _WARM_WITHIN = 1.0, 60.0  # seconds


@dataclass(frozen=True)
class _Run:
    """What wrk saw in one run; `syncs` is how often the disk syncs 4 kB in a second, just before."""

    kept: int
    some: int  # of the events of a batch some were kept, others refused as crowded
    full: int  # refused: this network has added to the story all that it may
    away: int  # refused: overloaded
    other: int
    seconds: float
    p50: float  # ms
    p99: float
    syncs: float
    events: int  # acknowledged, or in the log where messages hold several


def measure(rig: Rig) -> list[Row]:
    rig.need("wrk", "taskset")
    var = rig.filled(STORIES)
    port = servers.free_port()
    # Readers of the open internet behind a proxy: so that every step is taken.
    env = {**around(var), "PUBLIC_URL": "https://news.example", "TRUSTED_PROXY": "127.0.0.1"}
    env["DJANGO_SETTINGS_MODULE"] = "kawaraban.config.settings.embedded"
    with servers.running(servers.kawaraban("serve", "--port", str(port)), port, env):
        rig.say("beacons, warming up")
        _warm_up(f"http://127.0.0.1:{port}")
        alone, as_pages = list[_Run](), list[_Run]()
        for number in range(1, rig.rounds + 1):
            rig.say(f"beacons, {number} of {rig.rounds}")
            alone.append(_run(f"http://127.0.0.1:{port}", var, rig.seconds))
            as_pages.append(_run(f"http://127.0.0.1:{port}", var, rig.seconds, as_pages=True))
    what = "beacons acknowledged durable, 512 connections"
    return [*_rows(what, alone), *_rows(f"{what}, as pages send them", as_pages)]


def _rows(what: str, runs: list[_Run]) -> list[Row]:
    rates = [run.events / run.seconds for run in runs]
    slow = [run.p99 for run in runs]
    messages = statistics.median((run.kept + run.some) / run.seconds for run in runs)
    beside = f"disk: {statistics.median(run.syncs for run in runs):,.0f} fsyncs/s"
    note = (
        f"{messages:,.0f} messages/s, p50 {statistics.median(run.p50 for run in runs):.0f} ms; refused as"
        f" crowded {sum(run.full for run in runs):,}, in part {sum(run.some for run in runs):,}, overloaded"
        f" {sum(run.away for run in runs):,}; none lost"
    )
    spread, slow_spread = (min(rates), max(rates)), (min(slow), max(slow))
    return [
        Row(what, statistics.median(rates), 10_000, "/s", True, spread, beside, note),
        Row(f"{what}, p99", statistics.median(slow), 100, "ms", False, slow_spread, beside),
    ]


def _warm_up(url: str) -> None:
    """Until every story is known by the edition: a flood of others is refused."""
    until = time.monotonic() + _WARM_WITHIN
    while (told := _sent(url, 1))["other"] or not told["kept"]:
        if time.monotonic() > until:
            raise CannotMeasure(f"no edition of all stories within {_WARM_WITHIN:.0f} s")
        time.sleep(1)


def _sent(url: str, seconds: int, as_pages: bool = False) -> dict[str, Any]:
    command = ["taskset", "-c", servers.LOAD_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}"]
    stories = {"STORIES": str(STORIES), "FIRST": str(publication.FIRST)}
    env = {**os.environ, **stories, "BEGAN": str(int(time.time() * 1000)), "AS_PAGES": str(int(as_pages))}
    script = str(_HERE / "beacons.lua")
    done = subprocess.run(
        [*command, "--timeout", "10", "-s", script, url], capture_output=True, text=True, check=True, env=env
    )
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def _run(url: str, var: Path, seconds: int, as_pages: bool = False) -> _Run:
    if urlsplit(url).hostname != "127.0.0.1":
        raise ValueError(f"{url} is not this machine.")
    syncs, before = _syncs_a_second(var), _events(var)
    told = _sent(url, seconds, as_pages)
    there = _events(var) - before
    run = _Run(**told, syncs=syncs, events=there if as_pages else told["kept"])
    # What was under way when wrk stopped is there and was not acknowledged to anybody; and a message in
    # which pages tell much holds several.
    most = (run.kept + run.some + CONNECTIONS) * (_IN_A_MESSAGE if as_pages else 1)
    if run.other or not run.kept <= there <= most:
        raise CannotMeasure(f"{run.kept} acknowledged, {run.other} wrong answers, {there} in the log")
    return run


def _events(var: Path) -> int:
    with contextlib.closing(sqlite3.connect(var / "audience.db")) as log:
        return int(log.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0])


def _syncs_a_second(folder: Path) -> float:
    trial, times = folder / "sync-trial", 0
    began = time.monotonic()
    with trial.open("wb", buffering=0) as file:
        while time.monotonic() - began < _SYNCED_FOR:
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            times += 1
    trial.unlink()
    return times / _SYNCED_FOR
