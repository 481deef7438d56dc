"""How long answers take at half of capacity, asked for at a constant rate that waits for nobody."""

import statistics

from benchmarks.hot import STORIES, STORY, keep_as_files
from benchmarks.load import K6, Stream, open_loop, requests_a_second
from benchmarks.rig import CannotMeasure, Rig
from benchmarks.rows import Row
from benchmarks.servers import nginx


def measure(rig: Rig) -> list[Row]:
    program, *_ = rig.need("nginx", "wrk", "taskset")
    if not K6.exists():
        raise CannotMeasure("k6 is missing: rm .venv/ready-to-work, then make again")
    with rig.folder() as folder, rig.serving(rig.filled(STORIES), read=STORIES) as house:
        keep_as_files(folder, house.base)
        url = house.base + STORY
        rig.say("capacity")
        capacity = statistics.median(requests_a_second(url, "gzip", rig.seconds) for _ in range(3))
        rate = int(capacity / 2)
        told = []
        with nginx(folder, program) as files:
            for number in range(1, rig.rounds + 1):
                rig.say(f"{rate:,} requests/s, round {number} of {rig.rounds}")
                told.append(open_loop([Stream("half", url, [(rate, 3 * rig.seconds)])])["half"])
            rig.say("the same rate, a file of nginx")
            peer = open_loop([Stream("file", files.files + STORY, [(rate, 3 * rig.seconds)])])["file"]
    sent = sum(one.requests for one in told) / (rig.rounds * 3 * rig.seconds)
    late = "" if sent > 0.98 * rate else f"; k6 on its core sent no more than {sent:,.0f}/s"
    failed = sum(one.failed for one in told)
    return [
        Row(
            "p99 at half of capacity, open loop",
            statistics.median(one.p99 for one in told),
            5.0,
            "ms",
            spread=(min(one.p99 for one in told), max(one.p99 for one in told)),
            beside=f"{rate:,}/s of {capacity:,.0f}/s, gzip; median "
            f"{statistics.median(one.median for one in told):.1f} ms; {failed} failed{late}; "
            f"nginx, a file, at that rate: p99 {peer.p99:.1f} ms, median {peer.median:.1f} ms",
        )
    ]
