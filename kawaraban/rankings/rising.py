"""Rising: topics and stories read clearly more than is usual for them at this hour.

What is seen fades with a half-life h, so each reading is seen for h / ln 2 seconds on the whole. Such
a count varies half as much as one of whole readings (shot noise), so twice of it is taken for a
Poisson count; and as the usual level is known from so many readings only, the tail is that of a
Poisson distribution whose mean is gamma distributed.
"""

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from kawaraban.rankings import formulas
from kawaraban.rankings.usual import Part

# -log10 of the chance. A hundred topics looked at all day are some 30,000 chances of a false one.
ENTERS, LEAVES = 8.0, 2.5
FEWEST_READERS = 3.0  # of one story: each visitor counts once per story and half hour
FEWEST_STORIES = 2  # a topic with one story is a story
_A_READER = 0.5  # a story seen less than this is not being read
_DAYS_PAST = 24  # hours: without a day's past there is no usual level, and nothing rises
_RARE = 0.5 / 24  # readings an hour, for what was never read before: it is not infinitely surprising
_STEADY = 10.0  # of all readings seen: with fewer, this hour's usual level has as much to say

Key = TypeVar("Key", bound=Hashable)
Asked = TypeVar("Asked", bound=Hashable, contravariant=True)
Read = Sequence[tuple[float, int]]  # (faded readings, story), most read first


class Usually(Protocol[Asked]):
    """What knows the usual level of a kind of things: `usual.Usual`, or `own_past.OwnPast` of stories."""

    hours: int

    def part(self, key: Asked, at: float) -> Part: ...

    def level(self, hour: int) -> int | None: ...


@dataclass(frozen=True)
class Risen(Generic[Key]):
    """`seen` and `usual` are readings an hour at the present pace."""

    key: Key
    surprise: float  # -log10 of the chance to see as many on a usual day
    seen: float
    usual: float
    stories: tuple[int, ...]  # most read first


def rising(
    read: Mapping[Key, Read],
    everything: float,
    half_life: float,
    usual: Usually[Key],
    now: float,
    *,
    before: Collection[Key] = (),
    fewest_stories: int = FEWEST_STORIES,
) -> list[Risen[Key]]:
    """What rises, the most surprising first.

    `read` holds the readings by key, faded with `half_life` (seconds), `everything` those of all
    stories. What rose `before` stays until it is hardly surprising any more, so that no list flickers.
    """
    if usual.hours < _DAYS_PAST:
        return []
    seconds = half_life / math.log(2)
    level = usual.level(int(now // 3600))
    found = []
    for key, stories in read.items():
        seen = sum(count for count, _ in stories)
        if not stories or stories[0][0] < FEWEST_READERS * (0.5 if key in before else 1.0):
            continue
        if sum(count >= _A_READER for count, _ in stories) < fewest_stories:
            continue
        part = usual.part(key, now)
        others = everything - seen
        if level is not None:
            steady = others / (others + _STEADY)
            others = steady * others + (1 - steady) * level * (1 - part.share) * seconds / 3600
        expected = max(part.share / (1 - part.share) * others, _RARE * seconds / 3600)
        surprise = formulas.surprise(2 * seen, 2 * expected, known_from=1 + part.readings)
        if surprise >= (LEAVES if key in before else ENTERS):
            an_hour = 3600 / seconds
            found.append(
                Risen(
                    key,
                    round(min(surprise, 300.0), 2),
                    seen * an_hour,
                    expected * an_hour,
                    tuple(story for count, story in stories if count >= _A_READER),
                )
            )
    found.sort(key=lambda one: (-one.surprise, str(one.key)))
    return found
