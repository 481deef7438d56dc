"""Rising: topics read clearly more than is usual for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kawaraban.rankings import formulas

# A chance of one in ten thousand on a usual day: with a few hundred topics a false one is rare.
SURPRISING = 4.0
FEWEST_READINGS = 5.0
_DAYS = 7.0
# A topic that was never read before is not infinitely surprising: it is taken for this rare.
_RARE = 0.5  # readings a day


@dataclass(frozen=True)
class Risen:
    topic: str  # slug
    surprise: float
    stories: tuple[int, ...]  # most read first


def rising(
    topics: Mapping[str, Iterable[int]],
    of_the_hour: Mapping[int, float],
    of_the_week: Mapping[int, int],
    hours_known: float,
) -> list[Risen]:
    """Topics above their own usual level, most surprising first.

    `topics` holds each topic's stories; `of_the_hour` readings that count half after an hour,
    `of_the_week` plain readings. `hours_known` is how long readers have been counted at all: without
    a day's past there is no usual level, and nothing rises.
    """
    if hours_known < 24:
        return []
    days = min(_DAYS, hours_known / 24)
    found = []
    for slug, stories in topics.items():
        read = sorted(((of_the_hour.get(one, 0.0), one) for one in stories), reverse=True)
        seen = sum(count for count, _ in read)
        if seen < FEWEST_READINGS:
            continue
        a_day = max(sum(of_the_week.get(story, 0) for _, story in read) / days, _RARE)
        # What counts half after an hour adds up to 1/ln 2 hours of readings.
        usual = a_day / 24 / 0.6931
        surprise = formulas.surprise(seen, usual)
        if surprise >= SURPRISING:
            found.append(Risen(slug, min(surprise, 300.0), tuple(story for count, story in read if count)))
    found.sort(key=lambda one: (-one.surprise, one.topic))
    return found
