"""From the log's events to counts of one test: who was shown which wording, and who chose it."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from kawaraban.audience.events import Event

WINDOW_MS = 30 * 60_000  # a visitor counts once for each wording in it
_MOST_REMEMBERED = 200_000  # visitors and wordings in a span; then it is a shorter one


class Counting:
    """Counts of one test. `counts` holds [showings, clicks] of each wording.

    Which wording a page showed is known from the number of its edition: `shown` has the editions from
    which on another one stood there. A click counts a showing that no beacon told of, so clicks never
    outnumber showings. Who was counted lately is kept in two spans of WINDOW_MS, the older dropped whole: by
    what comes, and by `begin_span` where nothing does.
    """

    def __init__(self, story: int, counts: Sequence[Sequence[int]], shown: Iterable[tuple[int, int]]) -> None:
        self.counts = [list(one) for one in counts]
        self._story = story
        self._editions: list[int] = []
        self._wordings: list[int] = []
        for edition, wording in shown:
            self.show(edition, wording)
        self._span = 0
        self._lately: dict[tuple[bytes, int], bool] = {}  # whether they clicked
        self._before: dict[tuple[bytes, int], bool] = {}

    @property
    def showing(self) -> int | None:
        """The wording shown last, None before the first."""
        return self._wordings[-1] if self._wordings else None

    def show(self, edition: int, wording: int) -> None:
        """From this edition on the wording is shown. Editions come in their order."""
        self._editions.append(edition)
        self._wordings.append(wording)

    def take(self, event: Event) -> bool:
        """Takes in a rail's event; whether it changed the counts."""
        if self._story not in event.stories or event.story == self._story:
            return False
        place = bisect_right(self._editions, event.edition) - 1
        wording = self._wordings[place] if place >= 0 else -1
        if not 0 <= wording < len(self.counts):
            return False
        self.begin_span(event.at_ms)
        if len(self._lately) >= _MOST_REMEMBERED:
            self._before, self._lately = self._lately, {}
        key, clicked = (event.visitor, wording), event.kind == "rail_clicked"
        had = self._lately.get(key, self._before.get(key))
        self._lately[key] = clicked or bool(had)
        if had is None:
            self.counts[wording][0] += 1
        if clicked and not had:
            self.counts[wording][1] += 1
        return had is None or (clicked and not had)

    def begin_span(self, now_ms: int) -> None:
        """Forgets who was counted too long ago to be known again."""
        span = now_ms // WINDOW_MS
        if span > self._span:
            self._before = self._lately if span == self._span + 1 else {}
            self._lately = {}
            self._span = span
