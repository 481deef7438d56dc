"""Load on the load's core: wrk for what can be reached, k6 for how long answers take at a given rate.

Only ever sent to this machine (`_own`).
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from benchmarks.servers import LOAD_CORE

_FIGURE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_ANSWERS = re.compile(r"(\d+) requests in")
_NO_PAGES = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_TROUBLE = re.compile(r"Socket errors: .*")
# Of all answers: an overloaded server may turn some away, and is measured by those it serves.
_MOST_TURNED_AWAY = 0.05
_HERE = Path(__file__).parent
K6 = Path(sys.executable).with_name("k6")
_READERS, _COMES_AFTER = 500, 3  # connections of h2load, and milliseconds between two of them


class WrongAnswers(Exception):
    """Some answers were not the page, so the figure says nothing."""


def requests_a_second(
    url: str, encoding: str, seconds: int, *, paths: Path | None = None, offset: int = 0
) -> float:
    """Pages a second that wrk gets over 32 connections; those of a file's paths in turn, if given.

    `offset` says with which of them to begin. Raises WrongAnswers if too many answers were no pages.
    """
    command = ["taskset", "-c", LOAD_CORE, "wrk", "-t1", "-c32", f"-d{seconds}", "--timeout", "10"]
    if encoding != "identity":
        command += ["-H", f"Accept-Encoding: {encoding}"]
    if paths is not None:
        command += ["-s", str(_HERE / "each.lua")]
    env = {**os.environ, "PATHS": str(paths), "OFFSET": str(offset)}
    done = subprocess.run([*command, _own(url)], capture_output=True, text=True, check=True, env=env)
    if trouble := _TROUBLE.search(done.stdout):
        raise WrongAnswers(f"{url}: {trouble[0]}")
    answers, figure = _ANSWERS.search(done.stdout), _FIGURE.search(done.stdout)
    if answers is None or figure is None or not int(answers[1]):
        raise WrongAnswers(f"no answer at all:\n{done.stdout}")
    no_pages = _NO_PAGES.search(done.stdout)
    turned_away = int(no_pages[1]) / int(answers[1]) if no_pages else 0.0
    if turned_away > _MOST_TURNED_AWAY:
        raise WrongAnswers(f"{url}: {turned_away:.0%} of the answers were no pages")
    return float(figure[1]) * (1 - turned_away)


@dataclass(frozen=True)
class Stream:
    """Requests for one page at rates that do not wait for answers: (requests/s, seconds), in turn."""

    name: str
    url: str
    rates: Sequence[tuple[int, int]]
    encoding: str = "gzip"


@dataclass(frozen=True)
class Told:
    """What k6 says of a stream's last rate."""

    requests: int
    failed: int  # no answer, or not 200
    not_sent: int  # k6 could not keep the rate
    median: float  # ms
    p99: float  # ms


def open_loop(streams: Sequence[Stream]) -> Mapping[str, Told]:
    """Runs all streams at once under k6; what it says of each by name."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "told.json"
        scenarios = {name: one for stream in streams for name, one in _scenarios(stream)}
        script = str(_HERE / "open_loop.js")
        env = {**os.environ, "SCENARIOS": json.dumps(scenarios), "TOLD": str(file)}
        subprocess.run(
            [
                "taskset",
                "-c",
                LOAD_CORE,
                str(K6),
                "run",
                "--quiet",
                "--no-usage-report",
                "--address",
                "",
                script,
            ],
            env=env,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        metrics = json.loads(file.read_text("utf-8"))["metrics"]
    return {stream.name: _told(metrics, f"{stream.name}_{len(stream.rates) - 1}") for stream in streams}


def _scenarios(stream: Stream) -> list[tuple[str, dict[str, Any]]]:
    found, begins = [], 0
    for number, (rate, seconds) in enumerate(stream.rates):
        found.append(
            (
                f"{stream.name}_{number}",
                {
                    "executor": "constant-arrival-rate",
                    "rate": rate,
                    "timeUnit": "1s",
                    "duration": f"{seconds}s",
                    "startTime": f"{begins}s",
                    # Each is a reader with a connection: enough for answers that take a second.
                    "preAllocatedVUs": max(10, min(rate // 10, 300)),
                    "maxVUs": max(20, min(rate, 1000)),
                    "gracefulStop": "5s",
                    "env": {"URL": _own(stream.url), "ENCODING": stream.encoding},
                },
            )
        )
        begins += seconds
    return found


def paced(url: str, rate: int, seconds: int, readers: int = _READERS) -> Told:
    """The same by h2load, which sends more from one core: a connection for each reader, at its own pace.

    They come one after the other, so that they do not all ask at the same moment; what was asked until twice
    as long had passed, and in the last second, when the first are done, is left out. A reader who still waits
    sends late, and that is not counted as waiting: only standstills longer than `readers` / `rate` seconds
    look shorter than they are. Raises ValueError where `seconds` are too few for all of it.
    """
    first, last = 2 * readers * _COMES_AFTER / 1000, seconds - 1
    if last <= first:
        raise ValueError(f"{seconds} s are too short for {readers} readers to come")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        subprocess.run(
            [
                *("taskset", "-c", LOAD_CORE, "h2load", "--h1", f"--clients={readers}"),
                *("--rate=1", f"--rate-period={_COMES_AFTER}ms", f"--rps={rate / readers}"),
                *(f"--requests={rate * seconds}", f"--log-file={log}"),
                *("--header=accept-encoding: gzip", _own(url)),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        answers = np.loadtxt(log, dtype=np.int64, ndmin=2)  # begun (µs), status, took (µs)
    begun = (answers[:, 0] - answers[:, 0].min()) / 1e6
    answers = answers[(begun > first) & (begun < last)]
    took = answers[:, 2] / 1000
    return Told(
        requests=len(answers),
        failed=int((answers[:, 1] != 200).sum()),
        not_sent=max(0, int(rate * (last - first)) - len(answers)),
        median=float(np.median(took)),
        p99=float(np.percentile(took, 99)),
    )


def _told(metrics: Mapping[str, Any], scenario: str) -> Told:
    def of(metric: str) -> Mapping[str, float]:
        values: Mapping[str, float] = metrics.get(f"{metric}{{scenario:{scenario}}}", {}).get("values", {})
        return values

    took, failed = of("http_req_duration"), of("http_req_failed")
    return Told(
        requests=int(of("http_reqs").get("count", 0)),
        failed=int(failed.get("passes", 0)),  # of the question "did it fail?"
        not_sent=int(of("dropped_iterations").get("count", 0)),
        median=took.get("med", float("nan")),
        p99=took.get("p(99)", float("nan")),
    )


def _own(url: str) -> str:
    if urlsplit(url).hostname != "127.0.0.1":
        raise ValueError(f"{url} is not this machine.")
    return url
