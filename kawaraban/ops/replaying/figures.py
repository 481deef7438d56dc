"""The figures of a replay, from where the story read next stood in each list that was asked for."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kawaraban.ops.replaying.clicks import Numbers

PLACES = 10
_MISSED = 10**6
_RESAMPLED = 1_000


@dataclass
class Asked:
    """What one method answered, question by question."""

    places: list[int] = field(default_factory=list)  # of the story read next, from 0
    sessions: list[int] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)
    ages: list[float] = field(default_factory=list)  # hours
    seconds: list[float] = field(default_factory=list)

    def add(self, session: int, stories: list[int], read_next: int, ages: list[float], took: float) -> None:
        """`stories` is the list, best first, `ages` the hours of its first PLACES."""
        self.places.append(stories.index(read_next) if read_next in stories[:PLACES] else _MISSED)
        self.sessions.append(session)
        self.shown.update(stories[:PLACES])
        self.ages.append(float(np.median(ages)) if ages else 0.0)
        self.seconds.append(took)

    def figures(self, clicked: set[int]) -> dict[str, float]:
        """The protocol's figures; `clicked` are the stories read in the days that were asked about."""
        places = np.array(self.places)
        told = {
            "hr@5": float((places < 5).mean()),
            "hr@10": float((places < PLACES).mean()),
            "mrr@10": float(_reciprocal(places).mean()),
            "ndcg@10": float(_discounted(places).mean()),
            "coverage@10": len(self.shown) / max(len(clicked), 1),
            "age_h": float(np.median(self.ages)),
            "p50_ms": float(np.percentile(self.seconds, 50) * 1000),
            "p99_ms": float(np.percentile(self.seconds, 99) * 1000),
            "questions": float(len(places)),
        }
        for name, values in (("hr@10", places < PLACES), ("ndcg@10", _discounted(places))):
            low, high = _interval(values.astype(np.float64), np.array(self.sessions))
            told[f"{name}_low"], told[f"{name}_high"] = low, high
        return told


def _discounted(places: Numbers) -> npt.NDArray[np.float64]:
    gains: npt.NDArray[np.float64] = np.where(
        places < PLACES, 1.0 / np.log2(np.minimum(places, 99) + 2.0), 0.0
    )
    return gains


def _reciprocal(places: Numbers) -> npt.NDArray[np.float64]:
    gains: npt.NDArray[np.float64] = np.where(places < PLACES, 1.0 / (places + 1.0), 0.0)
    return gains


def _interval(values: npt.NDArray[np.float64], sessions: Numbers) -> tuple[float, float]:
    """Of the mean, 95 %, by bootstrap over sessions (questions of one session are not independent)."""
    _, of = np.unique(sessions, return_inverse=True)
    sums, counts = np.bincount(of, values), np.bincount(of)
    random = np.random.default_rng(1)
    means = []
    for _ in range(_RESAMPLED):
        drawn = random.integers(0, len(sums), len(sums))
        means.append(sums[drawn].sum() / counts[drawn].sum())
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


@dataclass
class Lists:
    """Lists of what is read now, against what was read most in the minutes after."""

    precisions: list[float] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)

    def add(self, stories: list[int], read: dict[int, int]) -> None:
        """`read` counts the readings of each story in the minutes after."""
        ideal = sorted(read.values(), reverse=True)[:PLACES]
        if len(ideal) < PLACES:
            return
        best = sorted(read, key=lambda story: (-read[story], story))[:PLACES]
        self.precisions.append(len(set(best) & set(stories[:PLACES])) / PLACES)
        discounts = 1.0 / np.log2(np.arange(PLACES) + 2.0)
        got = np.array([read.get(story, 0) for story in stories[:PLACES]] + [0] * PLACES)[:PLACES]
        self.gains.append(float((got * discounts).sum() / (np.array(ideal) * discounts).sum()))

    def figures(self) -> dict[str, float]:
        return {
            "precision@10": float(np.mean(self.precisions)) if self.precisions else 0.0,
            "ndcg@10": float(np.mean(self.gains)) if self.gains else 0.0,
            "lists": float(len(self.precisions)),
        }


def counted(stories: Numbers) -> dict[int, int]:
    """How often each story was read."""
    counts: defaultdict[int, int] = defaultdict(int)
    for story in stories.tolist():
        counts[story] += 1
    return dict(counts)
