"""Through the printed nginx configuration, beside nginx sending the same bytes from a file."""

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import publication
from benchmarks.hot import ENCODINGS, STORIES, STORY, keep_as_files, story_from, told
from benchmarks.pairs import in_pairs
from benchmarks.rig import CannotMeasure, House, Rig, around, last_line
from benchmarks.rows import Row
from benchmarks.servers import free_port, kawaraban, nginx
from benchmarks.visits import fetched, send_beacon

_LOOKS_EVERY, _NEVER = 0.02, 20.0  # seconds


@dataclass(frozen=True)
class Doors:
    """One nginx with two servers: `files` sends files, `readers` is what `kawaraban config` prints."""

    files: str
    readers: str
    process: int


@contextlib.contextmanager
def opened(folder: Path, program: str, house: House, refetch: int = 0) -> Iterator[Doors]:
    """nginx in front of the house, set up as the house itself prints it."""
    port, refetch = free_port(), refetch or free_port()
    cache = folder / "cache"
    cache.mkdir(mode=0o777)
    cache.chmod(0o777)
    command = kawaraban("config", "nginx", "--server-name", "127.0.0.1", "--cache", str(cache))
    command += ["--upstream", house.base.removeprefix("http://"), "--listen", f"127.0.0.1:{port}"]
    command += ["--refetch", f"127.0.0.1:{refetch}"]
    printed = subprocess.run(command, env=around(house.var), capture_output=True, text=True)
    if printed.returncode:
        raise CannotMeasure(f"kawaraban config nginx: {last_line(printed.stderr)}")
    file = folder / "kawaraban.conf"
    file.write_text(printed.stdout)
    with nginx(folder, program, f"include {file};") as one:
        yield Doors(one.files, f"http://127.0.0.1:{port}", one.process)


def measure(rig: Rig) -> list[Row]:
    program, *_ = rig.need("nginx", "wrk", "taskset")
    var = rig.filled(STORIES)
    with rig.folder() as folder, rig.serving(var, read=STORIES) as house:
        sizes = keep_as_files(folder, house.base)
        with opened(folder, program, house) as doors:
            watch = Watch(doors.readers)
            with watch.kept():
                rows = [_row(rig, house, doors, encoding, sizes[encoding]) for encoding in ENCODINGS]
    if not watch.ages:
        raise CannotMeasure("no reader was seen in a rail while the load ran")
    spread = (min(watch.ages), max(watch.ages))
    oldest = Row(
        "rails through nginx, how old at most, under that load",
        max(watch.ages),
        2.0,
        "s",
        spread=spread,
        beside=f"a reader's opening to every later reader's page, {len(watch.ages)} times",
    )
    return [*rows, oldest]


def _row(rig: Rig, house: House, doors: Doors, encoding: str, size: int) -> Row:
    pairs = in_pairs(
        rig,
        f"through nginx, {ENCODINGS[encoding]}",
        story_from(doors.readers, encoding, doors.process, house.process.pid),
        story_from(doors.files, encoding, doors.process),
    )
    return Row(
        f"hot story page through the printed nginx configuration, {ENCODINGS[encoding]}",
        pairs.ratio,
        0.85,
        "of nginx",
        more_is_better=True,
        spread=pairs.spread,
        beside=told(pairs, size),
    )


@dataclass
class Watch:
    """Opens the most read story as one reader after another, and takes how long the page takes to say so."""

    base: str
    ages: list[float] = field(default_factory=list)  # seconds

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Goes on for as long as the block runs."""
        done = threading.Event()
        watching = threading.Thread(target=self._watch, args=(done,))
        watching.start()
        try:
            yield
        finally:
            done.set()
            watching.join()

    def _watch(self, done: threading.Event) -> None:
        number = 0
        while not done.is_set():
            number += 1
            story = first_of(fetched(self.base + STORY), b"most-read")
            before = said_of(fetched(self.base + STORY), story)
            event = publication.one_reader(story, f"Watch/{time.time()}-{number}")
            began = time.monotonic()
            send_beacon(self.base, *event)
            while time.monotonic() - began < _NEVER:
                if said_of(fetched(self.base + STORY), story) != before:
                    self.ages.append(time.monotonic() - began)
                    break
                time.sleep(_LOOKS_EVERY)
            done.wait(0.3)


def first_of(page: bytes, rail: bytes) -> int:
    """The number of the first story of a rail."""
    after = page.split(b'data-rail="%s"' % rail, 1)[1]
    return int(after.split(b'<li data-story="', 1)[1].split(b'"', 1)[0])


def said_of(page: bytes, story: int) -> bytes:
    """Why the story stands in its rail: how many have read it."""
    after = page.split(b'<li data-story="%d"' % story, 1)
    return after[1].split(b'<p class="reason">', 1)[1].split(b"</p>", 1)[0] if len(after) > 1 else b""
