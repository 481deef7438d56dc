"""Other recommenders, told of the same clicks at the same time and asked the same questions."""

import warnings
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from kawaraban.ops.replaying.clicks import Clicks
from kawaraban.ops.replaying.playing import Peer

_DAY_MS = 86_400_000


class Unknown(Exception):
    """There is no such peer, or it is not installed; one line."""


def peer(name: str, refit: float) -> list[Peer]:
    """The peers of that name. `refit`: seconds of the stream between two fits of a batch peer."""
    if name == "sknn":
        return [SessionNeighbours()]
    if name not in _LIBRARIES:
        raise Unknown(f"There is no peer {name!r}. There are: {', '.join(sorted(_LIBRARIES))}, sknn")
    try:
        return [Fitted(called, model, refit) for called, model in _LIBRARIES[name]().items()]
    except ImportError:
        raise Unknown(f"{name} is not installed: pip install {name}") from None


class SessionNeighbours:
    """V-SkNN, streaming: Ludewig and Jannach, "Evaluation of session-based recommendation algorithms" (2018).

    The newest sessions that read a story of this one, weighed by how many they share and how late in
    this session, and by how new they are; their stories are scored by the neighbours' weights.
    """

    name = "session kNN"
    _NEIGHBOURS, _NEWEST, _HALF_LIFE = 300, 500, 3_600.0

    def __init__(self) -> None:
        self._sessions: dict[int, tuple[float, list[int]]] = {}
        self._with: dict[int, deque[int]] = {}

    def told(self, clicks: Clicks, first: int, end: int) -> None:
        rows = zip(
            clicks.session[first:end].tolist(),
            clicks.story[first:end].tolist(),
            (clicks.at_ms[first:end] / 1000).tolist(),
            strict=True,
        )
        for session, story, t in rows:
            stories = self._sessions.pop(session, (t, []))[1]
            stories.append(story)
            self._sessions[session] = (t, stories)
            self._with.setdefault(story, deque(maxlen=self._NEWEST)).append(session)
        if len(self._sessions) > 400_000:  # two days of a portal; the oldest stand first
            for session in list(self._sessions)[:100_000]:
                del self._sessions[session]

    def stories(self, path: Sequence[int], now: float, most: int) -> list[int]:
        weights: dict[int, float] = {}
        for distance, story in enumerate(path, start=1):
            for session in self._with.get(story, ()):
                weights[session] = weights.get(session, 0.0) + 1.0 / distance
        near = []
        for session, weight in weights.items():
            if session in self._sessions:
                t, stories = self._sessions[session]
                near.append((weight * 2.0 ** ((t - now) / self._HALF_LIFE), stories))
        near.sort(key=lambda one: -one[0])
        scores: dict[int, float] = {}
        read = set(path)
        for weight, stories in near[: self._NEIGHBOURS]:
            for story in stories:
                if story not in read:
                    scores[story] = scores.get(story, 0.0) + weight
        return sorted(scores, key=lambda story: (-scores[story], story))[:most]


class Model(Protocol):
    """A batch recommender. Stories are the columns of the matrix it is fitted on, sessions its rows."""

    def fit(self, read: Any) -> None:
        """Learns from a sparse matrix of sessions by stories: how often one read the other."""

    def best(self, path: Sequence[int], most: int) -> list[int]:
        """The likeliest columns after these, without them."""


class Fitted:
    """A model of a library, fitted again and again on the past 24 hours' sessions."""

    def __init__(self, name: str, made: Callable[[], Model], refit: float) -> None:
        self.name = name
        self._made = made
        self._refit = refit
        self._fitted_at = 0.0
        self._model: Model | None = None
        self._columns: dict[int, int] = {}
        self._stories: list[int] = []
        self._clicks: Clicks | None = None
        self._end = 0

    def told(self, clicks: Clicks, first: int, end: int) -> None:
        self._clicks, self._end = clicks, end

    def stories(self, path: Sequence[int], now: float, most: int) -> list[int]:
        if self._clicks is not None and now - self._fitted_at >= self._refit:
            self._model, self._fitted_at = self._fit(self._clicks, now), now
        columns = [self._columns[story] for story in path if story in self._columns]
        if not columns or self._model is None:
            return []
        return [self._stories[column] for column in self._model.best(columns, most)]

    def _fit(self, clicks: Clicks, now: float) -> Model:
        from scipy.sparse import csr_matrix

        first = int(np.searchsorted(clicks.at_ms, now * 1000 - _DAY_MS))
        stories, columns = np.unique(clicks.story[first : self._end], return_inverse=True)
        _, rows = np.unique(clicks.session[first : self._end], return_inverse=True)
        self._stories = stories.tolist()
        self._columns = {story: column for column, story in enumerate(self._stories)}
        model = self._made()
        with warnings.catch_warnings(action="ignore"):  # of conversions and options of their own
            model.fit(csr_matrix((np.ones(len(rows)), (rows, columns))))
        return model


class _Implicit:
    """A model of the library `implicit`."""

    def __init__(self, model: Any, is_learnt_by_user: bool = False) -> None:
        self._model = model
        self._is_learnt_by_user = is_learnt_by_user
        self._stories = 0

    def fit(self, read: Any) -> None:
        self._stories = read.shape[1]
        self._model.fit(read, show_progress=False)

    def best(self, path: Sequence[int], most: int) -> list[int]:
        from scipy.sparse import csr_matrix

        read = csr_matrix((np.ones(len(path)), ([0] * len(path), path)), (1, self._stories))
        found, _ = self._model.recommend(
            0, read, N=most, filter_already_liked_items=True, recalculate_user=self._is_learnt_by_user
        )
        return [int(column) for column in found if column >= 0]


class _Ease:
    """EASE (Steck, "Embarrassingly shallow autoencoders for sparse data", 2019) of the library `rectools`."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def fit(self, read: Any) -> None:
        from pandas import DataFrame, Timestamp
        from rectools.dataset import Dataset

        rows, columns = read.nonzero()
        told = {"user_id": rows, "item_id": columns, "weight": 1.0, "datetime": Timestamp(0)}
        dataset = Dataset.construct(DataFrame(told))
        self._model.fit(dataset)
        self._column_of = dataset.item_id_map.external_ids
        self._place_of = np.argsort(self._column_of)

    def best(self, path: Sequence[int], most: int) -> list[int]:
        read = self._place_of[list(path)]
        scores = self._model.weight[read].sum(axis=0)
        scores[read] = -np.inf
        most = min(most, len(scores) - len(read))  # of a small day there are no more
        found: list[int] = self._column_of[np.argsort(-scores, kind="stable")[:most]].tolist()
        return found


def _of_implicit() -> dict[str, Callable[[], Model]]:
    from implicit.als import AlternatingLeastSquares
    from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, ItemItemRecommender

    def als() -> Model:
        return _Implicit(AlternatingLeastSquares(factors=64, num_threads=1, random_state=1), True)

    return {
        "implicit item-item": lambda: _Implicit(ItemItemRecommender(K=100, num_threads=1)),
        "implicit cosine": lambda: _Implicit(CosineRecommender(K=100, num_threads=1)),
        "implicit BM25": lambda: _Implicit(BM25Recommender(K=100, num_threads=1)),
        "implicit ALS": als,
    }


def _of_rectools() -> dict[str, Callable[[], Model]]:
    from rectools.models import EASEModel

    return {"rectools EASE": lambda: _Ease(EASEModel(regularization=500.0))}


_LIBRARIES = {"implicit": _of_implicit, "rectools": _of_rectools}
