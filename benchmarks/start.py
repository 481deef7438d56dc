"""From `kawaraban serve` to the first 200."""

import contextlib
import statistics
import time
import urllib.request

from benchmarks import servers
from benchmarks.hot import STORIES
from benchmarks.rig import Rig, around
from benchmarks.rows import Row

_LOOKS_EVERY = 0.01  # seconds


def measure(rig: Rig) -> list[Row]:
    rig.need("taskset")
    var = rig.filled(STORIES)
    found = []
    for number in range(2 * rig.rounds):
        rig.say(f"start {number + 1} of {2 * rig.rounds}")
        port = servers.free_port()
        began = time.monotonic()
        with servers.running(servers.kawaraban("serve", "--port", str(port)), port, around(var)):
            while not _answers(f"http://127.0.0.1:{port}/"):
                time.sleep(_LOOKS_EVERY)
            found.append(time.monotonic() - began)
    return [
        Row(
            "kawaraban serve, start to first 200",
            statistics.median(found),
            2.0,
            "s",
            spread=(min(found), max(found)),
            beside=f"{len(found)} starts on one core, newsroom and all",
        )
    ]


def _answers(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=10) as answer:
        return bool(answer.status == 200)
    return False
