"""Other recommenders, told of the same clicks at the same time and asked the same questions."""

import warnings
from collections import deque
from collections.abc import Sequence
from typing import Any

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
    if name != "implicit":
        raise Unknown(f"There is no peer {name!r}. There are: implicit, sknn")
    try:
        from implicit.als import AlternatingLeastSquares
        from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, ItemItemRecommender
    except ImportError:
        raise Unknown("implicit is not installed: pip install implicit") from None
    made = {
        "implicit item-item": lambda: ItemItemRecommender(K=100, num_threads=1),
        "implicit cosine": lambda: CosineRecommender(K=100, num_threads=1),
        "implicit BM25": lambda: BM25Recommender(K=100, num_threads=1),
        "implicit ALS": lambda: AlternatingLeastSquares(factors=64, num_threads=1, random_state=1),
    }
    return [Implicit(called, model, refit) for called, model in made.items()]


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


class Implicit:
    """A model of the library `implicit`, fitted again and again on the past 24 hours' sessions."""

    def __init__(self, name: str, model: Any, refit: float) -> None:
        self.name = name
        self._model_of = model
        self._refit = refit
        self._fitted_at = 0.0
        self._model: Any = None
        self._columns: dict[int, int] = {}
        self._stories: list[int] = []
        self._clicks: Clicks | None = None
        self._end = 0

    def told(self, clicks: Clicks, first: int, end: int) -> None:
        self._clicks, self._end = clicks, end

    def stories(self, path: Sequence[int], now: float, most: int) -> list[int]:
        from scipy.sparse import csr_matrix

        if now - self._fitted_at >= self._refit:
            self._fit(now)
        columns = [self._columns[story] for story in path if story in self._columns]
        if not columns:
            return []
        read = csr_matrix((np.ones(len(columns)), ([0] * len(columns), columns)), (1, len(self._stories)))
        found, _ = self._model.recommend(
            0, read, N=most, filter_already_liked_items=True, recalculate_user="ALS" in self.name
        )
        return [self._stories[column] for column in found if column >= 0]

    def _fit(self, now: float) -> None:
        from scipy.sparse import csr_matrix

        assert self._clicks is not None  # noqa: S101 - clicks come before questions
        clicks, self._fitted_at = self._clicks, now
        first = int(np.searchsorted(clicks.at_ms, now * 1000 - _DAY_MS))
        stories, columns = np.unique(clicks.story[first : self._end], return_inverse=True)
        _, rows = np.unique(clicks.session[first : self._end], return_inverse=True)
        self._stories = stories.tolist()
        self._columns = {story: column for column, story in enumerate(self._stories)}
        self._model = self._model_of()
        with warnings.catch_warnings(action="ignore"):  # it blames us for a conversion of its own
            self._model.fit(csr_matrix((np.ones(len(rows)), (rows, columns))), show_progress=False)
