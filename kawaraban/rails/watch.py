"""Watches what rises, each time the tables are made: what is read now against what is usual."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping

from kawaraban.rails.editions import Catalogue, RisingTopic
from kawaraban.rankings.rising import rising
from kawaraban.rankings.usual import WEEK, Usual
from kawaraban.stories.queries import Card

_LONGEST = 20
_STORIES = 10  # of each
SETTLED = 5.0  # seconds after an hour's end until all of it is sure to be in the counts

OfAnHour = Callable[[int], Mapping[int, int]]  # from an hour since 1970 to its readings by story


class Watch:
    """Learns the usual level from the hours that the fold keeps, so a house started again knows it too."""

    def __init__(self, under: Callable[[Card], tuple[str, ...]], before: Iterable[RisingTopic]) -> None:
        """`under` says the slugs under which a story is watched: its topics, or its sections.

        `before` is what rose in the last edition of an earlier run.
        """
        self._under = under
        self._usual: Usual[str] = Usual()
        self._slugs: dict[int, tuple[str, ...]] = {}
        self._catalogue: Catalogue | None = None
        self._risen = {topic.slug for topic in before}

    def rising(
        self,
        catalogue: Catalogue,
        of_an_hour: OfAnHour,
        now_read: Mapping[int, float],
        half_life: float,
        now: float,
    ) -> tuple[RisingTopic, ...]:
        """What rises, most surprising first. `now_read` fades with `half_life` (seconds)."""
        self._take_up(catalogue)
        self._learn(of_an_hour, int((now - SETTLED) // 3600))
        read: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        for story, count in now_read.items():
            for slug in self._slugs.get(story, ()):
                read[slug].append((count, story))
        for stories in read.values():
            stories.sort(reverse=True)
        everything = sum(now_read.values())
        found = rising(read, everything, half_life, self._usual, now, before=self._risen)
        self._risen = {one.key for one in found}
        return tuple(
            RisingTopic(
                one.key, one.surprise, one.stories[:_STORIES], round(one.seen, 1), round(one.usual, 1)
            )
            for one in found[:_LONGEST]
        )

    def _take_up(self, catalogue: Catalogue) -> None:
        if catalogue is self._catalogue:
            return
        slugs = {story: self._under(card) for story, card in catalogue.cards.items()}
        # What was read under another slug, or none, was learned in the wrong place.
        if any(slugs.get(story, was) != was for story, was in self._slugs.items()):
            self._usual = Usual()
        self._slugs, self._catalogue = self._slugs | slugs, catalogue

    def _learn(self, of_an_hour: OfAnHour, hour: int) -> None:
        """Takes in every hour that ended before this one began and isn't learned yet."""
        if self._usual.learned >= hour:  # the clock was set back
            self._usual = Usual()
        for ended in range(max(self._usual.learned + 1, hour - WEEK - 1), hour):
            counts = of_an_hour(ended)
            if not counts and not self._usual.hours:
                continue  # nobody was counting then
            by_slug: Counter[str] = Counter()
            for story, count in counts.items():
                for slug in self._slugs.get(story, ()):
                    by_slug[slug] += count
            self._usual.learn(ended, by_slug, sum(counts.values()))
