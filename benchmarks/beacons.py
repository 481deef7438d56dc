"""Beacons acknowledged when they are on the disk, over 512 connections, beside what the disk can sync."""

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
_SYNCED_FOR, _WARM_WITHIN = 1.0, 60.0  # seconds


@dataclass(frozen=True)
class _Run:
    """What wrk saw in one run; `syncs` is how often the disk syncs 4 kB in a second, just before."""

    kept: int
    full: int  # refused: this network has added to the story all that it may
    away: int  # refused: overloaded
    other: int
    seconds: float
    p50: float  # ms
    p99: float
    syncs: float


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
        runs = []
        for number in range(1, rig.rounds + 1):
            rig.say(f"beacons, {number} of {rig.rounds}")
            runs.append(_run(f"http://127.0.0.1:{port}", var, rig.seconds))
    rates = [run.kept / run.seconds for run in runs]
    slow = [run.p99 for run in runs]
    beside = f"disk: {statistics.median(run.syncs for run in runs):,.0f} fsyncs/s"
    note = (
        f"p50 {statistics.median(run.p50 for run in runs):.0f} ms; refused as crowded"
        f" {sum(run.full for run in runs):,}, overloaded {sum(run.away for run in runs):,}; none lost"
    )
    spread, slow_spread = (min(rates), max(rates)), (min(slow), max(slow))
    what = "beacons acknowledged durable, 512 connections"
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


def _sent(url: str, seconds: int) -> dict[str, Any]:
    command = ["taskset", "-c", servers.LOAD_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}"]
    stories = {"STORIES": str(STORIES), "FIRST": str(publication.FIRST)}
    env = {**os.environ, **stories, "BEGAN": str(int(time.time() * 1000))}
    script = str(_HERE / "beacons.lua")
    done = subprocess.run(
        [*command, "--timeout", "10", "-s", script, url], capture_output=True, text=True, check=True, env=env
    )
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def _run(url: str, var: Path, seconds: int) -> _Run:
    if urlsplit(url).hostname != "127.0.0.1":
        raise ValueError(f"{url} is not this machine.")
    syncs, before = _syncs_a_second(var), _events(var)
    run = _Run(**_sent(url, seconds), syncs=syncs)
    there = _events(var) - before
    # What was under way when wrk stopped is there and was not acknowledged to anybody.
    if run.other or not run.kept <= there <= run.kept + CONNECTIONS:
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
