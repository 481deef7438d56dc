"""Composing all rails of a story's page, with 10,000 and with 1,000,000 stories in the tables.

`python -m benchmarks.composing` measures it alone.
"""

import datetime as dt
import os
import random
import statistics
import time
from typing import TYPE_CHECKING

from rich.console import Console

from benchmarks import rows
from benchmarks.rig import Rig

if TYPE_CHECKING:
    from kawaraban.rails.editions import Edition

FEW, MANY = 10_000, 1_000_000
_PAGES, _SECTIONS, _TOPICS = 200, 20, 300
_OF_A_LINE = 25  # stories of a storyline; every fourth story is in one
_NOW = dt.datetime(2026, 5, 1, 9, 0, tzinfo=dt.UTC)


def measure(rig: Rig) -> list[rows.Found]:
    """Microseconds for one page's rails, median and range of the rounds, the two sizes in turn."""
    import django

    django.setup()
    sizes = (FEW,) if rig.quick else (FEW, MANY)
    made = {}
    for size in sizes:
        rig.say(f"composing: tables of {size:,} stories")
        made[size] = tables(size)
    spent: dict[int, list[float]] = {size: [] for size in sizes}
    for number in range(-1, rig.rounds):
        for size in sizes if number % 2 else sizes[::-1]:
            one = _round(made[size])
            # The first round, not counted, warms both up.
            if number >= 0:
                spent[size].append(one)
    few = statistics.median(spent[FEW])
    return [
        rows.Row(
            f"composing one page's rails, {size:,} stories in the tables",
            statistics.median(one),
            100,
            "µs",
            spread=(min(one), max(one)),
            beside="" if size == FEW else f"{few:.0f} µs with {FEW:,}",
        )
        for size, one in spent.items()
    ]


def tables(size: int) -> "Edition":
    """An edition with as full tables as a busy day has; the newest story has number `size`."""
    from kawaraban.rails.arrangement import Matter, Pin, arranged
    from kawaraban.rails.editions import Catalogue, Edition, Ranking, RisingTopic
    from kawaraban.stories.queries import Card

    chance, now = random.Random(size), _NOW.timestamp()
    sections = [f"section-{number}" for number in range(_SECTIONS)]
    topics = [f"topic-{number}" for number in range(_TOPICS)]
    lines = size // 4 // _OF_A_LINE
    cards = {
        number: Card(
            number, f"/{number}/", "", "港の再開発をめぐる話", "", "", sections[number % _SECTIONS], "社会",
            "#333333", now - 600 * (size - number), now, "", "", (sections[number % _SECTIONS],),
            (topics[number % _TOPICS],), (), f"line-{number // 4 % lines}" if number % 4 == 0 else "", 1,
        )
        for number in range(size, 0, -1)
    }  # fmt: skip
    newest = {"": tuple(cards)} | {
        section: tuple(number for number in cards if number % _SECTIONS == at)
        for at, section in enumerate(sections)
    }
    near = {number: chance.sample(range(size - 5000, size), 60) for number in _pages(size)}
    weighed = {
        number: tuple((story, 1 / place) for place, story in enumerate(of, start=1))
        for number, of in near.items()
    }
    return Edition(
        as_of=now,
        catalogue=Catalogue(
            cards=cards,
            newest=newest,
            newest_on_topics=newest[""][:200],
            alike={number: row[30:] for number, row in weighed.items()},
            storylines={
                f"line-{line}": tuple(range(4 * (line or lines), size + 1, 4 * lines))
                for line in range(lines)
            },
            topics={slug: slug for slug in topics},
        ),
        rankings={
            section: Ranking(of[:200], tuple(range(200, 0, -1)), 9000, 900.0)
            for section, of in newest.items()
        },
        also_read={number: row[:30] for number, row in weighed.items()},
        pool={
            section: tuple((number, 0.5, 0.5 - place / 200) for place, number in enumerate(of[:60]))
            for section, of in newest.items()
        },
        rising=tuple(RisingTopic(slug, 9.0, newest[""][at : at + 10]) for at, slug in enumerate(topics[:20])),
        arranged=arranged(
            [Pin(size - 50), Pin(size - 51, section=sections[0])],
            [(Matter(topic=topics[1]), Matter(topic=topics[2]))],
            now,
        ),
        number=1,
    )


def _pages(size: int) -> range:
    return range(size - _PAGES + 1, size + 1)


def _round(edition: "Edition") -> float:
    """Microseconds of processor time for a page, over all pages once."""
    from kawaraban.rails.compose import PageSlots, compose

    size = max(edition.catalogue.newest[""][:1])
    pages = [PageSlots("story", number, edition.cards[number].section, (number,)) for number in _pages(size)]
    began = time.process_time()
    for page in pages:
        compose(edition, page, _NOW)
    return 1e6 * (time.process_time() - began) / len(pages)


if __name__ == "__main__":
    rows.show(measure(Rig(7, 1, False, True, say=print)), Console(), os.getloadavg()[0])
