"""The weights of Recommended's parts, learnt from this publication's own clicks there.

Each click tells which of the stories shown together was wanted: a conditional logistic regression
(McFadden 1974; one weight for each part of `blend`), in which a click weighs as much more as its place
is looked at less (inverse propensities: Joachims, Swaminathan and Schnabel, "Unbiased Learning-to-Rank
with Biased Feedback", WSDM 2017). It leans on the weights that serve from the start, and no weight goes
further from its first than BOUND times.

Learnt weights serve only while a trial says that they rank better: each new click, before it is learnt
from, is asked how high either order would have put what was wanted.
"""

import math
from collections import deque
from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Floats
from kawaraban.recommendations.blend import START, Weights

FEWEST = 500  # clicks before anything is learnt
BOUND = 3.0
_MOST = 5_000  # the newest clicks that are learnt from
_AGAIN = 0.2  # of them are new: it is time to learn again
_HEAVIEST = 5.0  # of a click: rare clicks far down would else decide everything
_LEANS = 30.0  # clicks that the first weights count as much as
_FEWEST_TRIED = 300  # clicks of a trial before it may decide
_SURE = 2.0  # standard errors
_MEMORY = 3_000.0  # clicks after which one of a trial weighs 1/e
_STEPS = 25


class Click(NamedTuple):
    """What each story shown together was worth by parts, which one was chosen, and what that weighs."""

    parts: Floats  # (stories, parts)
    chosen: int
    weight: float


class Weighing:
    """Keeps the newest clicks, the weights learnt from them, and the trial between these and START."""

    def __init__(self) -> None:
        self._clicks: deque[Click] = deque(maxlen=_MOST)
        self._new = 0
        self._learnt: Weights | None = None
        self._tried = np.zeros(3)  # clicks, how much better what was learnt ranked them, and squares of that
        self._serves = False

    @property
    def weights(self) -> Weights:
        """Those that serve."""
        return self._learnt if self._serves and self._learnt is not None else START

    def add(self, parts: npt.ArrayLike, chosen: int, propensity: float) -> None:
        """One of the stories shown together was chosen, at a place looked at this often (1: as the first)."""
        click = Click(np.asarray(parts, np.float64), chosen, min(1.0 / propensity, _HEAVIEST))
        self._try(click)
        self._clicks.append(click)
        self._new += 1
        if self._new >= max(FEWEST if self._learnt is None else 0, len(self._clicks) * _AGAIN):
            self._new = 0
            self._learnt = learn(self._clicks)

    def kept(self) -> dict[str, Any]:
        """What was found out, for a snapshot; clicks to learn from are gathered anew."""
        learnt = list(self._learnt) if self._learnt is not None else None
        return {"learnt": learnt, "tried": self._tried.tolist(), "serves": self._serves}

    def restore(self, kept: dict[str, Any]) -> None:
        """Goes on from a snapshot."""
        self._learnt = Weights(*kept["learnt"]) if kept["learnt"] is not None else None
        self._tried, self._serves = np.array(kept["tried"]), kept["serves"]

    def _try(self, click: Click) -> None:
        if self._learnt is None:
            return
        better = click.weight * (_gain(click, self._learnt) - _gain(click, START))
        self._tried = self._tried * math.exp(-1.0 / _MEMORY) + (1.0, better, better * better)
        clicks, gained, squares = self._tried.tolist()
        mean = gained / clicks
        error = math.sqrt(max(squares / clicks - mean * mean, 0.0) / clicks)
        # What serves is left when it gains nothing; to begin with it must surely gain.
        self._serves = clicks >= _FEWEST_TRIED and mean > (0.0 if self._serves else _SURE * error)


def learn(clicks: Collection[Click]) -> Weights:
    """The weights that make the clicks likeliest. A few milliseconds for a thousand clicks."""
    longest = max(len(one.parts) for one in clicks)
    parts = np.zeros((len(clicks), longest, len(START)))
    there = np.zeros((len(clicks), longest), np.bool_)
    for row, one in enumerate(clicks):
        parts[row, : len(one.parts)], there[row, : len(one.parts)] = one.parts, True
    weight = np.array([one.weight for one in clicks])
    weight *= len(clicks) / weight.sum()
    chosen = parts[np.arange(len(clicks)), [one.chosen for one in clicks]]
    start = np.array(START)
    # How strongly readers follow the first weights at all; then how they would have them otherwise.
    scale = _fitted((parts @ start)[:, :, None], there, chosen @ start[:, None], weight, np.ones(1), 1e-3)
    first = max(float(scale[0]), 0.1) * start
    found = _fitted(parts, there, chosen, weight, first, _LEANS)
    found *= start.sum() / max(float(np.abs(found).sum()), 1e-9)
    return Weights(*np.clip(found, start / BOUND, start * BOUND).round(4).tolist())


def _fitted(
    parts: Floats,
    there: npt.NDArray[np.bool_],
    chosen: Floats,
    weight: Floats,
    first: Floats,
    leans: float,
) -> Floats:
    """Newton's method from `first`, on which the fit leans."""
    theta, ridge = first.copy(), leans * np.eye(len(first))
    for _ in range(_STEPS):
        scores = np.where(there, parts @ theta, -np.inf)
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances *= (weight / chances.sum(axis=1))[:, None]
        mean = np.einsum("cs,csp->cp", chances, parts)
        slope = weight @ chosen - mean.sum(axis=0) - leans * (theta - first)
        bend = np.einsum("cs,csp,csq->pq", chances, parts, parts)
        bend -= np.einsum("cp,cq->pq", mean / weight[:, None], mean)
        step = np.linalg.solve(bend + ridge, slope)
        theta += step
        if float(np.abs(step).max()) < 1e-6:
            break
    return theta


def _gain(click: Click, weights: Weights) -> float:
    """How high the weights put what was wanted: 1 for first, less for each before it (as in nDCG)."""
    scores = click.parts @ np.array(weights)
    wanted = scores[click.chosen]
    before = float((scores > wanted).sum()) + (float((scores == wanted).sum()) - 1) / 2
    return 1.0 / math.log2(before + 2.0)
