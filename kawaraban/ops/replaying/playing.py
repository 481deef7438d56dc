"""Replays clicks through the fold and the engine that serve readers, asking on the way.

Test, then update: a question is asked the moment a page is rendered, with every click up to it (or up
to `lag` seconds before) taken in and none after; what is asked for is the session's next story.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from kawaraban.audience.fold import HALF_LIVES, PATH, Fold
from kawaraban.ops.replaying.clicks import DAY_MS, NONE, Clicks, hashes
from kawaraban.ops.replaying.figures import PLACES, Asked, Lists, counted
from kawaraban.ops.replaying.pages import PLACES as OF_A_PAGE
from kawaraban.ops.replaying.pages import Composer, Pages
from kawaraban.rankings.foresight import Foresight, weighed
from kawaraban.recommendations import sessions
from kawaraban.recommendations.engine import Engine
from kawaraban.recommendations.moments import Moment
from kawaraban.recommendations.teaching import Teacher
from kawaraban.recommendations.trials import Trials

ONE_IN = 20  # sessions that are asked about; more of a thinned stream
_STEP_MS = 5_000  # of the stream, between two rounds of trials
_LISTS_EVERY_MS = 300_000
_NEXT_MS = 600_000
_SAID_EVERY = 5_000  # clicks
_POPULAR = (300.0, 900.0, 3_600.0, 86_400.0)
_NAMED = {300.0: "5 min", 900.0: "15 min", 3_600.0: "1 h", 86_400.0: "24 h"}


class Peer(Protocol):
    """Another recommender, told of the same clicks."""

    name: str

    def told(self, clicks: Clicks, first: int, end: int) -> None:
        """These clicks happened."""

    def stories(self, path: Sequence[int], now: float, most: int) -> list[int]:
        """The stories for a session that read these, the latest first; without them."""


@dataclass
class Replay:
    """One replay. `asked` and `lists` hold what was found, by method."""

    clicks: Clicks
    days: tuple[float, float]
    thin: int
    lag_ms: int
    peers: Sequence[Peer] = ()
    asked: dict[str, Asked] = field(default_factory=dict)
    lists: dict[str, Lists] = field(default_factory=dict)
    pages: Pages = field(default_factory=Pages)  # without what an edition tries, and with it
    pages_that_try: Pages = field(default_factory=Pages)
    fold_seconds: float = 0.0
    folded: int = 0

    def run(self, progress: Callable[[int], None]) -> None:
        """Replays it all. `progress` is told how many clicks were taken in."""
        clicks = self.clicks
        self._fold = Fold()
        self._engine = Engine(self._fold)
        self._engine.facts.tell(clicks.facts)
        self._trials, self._teacher = Trials(self._engine), Teacher(self._engine.ranker)
        self._foresight = Foresight()
        self._composer = Composer(clicks.facts)
        said = 0
        for at_ms, question in self._moments():
            self._take_in_up_to(at_ms - self.lag_ms, question)
            now = at_ms / 1000
            if question is not None:
                self._ask(question, now)
                continue
            self._trials.round(now)
            self._teacher.teach()
            if self._foresight.due(now):
                self._foresight.round(now, self._fold, {"": self._engine.at(now).live})
            if at_ms % _LISTS_EVERY_MS == 0 and self._in_days(at_ms):
                self._make_lists(now)
            if self.folded - said >= _SAID_EVERY:
                said = self.folded
                progress(said)
        progress(self.folded)

    def figures(self) -> dict[str, dict[str, Any]]:
        """Every method's figures, by its name; lists of the most read, and composed pages too."""
        day = self.clicks.day()
        clicked = set(self.clicks.story[(day >= self.days[0]) & (day < self.days[1])].tolist())
        return {
            **{name: asked.figures(clicked) for name, asked in self.asked.items()},
            **{name: lists.figures() for name, lists in self.lists.items()},
            "union": self.pages.figures(),
            "union, trying": self.pages_that_try.figures(),
        }

    def _in_days(self, at_ms: int) -> bool:
        day = (at_ms - int(self.clicks.at_ms[0])) / DAY_MS
        return self.days[0] <= day < self.days[1]

    def _moments(self) -> Iterator[tuple[int, int | None]]:
        """Steps and questions, in the order of time. The place of a question's click, or None."""
        clicks = self.clicks
        day = clicks.day()
        one_in = max(1, ONE_IN // self.thin)
        asked = (clicks.following != NONE) & (day >= self.days[0]) & (day < self.days[1])
        asked &= hashes(clicks.session, 2) % np.uint64(one_in) == 0
        questions = np.flatnonzero(asked)
        times = clicks.at_ms[questions]
        end = int(min(clicks.at_ms[-1], clicks.at_ms[0] + self.days[1] * DAY_MS))
        step, at = int(clicks.at_ms[0]) // _STEP_MS * _STEP_MS, 0
        while step <= end:
            step += _STEP_MS
            while at < len(questions) and times[at] < step:
                yield int(times[at]), int(questions[at])
                at += 1
            yield step, None

    def _take_in_up_to(self, at_ms: int, question: int | None) -> None:
        """Every click before the moment; without a lag the one being asked about, too."""
        end = int(np.searchsorted(self.clicks.at_ms, at_ms, "left" if question is None else "right"))
        if question is not None and not self.lag_ms:
            end = min(end, question + 1)
        if end <= self.folded:
            return
        rows = list(self.clicks.rows(self.folded, end))
        began = time.perf_counter()
        self._fold.take(rows)
        self.fold_seconds += time.perf_counter() - began
        for peer in self.peers:
            peer.told(self.clicks, self.folded, end)
        self.folded = end

    def _ask(self, question: int, now: float) -> None:
        clicks, numbers = self.clicks, self._fold.stories.number_of
        read = _path(clicks, question)
        path = [numbers[story] for story in read if story in numbers][:PATH]
        target = int(clicks.story[clicks.following[question]])
        began = time.perf_counter()
        at = self._engine.at(now)
        read_numbers = [numbers[story] for story in read if story in numbers]
        following = self._engine.following(at, path[:1])[0] if path else None
        if following is not None:
            also_read = self._named(n for n in following.stories.tolist() if n not in read_numbers)
        else:  # nobody was here before, and this reader's own click is not yet taken in
            also_read = self._popular(at, 900.0, read_numbers)
        took = time.perf_counter() - began
        self._add("also-read", question, also_read, target, now, took)
        began = time.perf_counter()
        of_the_path = [following] if following is not None else []
        if len(path) > 1:
            of_the_path = self._engine.following(at, path)
            rows = [zip(one.stories.tolist(), one.chances.tolist(), strict=True) for one in of_the_path]
            mixed = sessions.mixed(rows, self._engine.mixture())
            recommended = self._named(sessions.without(mixed, set(read_numbers)))
            took = time.perf_counter() - began
        else:
            recommended = also_read
        self._add("recommended", question, recommended, target, now, took)
        if following is not None:
            way = self._foresight.choice(at.readings[:, at.live])
            shown, tried = self._composer.shown(self._engine, at, way, of_the_path, target)
            self.pages.add(shown, recommended, target)
            self.pages_that_try.add(tried, recommended, target)
        for half_life in _POPULAR:
            began = time.perf_counter()
            popular = self._popular(at, half_life, read_numbers)
            name = f"popular, half-life {_NAMED[half_life]}"
            self._add(name, question, popular, target, now, time.perf_counter() - began)
        for peer in self.peers:
            began = time.perf_counter()
            offered = peer.stories(read, now, PLACES)
            self._add(peer.name, question, offered, target, now, time.perf_counter() - began)

    def _add(
        self, method: str, question: int, stories: list[int], target: int, now: float, took: float
    ) -> None:
        ages = [(now - self.clicks.facts[story].published) / 3600 for story in stories[:PLACES]]
        session = int(self.clicks.session[question])
        self.asked.setdefault(method, Asked()).add(session, stories, target, ages, took)

    def _popular(self, at: Moment, half_life: float, without: list[int]) -> list[int]:
        counts = at.readings[HALF_LIVES.index(half_life)]
        return self._named(at.best(counts, without, OF_A_PAGE).tolist())

    def _named(self, numbers: Iterator[int] | list[int]) -> list[int]:
        stories = self._fold.stories.stories
        return [stories[number] for number in numbers]

    def _make_lists(self, now: float) -> None:
        """The most read now, held against the ten minutes to come."""
        clicks = self.clicks
        first, end = np.searchsorted(clicks.at_ms, [now * 1000, now * 1000 + _NEXT_MS])
        if end == len(clicks.at_ms):
            return
        read = counted(clicks.story[first:end])
        at = self._engine.at(now)
        live = at.readings[:, at.live]
        way = self._foresight.choice(live)
        order = at.live[np.argsort(-weighed(live, way), kind="stable")[:PLACES]]
        self.lists.setdefault("most-read", Lists()).add(self._named(order.tolist()), read)
        for half_life in _POPULAR:
            name = f"most read, half-life {_NAMED[half_life]}"
            self.lists.setdefault(name, Lists()).add(self._popular(at, half_life, []), read)


def _path(clicks: Clicks, place: int) -> list[int]:
    """The stories of the session up to this click, the latest first, each once."""
    path: dict[int, None] = {}
    while place != NONE:
        path.setdefault(int(clicks.story[place]))
        place = int(clicks.before[place])
    return list(path)
