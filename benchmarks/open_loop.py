"""How long answers take at half of capacity, asked for at a constant rate that waits for nobody."""

import statistics

from benchmarks.hot import STORIES, STORY, keep_as_files
from benchmarks.load import K6, Stream, Told, open_loop, paced, requests_a_second
from benchmarks.rig import CannotMeasure, Rig
from benchmarks.rows import Row
from benchmarks.servers import nginx

_LONGER = 4  # times a round's seconds: readers come one after the other, and that is left out


def measure(rig: Rig) -> list[Row]:
    program, *_ = rig.need("nginx", "wrk", "h2load", "taskset")
    if not K6.exists():
        raise CannotMeasure("k6 is missing: rm .venv/ready-to-work, then make again")
    with rig.folder() as folder, rig.serving(rig.filled(STORIES), read=STORIES) as house:
        keep_as_files(folder, house.base)
        url, seconds = house.base + STORY, max(8, _LONGER * rig.seconds)
        rig.say("capacity")
        capacity = statistics.median(requests_a_second(url, "gzip", rig.seconds) for _ in range(3))
        rate = int(capacity / 2)

        def by_k6(url: str) -> Told:
            return open_loop([Stream("half", url, [(rate, seconds)])])["half"]

        def by_h2load(url: str) -> Told:
            return paced(url, rate, seconds)

        rows = []
        with nginx(folder, program) as files:
            for sender, sent_by in (("k6", by_k6), ("h2load", by_h2load)):
                told = []
                for number in range(1, rig.rounds + 1):
                    rig.say(f"{rate:,} requests/s by {sender}, round {number} of {rig.rounds}")
                    told.append(sent_by(url))
                rig.say(f"the same rate by {sender}, a file of nginx")
                rows.append(
                    _row(sender, told, sent_by(files.files + STORY), f"{rate:,}/s of {capacity:,.0f}/s")
                )
    return rows


def _row(sender: str, told: list[Told], file: Told, of: str) -> Row:
    asked = sum(one.requests + one.not_sent for one in told)
    not_sent = sum(one.not_sent for one in told) / asked
    late = f"; {sender} on its core could not send {not_sent:.0%}" if not_sent > 0.02 else ""
    return Row(
        f"p99 at half of capacity, open loop by {sender}",
        statistics.median(one.p99 for one in told),
        5.0,
        "ms",
        spread=(min(one.p99 for one in told), max(one.p99 for one in told)),
        beside=f"{of}, gzip; median {statistics.median(one.median for one in told):.1f} ms; "
        f"{sum(one.failed for one in told)} failed{late}; "
        f"nginx, a file, at that rate: p99 {file.p99:.1f} ms, median {file.median:.1f} ms",
    )
