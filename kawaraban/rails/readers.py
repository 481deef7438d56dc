"""What readers' doings say for the rails: the fold, and everything that learns from it.

The fold never asks the clock; here is who does. What a wrong clock put far ahead would stand first until
that time comes, so it is left out; a fold that stands ahead itself, as the clock jumped for all and was
set back, is given up, and the log counted from its beginning.
"""

import logging
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kawaraban.audience import deadletters, snapshot
from kawaraban.audience.deadletters import DeadLetters
from kawaraban.audience.events import Event, NoEvent
from kawaraban.audience.fold import Fold
from kawaraban.audience.log import EventLog, LogUnavailable
from kawaraban.rails.editions import Catalogue, Ranking, Weighed
from kawaraban.rankings.foresight import Foresight
from kawaraban.rankings.most_read import most_read
from kawaraban.recommendations.engine import Engine, Following
from kawaraban.recommendations.facts import Fact
from kawaraban.recommendations.teaching import Teacher
from kawaraban.recommendations.trials import Trials

log = logging.getLogger(__name__)

_AT_ONCE = 10_000  # events read from the log at a time
_A_ROUND = 0.5  # seconds of counting, after which other jobs have their turn
_AHEAD = 300.0  # seconds by which clocks of several machines may differ
_TOLD_EVERY = 60.0  # seconds between two letters of what was left out: it may be all that comes
_ROWS_AT_ONCE = 200  # rows computed in a round; the others wait for the next
_RENEWED = 10  # rows of a round that nobody touched, so that none grows stale
_KEPT_EVERY = 600.0  # seconds between two snapshots
_ALSO, _NEXT = 30, 20  # stories of a row
_AS_KEPT = 6  # digits


class Rows(NamedTuple):
    """What is read next after each story: by people who read both, and else."""

    also_read: Mapping[int, tuple[Weighed, ...]]
    read_next: Mapping[int, tuple[Weighed, ...]]


class Readers:
    """Takes in what is new in the log, and answers for the rails. One of it runs in a house.

    Before it is `caught_up` it has counted a part of the log, which says nothing of now.
    """

    def __init__(self, log: EventLog, kept_in: Path | None = None) -> None:
        self._log = log
        self._kept_in = kept_in / snapshot.FILE if kept_in else None
        self._kept_at = time.monotonic()
        self._kept_after = 0
        self._has_begun = self._kept_in is None
        self.caught_up = False
        self._clock = math.inf  # the clock on the wall less the one that nobody sets
        self._left_out = 0  # events, since the log's beginning
        self._told_at = -math.inf
        self._letters = DeadLetters(kept_in / deadletters.FILE if kept_in else None)
        self.fold = Fold(self._letters.put)
        self.engine = Engine(self.fold)
        self._trials = Trials(self.engine)
        self._teacher = Teacher(self.engine.ranker)
        self._foresight = Foresight()
        self._catalogue = Catalogue()
        self._sections: dict[str, npt.NDArray[np.int64]] = {}
        self._sections_of: tuple[int, int] = (-1, -1)
        self._waiting: dict[int, None] = {}  # numbers whose rows are to be computed, the first touched first
        self._also: dict[int, tuple[Weighed, ...]] = {}
        self._next: dict[int, tuple[Weighed, ...]] = {}
        self._computed: dict[int, None] = {}  # stories with rows, the one computed longest ago first

    def take_in(self, now: float) -> bool:
        """Takes in what is new, for half a second or so; whether that changed anything."""
        before = self.fold.after, self.caught_up
        try:
            self._take_in(now)
        except LogUnavailable as why:
            log.warning("the log of readers can't be read: %s", why)
        if self.caught_up:
            self._trials.round(now)
            self._teacher.round()
            if self._foresight.due(now):
                self._foresight.round(now, self.fold, self.numbers_by_section())
        else:
            self.fold.followed.clear()  # long ago
        return (self.fold.after, self.caught_up) != before

    def _take_in(self, now: float) -> None:
        until = time.monotonic() + _A_ROUND
        if not self._has_begun:
            self._go_on()
        self._look_at_the_clock(now)
        while True:
            try:
                rows = self._log.read(self.fold.after, _AT_ONCE)
            except NoEvent as one:
                self._letters.put(one.seq, one.found, str(one))
                self.fold.after = one.seq
            else:
                if rows:
                    self._fold(rows, now)
                elif self._log.last_seq() >= self.fold.after:
                    self.caught_up = True
                    return
                else:  # its numbers went further
                    self._begin_anew("the log of readers is another one")
            if time.monotonic() >= until:
                return

    def _fold(self, rows: Sequence[tuple[int, Event]], now: float) -> None:
        last, latest_ms = rows[-1][0], (now + _AHEAD) * 1000
        ahead = [one for one in rows if one[1].at_ms.__class__ is int and one[1].at_ms > latest_ms]
        if ahead:
            left_out = {seq for seq, _ in ahead}
            rows = [one for one in rows if one[0] not in left_out]
            self._tell_of(ahead)
        self.fold.take(rows)
        self.fold.after = last

    def _tell_of(self, ahead: Sequence[tuple[int, Event]]) -> None:
        before, self._left_out = self._left_out, self._left_out + len(ahead)
        if time.monotonic() - self._told_at >= _TOLD_EVERY:
            self._told_at = time.monotonic()
            seq, event = ahead[0]
            self._letters.put(seq, event, f"it is ahead of the clock, as {before} before it were")

    def _look_at_the_clock(self, now: float) -> None:
        """What was left out while the clock was behind is counted when it was set right."""
        before, self._clock = self._clock, now - time.monotonic()
        if self.fold.stands_at() > now + 2 * _AHEAD:
            self._begin_anew("the counts of readers are ahead of the clock")
        elif self._left_out and self._clock - before > _AHEAD:
            self._begin_anew("the clock was set forward")

    def _begin_anew(self, why: str) -> None:
        """Counts from the log's beginning. What was learnt of readers stays."""
        log.warning("%s: the log is counted from its beginning", why)
        self.caught_up, self._left_out = False, 0
        self.fold = self.engine.fold = Fold(self._letters.put)
        self._trials = Trials(self.engine)
        self._foresight = Foresight()
        self._sections_of = (-1, -1)
        self._kept_after = 0
        for known in (self._waiting, self._also, self._next, self._computed):
            known.clear()

    def keep(self) -> None:
        """Writes a snapshot, if it is time and there is anything new."""
        if self._kept_in is None or self.fold.after == self._kept_after or not self.caught_up:
            return
        if time.monotonic() - self._kept_at < _KEPT_EVERY:
            return
        self._kept_at, self._kept_after = time.monotonic(), self.fold.after
        try:
            snapshot.write(self._kept_in, self.fold, self.engine.kept())
        except OSError as why:
            log.warning("no snapshot of the readers' counts could be written: %s", why)

    def _go_on(self) -> None:
        """Goes on from the snapshot, if it is of this log and not of one that went further."""
        last = self._log.last_seq()
        self._has_begun = True
        fold = Fold(self._letters.put)
        learnt = snapshot.read(self._kept_in, fold) if self._kept_in else None
        if learnt is None or fold.after > last:
            return
        self.fold = self.engine.fold = fold
        self.engine.restore(learnt)
        self._kept_after = fold.after
        fold.touched.update(fold.stories.number_of.values())

    def tell(self, catalogue: Catalogue) -> None:
        """Makes these the stories that may stand in rails."""
        self._catalogue = catalogue
        self._sections_of = (-1, -1)
        self.engine.facts.tell(
            {story: Fact(card.section, card.published) for story, card in catalogue.cards.items()}
        )

    def rows(self, now: float) -> Rows:
        """Computes the rows of stories that were touched, and some others in turn; all rows."""
        fold, stories = self.fold, self.fold.stories.stories
        self._waiting.update(dict.fromkeys(sorted(fold.touched)))
        fold.touched.clear()
        numbers = fold.stories.number_of
        for story in list(self._computed)[:_RENEWED]:
            if story in numbers:
                self._waiting[numbers[story]] = None
            else:  # nobody read it for a week
                for table in (self._also, self._next, self._computed):
                    table.pop(story, None)
        pages = [number for number in list(self._waiting)[:_ROWS_AT_ONCE] if number < len(stories)]
        self._waiting = dict.fromkeys(list(self._waiting)[_ROWS_AT_ONCE:])
        for found in self.engine.following(self.engine.at(now), pages):
            story = stories[found.page]
            self._computed.pop(story, None)
            self._computed[story] = None
            self._also[story], self._next[story] = row_of(found, stories)
        cards = self._catalogue.cards
        return Rows(
            {story: row for story, row in self._also.items() if row and story in cards},
            {story: row for story, row in self._next.items() if row and story in cards},
        )

    def is_behind(self) -> bool:
        """Whether rows wait to be computed."""
        return bool(self._waiting)

    def rankings(self, now: float) -> dict[str, Ranking]:
        """The most read of each section ("" for all)."""
        fold = self.fold
        published = {story: card.published for story, card in self._catalogue.cards.items()}
        readers, openings = fold.readers(now), fold.opened(now)
        counts, stories = fold.readings.counts(now), fold.stories.stories
        found = {}
        for section, numbers in self.numbers_by_section().items():
            newest = self._catalogue.newest[section]
            among = counts[:, numbers]
            named = [stories[number] for number in numbers.tolist()]
            ranked = most_read(named, among, self._foresight.choice(among), published, newest)
            found[section] = Ranking(
                stories=ranked.stories,
                readers=tuple(readers.get(story, 0) for story in ranked.stories),
                evidence=sum(openings.get(story, 0) for story in named),
                half_life=ranked.half_life,
            )
        return found

    def numbers_by_section(self) -> dict[str, npt.NDArray[np.int64]]:
        """The fold's numbers of each section's stories ("" for all)."""
        numbered = self.fold.stories
        if self._sections_of != (numbered.version, len(numbered)):
            self._sections_of = numbered.version, len(numbered)
            self._sections = {
                section: numbered.numbers(stories) for section, stories in self._catalogue.newest.items()
            }
        return self._sections


def row_of(found: Following, stories: Sequence[int]) -> tuple[tuple[Weighed, ...], tuple[Weighed, ...]]:
    """A story's row in both tables of an edition. `stories` are by the fold's numbers."""

    def weighed(which: npt.NDArray[np.bool_], most: int) -> tuple[Weighed, ...]:
        numbers, chances = found.stories[which][:most].tolist(), found.chances[which][:most].tolist()
        return tuple(
            (stories[number], round(chance, _AS_KEPT))
            for number, chance in zip(numbers, chances, strict=True)
        )

    return weighed(found.together, _ALSO), weighed(~found.together, _NEXT)
