"""`kawaraban rebuild`: plates a second on one core, seen from outside as they come into the store.

On a machine that does something else besides, the second figure tells more: plates a second of the time
that the command had a core.
"""

import statistics
import subprocess
import time
from pathlib import Path

from benchmarks import servers
from benchmarks.hot import STORIES
from benchmarks.rig import CannotMeasure, Rig, around
from benchmarks.rows import Row
from benchmarks.servers import worked
from kawaraban.kit.stores import open_store

_LOOKS_EVERY = 0.2  # seconds
_LONGEST = 600.0  # seconds
# Of all plates: before is the start of the command and the search index, after is its end.
_FROM, _UNTIL = 0.1, 0.9


def measure(rig: Rig) -> list[Row]:
    rig.need("taskset")
    var = rig.filled(STORIES)
    found = []
    for number in range(1, min(rig.rounds, 3) + 1):
        rig.say(f"rebuilding, round {number}")
        found.append(_plates_a_second(var))
    return [
        Row(
            "kawaraban rebuild, on one core",
            statistics.median(by_clock for by_clock, _ in found),
            300.0,
            "plates/s",
            more_is_better=True,
            spread=(min(found)[0], max(found)[0]),
            beside=f"{statistics.median(by_core for _, by_core in found):,.0f} a second of the core's own "
            f"time; {STORIES:,} stories, none of them pressed before",
        )
    ]


def _plates_a_second(var: Path) -> tuple[float, float]:
    """By the clock, and by the time the command was at work on its core."""
    for file in var.glob("plates.db*"):
        file.unlink()
    command = ["taskset", "-c", servers.SERVERS_CORE, *servers.kawaraban("rebuild")]
    seen: list[tuple[float, float, int]] = []
    at_work = subprocess.Popen(command, env=around(var), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + _LONGEST
        store = open_store("plates", var)
        while at_work.poll() is None and time.monotonic() < until:
            pressed = sum(1 for _ in store.keys("plate:"))
            if _FROM * STORIES <= pressed <= _UNTIL * STORIES:
                seen.append((time.monotonic(), worked(at_work.pid), pressed))
            time.sleep(_LOOKS_EVERY)
    finally:
        at_work.kill()
        at_work.wait()
    if len(seen) < 2:
        raise CannotMeasure("no plates came into the store")
    (began, worked_before, before), (ended, worked_after, after) = seen[0], seen[-1]
    pressed = after - before
    return pressed / (ended - began), pressed / max(worked_after - worked_before, 0.01)
