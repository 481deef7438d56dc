"""Trials on a sample of real readers: what each way would have offered, and what was read next.

A reader is in the sample by one byte of the visitor's daily hash. Nobody's rails differ for it.
"""

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Floats
from kawaraban.audience.fold import HALF_LIVES, WINDOW_MS, Followed
from kawaraban.recommendations import features, sessions
from kawaraban.recommendations.engine import Engine, Following
from kawaraban.recommendations.ranker import CANDIDATES, Example
from kawaraban.recommendations.tuning import LENGTH
from kawaraban.recommendations.ways import MIXTURES, WAYS, Estimator

_QUICK_AND_SLOW = (HALF_LIVES.index(300.0), HALF_LIVES.index(4 * 3_600.0))  # of what is popular
# Readers for whom lists are made, in a second and at once: each takes milliseconds, and the sample is set
# by the hour, while a rush is there within a minute.
_A_SECOND, _AT_ONCE = 2.0, 20.0


class _Trial(NamedTuple):
    at_ms: int
    section: int
    lists: list[list[int]]  # stories, by way
    mixed: list[list[int]]  # by mixture; empty for the first page of a session
    candidates: list[int]  # stories
    columns: npt.NDArray[np.float16]


class Trials:
    """Goes along with the fold: `round` after each time it took events in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open: dict[bytes, _Trial] = {}
        self._allowed, self._at = _AT_ONCE, 0.0  # of _AT_ONCE, how many were at that time (seconds)

    def round(self, now: float) -> None:
        """Learns from where readers went, then offers lists to those who are on a page now."""
        fold = self._engine.fold
        followed, fold.followed = fold.followed, []
        if followed:
            self._follow(followed, now)
        self._tidy(now)

    def _follow(self, followed: list[Followed], now: float) -> None:
        fold, latest = self._engine.fold, dict[bytes, Followed]()
        for one in followed:
            trial = self._open.pop(one.visitor, None)
            if trial is not None and one.at_ms - trial.at_ms < WINDOW_MS:
                self._learn(trial, fold.stories.stories[one.path[0]])
            latest[one.visitor] = one
        estimator = Estimator(self._engine.at(now))
        self._allowed = min(_AT_ONCE, self._allowed + max(now - self._at, 0.0) * _A_SECOND)
        self._at = now
        for visitor, one in islice(reversed(latest.items()), int(self._allowed)):
            self._open[visitor] = self._offered(estimator, one.path, one.at_ms)
            self._allowed -= 1

    def _learn(self, trial: _Trial, story: int) -> None:
        engine = self._engine
        engine.tuner.learn(trial.section, trial.lists, story)
        if trial.mixed:
            engine.mixing.learn(0, trial.mixed, story)
        if story in trial.candidates:
            engine.ranker.add(Example(trial.columns, trial.candidates.index(story)))

    def _offered(self, estimator: Estimator, path: tuple[int, ...], at_ms: int) -> _Trial:
        engine, at = self._engine, estimator.at
        page, section = path[0], int(at.section[path[0]])
        row = engine.fold.pairs.row(page, at.now)
        estimates = estimator.estimates(row, engine.way(section))
        candidates = at.best(estimates, path, CANDIDATES)
        columns = features.of_candidates(at, page, row, estimates, candidates)
        popular = [at.best(at.readings[half_life], path, LENGTH) for half_life in _QUICK_AND_SLOW]
        pool = np.unique(np.concatenate((candidates, *popular)))
        lists = [self._stories(_first(estimator.estimates(row, way)[pool], pool)) for way in WAYS]
        lists.append(self._stories(_first(engine.ranker.chances([columns])[0], candidates)))
        mixed = []
        if len(path) > 1:
            before = engine.following(at, path)
            mixed = [self._stories(_mixed(before, path, weights)) for weights in MIXTURES]
        return _Trial(at_ms, section, lists, mixed, self._stories(candidates), columns.astype(np.float16))

    def _stories(self, numbers: Iterable[int]) -> list[int]:
        stories = self._engine.fold.stories.stories
        return [stories[number] for number in numbers]

    def _tidy(self, now: float) -> None:
        """Trials whose readers went away are over: docs/privacy.md says when they are forgotten."""
        oldest = now * 1000 - WINDOW_MS
        self._open = {visitor: trial for visitor, trial in self._open.items() if trial.at_ms > oldest}


def _first(chances: Floats, stories: npt.NDArray[np.int64]) -> list[int]:
    found: list[int] = stories[np.argsort(-chances, kind="stable")[:LENGTH]].tolist()
    return found


def _mixed(before: list[Following], path: tuple[int, ...], weights: tuple[float, ...]) -> list[int]:
    rows = [zip(one.stories.tolist(), one.chances.tolist(), strict=True) for one in before]
    return sessions.without(sessions.mixed(rows, weights), set(path))[:LENGTH]
