"""Watches which topics rise, each time the tables are made: what is read now against what is usual."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping

from kawaraban.rails.editions import Catalogue, RisingTopic
from kawaraban.rankings.rising import rising
from kawaraban.rankings.usual import WEEK, Usual

_LONGEST = 20
_STORIES = 10  # of a topic
_SETTLED = 5.0  # seconds after an hour's end until all of it is sure to be in the counts

OfAnHour = Callable[[int], Mapping[int, int]]  # from an hour since 1970 to its readings by story


class Watch:
    """Learns the usual level from the hours that the fold keeps, so a house started again knows it too."""

    def __init__(self, before: Iterable[RisingTopic]) -> None:
        """`before` is what rose in the last edition of an earlier run."""
        self._usual: Usual[str] = Usual()
        self._topics: dict[int, tuple[str, ...]] = {}
        self._catalogue: Catalogue | None = None
        self._risen = {topic.slug for topic in before}

    def topics(
        self,
        catalogue: Catalogue,
        of_an_hour: OfAnHour,
        now_read: Mapping[int, float],
        half_life: float,
        now: float,
    ) -> tuple[RisingTopic, ...]:
        """The topics that rise, most surprising first. `now_read` fades with `half_life` (seconds)."""
        self._take_up(catalogue)
        self._learn(of_an_hour, int((now - _SETTLED) // 3600))
        read: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        for story, count in now_read.items():
            for slug in self._topics.get(story, ()):
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
        topics = {story: card.topics for story, card in catalogue.cards.items()}
        # What was read under another topic, or none, was learned in the wrong place.
        if any(topics.get(story, was) != was for story, was in self._topics.items()):
            self._usual = Usual()
        self._topics, self._catalogue = self._topics | topics, catalogue

    def _learn(self, of_an_hour: OfAnHour, hour: int) -> None:
        """Takes in every hour that ended before this one began and isn't learned yet."""
        for ended in range(max(self._usual.learned + 1, hour - WEEK - 1), hour):
            counts = of_an_hour(ended)
            if not counts and not self._usual.hours:
                continue  # nobody was counting then
            by_topic: Counter[str] = Counter()
            for story, count in counts.items():
                for slug in self._topics.get(story, ()):
                    by_topic[slug] += count
            self._usual.learn(ended, by_topic, sum(counts.values()))
