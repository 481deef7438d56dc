"""A hot story page with live rails, beside nginx sending the same bytes from a file."""

from pathlib import Path

from benchmarks import publication
from benchmarks.load import requests_a_second
from benchmarks.pairs import Pairs, Side, in_pairs
from benchmarks.rig import House, Rig
from benchmarks.rows import Row
from benchmarks.servers import Nginx, nginx
from benchmarks.visits import fetched

STORIES = 2_000
STORY = publication.path_of(4)
ENCODINGS = {"identity": "uncompressed", "gzip": "gzip"}


def measure(rig: Rig) -> list[Row]:
    program, *_ = rig.need("nginx", "wrk", "taskset")
    var = rig.filled(STORIES)
    with rig.folder() as folder, rig.serving(var, read=STORIES) as house:
        page = fetched(house.base + STORY)
        sizes = keep_as_files(folder, house.base)
        with nginx(folder, program) as peer:
            return [_row(rig, house, peer, encoding, sizes[encoding], page) for encoding in ENCODINGS]


def keep_as_files(folder: Path, base: str) -> dict[str, int]:
    """The story page as it is now, as files for nginx: plain and packed; bytes of each."""
    at = folder / "files" / STORY.strip("/")
    at.mkdir(parents=True)
    pages = {"identity": at / "index.html", "gzip": at / "index.html.gz"}
    for encoding, file in pages.items():
        file.write_bytes(fetched(base + STORY, encoding))
    return {encoding: file.stat().st_size for encoding, file in pages.items()}


def _row(rig: Rig, house: House, peer: Nginx, encoding: str, size: int, page: bytes) -> Row:
    pairs = in_pairs(
        rig,
        f"hot story page, {ENCODINGS[encoding]}",
        story_from(house.base, encoding, house.process.pid),
        story_from(peer.files, encoding, peer.process),
    )
    rails = page.count(b'data-rail="')
    return Row(
        f"hot story page, {rails} live rails, one worker, {ENCODINGS[encoding]}",
        pairs.ratio,
        0.30,
        "of nginx",
        more_is_better=True,
        spread=pairs.spread,
        beside=told(pairs, size),
    )


def story_from(base: str, encoding: str, *servers: int) -> Side:
    return Side(lambda seconds: requests_a_second(base + STORY, encoding, seconds), servers)


def told(pairs: Pairs, size: int) -> str:
    return (
        f"{pairs.ours:,.0f}/s; nginx, a file: {pairs.theirs:,.0f}/s; {size:,} bytes; "
        f"by the servers' own time {pairs.ratio_by_core:.2f}"
    )
