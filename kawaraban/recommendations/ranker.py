"""A small tree ranker over the likeliest stories, taught by what this publication's readers read next.

LambdaMART (Burges, "From RankNet to LambdaRank to LambdaMART", 2010): the trees only correct the
estimate they start from, so some thousand examples are enough, and the softmax of what comes out is a
chance. LightGBM is an extra; without it, and before there are enough examples, plain weights on a few
of the columns serve.
"""

import logging
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Floats
from kawaraban.recommendations.features import NAMES

try:
    import lightgbm
except ImportError:  # the extra is not installed
    lightgbm = None

log = logging.getLogger(__name__)

# Without a model: what is read more now than in the past hour is on its way up.
_PLAINLY = {"now of the hour": 0.3, "same section": 0.05, "readers both ways": 0.1}
_PLAIN = [NAMES.index(name) for name in _PLAINLY]
_WEIGHTS = np.array(list(_PLAINLY.values()))

CANDIDATES = 60
FEWEST = 1_500  # examples to learn from
MOST = 12_000  # the newest are kept
_AGAIN = 0.2  # of the examples new: time to learn again
_TREES = 120
_PARAMETERS = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 20,
    "learning_rate": 0.06,
    "num_leaves": 15,
    "min_data_in_leaf": 200,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "max_bin": 127,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 7,
    "verbosity": -1,
}


class Example(NamedTuple):
    """What was known of the candidates when a page was read, and which of them was read next."""

    features: npt.NDArray[np.float16]  # (candidates, NAMES)
    chosen: int


class Ranker:
    """Keeps the newest examples, and the model learnt from them."""

    def __init__(self) -> None:
        self._examples: deque[Example] = deque(maxlen=MOST)
        self._new = 0
        self._model: Any = None

    @property
    def ready(self) -> bool:
        """Whether it has learnt anything."""
        return self._model is not None

    def add(self, example: Example) -> None:
        self._examples.append(example)
        self._new += 1

    def due(self) -> bool:
        """Whether there is enough to learn (again)."""
        enough = max(FEWEST, len(self._examples) * _AGAIN) if self._model else FEWEST
        return lightgbm is not None and self._new >= enough

    def examples(self) -> list[Example]:
        """Those to learn from now; from here on others are new."""
        self._new = 0
        return list(self._examples)

    def take(self, model: Any) -> None:
        """Ranks by this model from now on."""
        self._model = model

    def chances(self, pages: Sequence[npt.NDArray[np.float32]]) -> list[Floats]:
        """For each page the chance of each candidate, whose columns are given. They add up to 1."""
        if not pages:
            return []
        columns = np.concatenate(pages)
        scores = columns[:, 0].astype(np.float64)  # the estimate's logarithm
        if self._model is not None:
            scores += self._model.predict(columns, raw_score=True, num_threads=1)
        else:
            scores += columns[:, _PLAIN] @ _WEIGHTS
        edges = np.cumsum([len(page) for page in pages])[:-1]
        return [_softmax(one) for one in np.split(scores, edges)]


def learn(examples: Sequence[Example]) -> Any:
    """A model of the examples. Takes some seconds for some thousands."""
    columns = np.concatenate([one.features for one in examples]).astype(np.float32)
    labels = np.zeros(len(columns), np.int8)
    sizes = [len(one.features) for one in examples]
    labels[np.cumsum([0, *sizes[:-1]]) + [one.chosen for one in examples]] = 1
    estimate = columns[:, 0].astype(np.float64)
    told = lightgbm.Dataset(columns, labels, group=sizes, init_score=estimate)
    return lightgbm.train(_PARAMETERS, told, _TREES)


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(initial=-np.inf))
    chances: Floats = powers / max(float(powers.sum()), 1e-300)
    return chances
