"""Has the charts made: now and then, of all that is counted, for the publication and each section."""

from collections.abc import Mapping
from itertools import compress

import numpy as np
import numpy.typing as npt

from kawaraban.audience.fold import Fold
from kawaraban.rails.editions import Catalogue, Charts
from kawaraban.rails.watch import SETTLED, Watch
from kawaraban.rankings.charts import LENGTH, Chart, charts, key, measured
from kawaraban.rankings.formulas import reading_time
from kawaraban.rankings.own_past import OwnPast
from kawaraban.rankings.rising import FEWEST_READERS, rising
from kawaraban.stories.queries import Card

_EVERY = 5.0  # seconds: the shortest of them spans a quarter of an hour
_NOW = 900.0  # the half-life, in seconds, of what is read now: a story has fewer readers than a topic
_ONE = 1  # a story is one story


class Charting:
    """Holds the last charts, and what stories and sections are as a rule. One of it runs in a house."""

    def __init__(self, last: Charts) -> None:
        """`last` are the charts of the last edition of an earlier run."""
        self._charts = last
        self._watch = Watch(lambda card: card.sections, last.rising_sections)
        self._own_past = OwnPast()
        self._risen = {story for story, _, _ in last.of.get(key("rising", ""), ())}
        self._cards: Mapping[int, Card] = {}

    def look(
        self,
        catalogue: Catalogue,
        fold: Fold,
        sections: Mapping[str, npt.NDArray[np.int64]],
        comments: Mapping[int, int],
        now: float,
    ) -> Charts:
        """The charts as of `now`, or a few seconds before it. `sections` are the fold's numbers of each
        section's stories, `comments` those of the past day by story."""
        # The clock may have been set back.
        if catalogue.cards is self._cards and abs(now - self._charts.as_of) < _EVERY:
            return self._charts
        self._cards = catalogue.cards

        def expected(story: int) -> float:
            card = catalogue.cards.get(story)
            return reading_time(card.characters, catalogue.language) if card and card.characters else 0.0

        measures = measured(fold, comments, expected, now)
        stories = np.array(fold.stories.stories, np.int64)
        faded = fold.counts(now, _NOW)
        rises = self._rising(catalogue, fold, faded, now)
        rising_numbers = fold.stories.numbers(story for story, _, _ in rises)
        found = {}
        for section, numbers in sections.items():
            here = np.isin(rising_numbers, numbers).tolist()
            rising_here = tuple(compress(rises, here))[:LENGTH]
            for name, chart in {**charts(measures, stories, numbers), "rising": rising_here}.items():
                if chart:
                    found[key(name, section)] = chart
        rising_sections = self._watch.rising(catalogue, fold.read_in, faded, _NOW, now)
        of_the_day = found.get(key("day", ""), ())
        visitors = tuple((story, fold.visitors_today(story, now)) for story, _, _ in of_the_day)
        self._charts = Charts(now, found, rising_sections, visitors)
        return self._charts

    def _rising(self, catalogue: Catalogue, fold: Fold, faded: Mapping[int, float], now: float) -> Chart:
        """All stories that rise, most surprising first. `faded` are the readings of now."""
        self._own_past.take_up(fold, int((now - SETTLED) // 3600))
        read = {
            story: [(count, story)]
            for story, count in faded.items()
            if (count >= FEWEST_READERS or story in self._risen)
            and story in catalogue.cards
            and self._own_past.is_old_enough(story)
        }
        everything = sum(faded.values())
        found = rising(read, everything, _NOW, self._own_past, now, before=self._risen, fewest_stories=_ONE)
        self._risen = {one.key for one in found}
        return tuple((one.key, round(one.seen, 1), round(one.usual, 1)) for one in found)
