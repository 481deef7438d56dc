"""20,000 different story pages, each asked for once: plates in the store, nothing in memory."""

import random
from pathlib import Path

from benchmarks import publication
from benchmarks.load import requests_a_second
from benchmarks.pairs import Pairs, Side, reached_by
from benchmarks.rig import House, Rig
from benchmarks.rows import Row

STORIES, FEWER = 20_000, 2_000


def measure(rig: Rig) -> list[Row]:
    rig.need("wrk", "taskset")
    stories = FEWER if rig.quick else STORIES
    pairs = cold_beside_hot(rig, rig.filled(stories, press=stories), stories)
    return [
        Row(
            f"{stories:,} different story pages at random, warm store, cold memory",
            pairs.ratio,
            0.25,
            "of hot",
            more_is_better=True,
            spread=pairs.spread,
            beside=f"{pairs.ours:,.0f}/s; hot: {pairs.theirs:,.0f}/s, gzip; "
            f"by the server's own time {pairs.ratio_by_core:.2f}",
        )
    ]


def cold_beside_hot(rig: Rig, var: Path, stories: int) -> Pairs:
    """Each round has a server of its own, so that its memory is cold; the hot page comes after."""
    found = []
    with rig.folder() as folder:
        paths = folder / "paths"
        paths.write_text("\n".join(shuffled(stories)) + "\n")
        for number in range(1, rig.rounds + 1):
            with rig.serving(var, read=stories) as house:
                _warmed(var / "plates.db")
                rig.say(f"cold pages, round {number} of {rig.rounds}")
                begin = (number - 1) * stories // rig.rounds
                cold = reached_by(_each(house, paths, begin), rig.seconds)
                reached_by(_one(house), 1)
                found.append((cold, reached_by(_one(house), rig.seconds)))
    return Pairs(found)


def _warmed(store: Path) -> None:
    """Has the kernel hold the file in memory: it may have given up what nobody read for a while."""
    with store.open("rb") as file:
        while file.read(1 << 20):
            pass


def _each(house: House, paths: Path, begin: int) -> Side:
    def measure(seconds: int) -> float:
        return requests_a_second(house.base, "gzip", seconds, paths=paths, offset=begin)

    return Side(measure, (house.process.pid,))


def _one(house: House) -> Side:
    hot = house.base + publication.path_of(4)
    return Side(lambda seconds: requests_a_second(hot, "gzip", seconds), (house.process.pid,))


def shuffled(stories: int) -> list[str]:
    """The archive's addresses, the same order in every run."""
    numbers = list(range(1, stories + 1))
    random.Random(7).shuffle(numbers)
    return [publication.path_of(number) for number in numbers]
