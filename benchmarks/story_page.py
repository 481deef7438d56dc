"""A hot story page with live rails, beside nginx sending the same bytes from a file."""

import argparse
import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import publication, rig

ENCODINGS = {"identity": "uncompressed", "gzip": "gzip"}
STORY = "/section-5/story-4/"


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--rounds", type=int, default=5, help="pairs of measurements for each encoding")
    told.add_argument("--seconds", type=int, default=4, help="of each measurement")
    asked = told.parse_args()
    rig.need("nginx", "wrk", "taskset")
    with tempfile.TemporaryDirectory(prefix="kawaraban-bench-") as folder:
        # nginx's worker gives up root's rights, and must still be able to read its files.
        Path(folder).chmod(0o755)
        _measure(Path(folder), asked.rounds, asked.seconds)


def _measure(folder: Path, rounds: int, seconds: int) -> None:
    say = Console(stderr=True)
    say.print(f"A publication of {publication.STORIES} stories …")
    _set_up(folder / "var")
    ours, theirs = rig.free_port(), rig.free_port()
    base = f"http://127.0.0.1:{ours}"
    command = Path(sys.executable).with_name("kawaraban")
    serve = [str(command), "serve", "--port", str(ours)]
    with rig.running(serve, ours, {"KAWARABAN_VAR": str(folder / "var")}):
        for agent, beacon in publication.readers_events():
            rig.send_beacon(base, agent, beacon)
        time.sleep(2)
        files = folder / "files"
        (files / STORY.strip("/")).mkdir(parents=True)
        page = files / STORY.strip("/") / "index.html"
        page.write_bytes(rig.fetched(base + STORY))
        page.with_name("index.html.gz").write_bytes(rig.fetched(base + STORY, "gzip"))
        sizes = {"identity": page.stat().st_size, "gzip": page.with_name("index.html.gz").stat().st_size}
        with rig.nginx(folder, theirs):
            say.print(f"{rounds} rounds, {2 * seconds} s each, for each of {len(ENCODINGS)} encodings …")
            peer = f"http://127.0.0.1:{theirs}"
            pairs = {one: _pairs(base, peer, one, rounds, seconds) for one in ENCODINGS}
    _print(pairs, sizes, page.read_bytes().count(b'data-rail="'))


def _set_up(var: Path) -> None:
    os.environ["KAWARABAN_VAR"] = str(var)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kawaraban.config.settings.embedded"
    var.mkdir()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    publication.publish_all(dt.datetime.now(dt.UTC))
    connections.close_all()


def _pairs(ours: str, theirs: str, encoding: str, rounds: int, seconds: int) -> list[tuple[float, float]]:
    """(ours, nginx's) for each round; who begins alternates, so that neither has the warmer machine."""
    pairs = []
    for number in range(-1, rounds):
        order = [ours, theirs] if number % 2 else [theirs, ours]
        # The first round, not counted, warms both up.
        reached = {
            base: rig.requests_a_second(base + STORY, encoding, seconds if number >= 0 else 1)
            for base in order
        }
        if number >= 0:
            pairs.append((reached[ours], reached[theirs]))
    return pairs


def _print(pairs: dict[str, list[tuple[float, float]]], sizes: dict[str, int], rails: int) -> None:
    table = Table(title=f"Hot story page, {rails} live rails, one worker, wrk -c32; requests/s")
    for heading in ("page", "bytes", "kawaraban serve", "nginx, a file", "ratio", "range"):
        table.add_column(heading, justify="left" if heading == "page" else "right")
    for encoding, found in pairs.items():
        ratios = [ours / theirs for ours, theirs in found]
        table.add_row(
            ENCODINGS[encoding],
            f"{sizes[encoding]:,}",
            f"{statistics.median(ours for ours, _ in found):,.0f}",
            f"{statistics.median(theirs for _, theirs in found):,.0f}",
            f"{statistics.median(ratios):.2f}",
            f"{min(ratios):.2f}–{max(ratios):.2f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
