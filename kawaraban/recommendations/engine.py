"""The engine: what is read next after any story, by the way that serves its section best."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Floats
from kawaraban.audience.fold import Fold
from kawaraban.audience.pairs import Together
from kawaraban.recommendations import coread, features
from kawaraban.recommendations.facts import Facts
from kawaraban.recommendations.moments import Moment, moment
from kawaraban.recommendations.ranker import CANDIDATES, Ranker
from kawaraban.recommendations.tuning import Tuner
from kawaraban.recommendations.ways import MIXTURES, START, WAYS, Estimator, Way
from kawaraban.recommendations.weighing import Weighing

RANKED = len(WAYS)  # the way after all others: the ranker over the best of them


class Following(NamedTuple):
    """What is read next after one page, likeliest first, by number; `together`: by people who read both."""

    page: int
    stories: npt.NDArray[np.int64]
    chances: Floats
    together: npt.NDArray[np.bool_]
    estimates: Floats  # before ranking
    ranked: bool


class Engine:
    """Holds what is learnt. `fold` is read, never changed."""

    def __init__(self, fold: Fold) -> None:
        self.fold = fold
        self.facts = Facts()
        self.tuner = Tuner(len(WAYS) + 1, START)
        self.mixing = Tuner(len(MIXTURES), 1)
        self.ranker = Ranker()
        self.weighing = Weighing()

    def at(self, now: float) -> Moment:
        return moment(self.fold, self.facts, now)

    def way(self, section: int) -> Way:
        """The best way to estimate, the ranker apart."""
        return WAYS[self.tuner.choice(section, RANKED)]

    def following(self, at: Moment, pages: Sequence[int], *, ranked: bool | None = None) -> list[Following]:
        """What is read next after each of the pages (numbers). `ranked` overrules what was found best."""
        estimator = Estimator(at)
        found = [self._estimated(estimator, page) for page in pages]
        chosen = [
            self.tuner.choice(int(at.section[page])) == RANKED if ranked is None else ranked for page in pages
        ]
        columns = [
            features.of_candidates(at, page, row, estimates, stories)
            for (page, row, estimates, stories), rank in zip(found, chosen, strict=True)
            if rank
        ]
        chances = iter(self.ranker.chances(columns))
        return [
            _following(page, row, estimates, stories, next(chances) if rank else None)
            for (page, row, estimates, stories), rank in zip(found, chosen, strict=True)
        ]

    def mixture(self) -> tuple[float, ...]:
        """How much the stories read before weigh beside the one being read."""
        return MIXTURES[self.mixing.choice(0)]

    def kept(self) -> dict[str, Any]:
        """What was found out by trials, for a snapshot; models are learnt again."""
        sections = self.facts.sections
        return {
            "tuner": self.tuner.kept(),
            "mixing": self.mixing.kept(),
            "weighing": self.weighing.kept(),
            "sections": sections,
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Goes on from a snapshot."""
        self.facts.sections = dict(kept["sections"])
        self.tuner.restore(kept["tuner"])
        self.mixing.restore(kept["mixing"])
        self.weighing.restore(kept["weighing"])

    def _estimated(
        self, estimator: Estimator, page: int
    ) -> tuple[int, Together, Floats, npt.NDArray[np.int64]]:
        at = estimator.at
        row = self.fold.pairs.row(page, at.now)
        estimates = estimator.estimates(row, self.way(int(at.section[page])))
        return page, row, estimates, at.best(estimates, [page], CANDIDATES)


def _following(
    page: int, row: Together, estimates: Floats, stories: npt.NDArray[np.int64], chances: Floats | None
) -> Following:
    ranked = chances is not None
    estimated = estimates[stories]
    if chances is None:
        chances = estimated / max(float(estimated.sum()), 1e-300)
    order = np.argsort(-chances, kind="stable")
    stories = stories[order]
    together = np.isin(stories, coread.read_together(row))
    return Following(page, stories, chances[order], together, estimated[order], ranked)
