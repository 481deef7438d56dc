"""Whose turn it is: which wording of each story under test the next edition shows.

Time is cut into slices; in each, all readers see the same wording of a story, so that pages are the
same for all and may be kept. Over the slices the wordings have the shares that the bandit gives them,
spread evenly (by the golden ratio), so that morning and evening fall to all of them.
"""

import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass

from kawaraban.audience.events import OF_RAILS, NoEvent
from kawaraban.audience.log import EventLog, LogUnavailable
from kawaraban.headlines import bandit, trials
from kawaraban.headlines.bandit import Count
from kawaraban.headlines.counting import Counting
from kawaraban.headlines.models import HeadlineTest, Showing
from kawaraban.kit import clock

log = logging.getLogger(__name__)

SLICE = 10.0  # seconds
HALF_GONE = 6 * 3600.0  # seconds in which a story has half of the showings it will ever have
LONGEST = 48 * 3600.0  # seconds: then the leader is chosen, however uncertain
_SETTLED = 3600.0  # seconds after a choice in which every page was pressed with it, or mended
_COUNTED_FOR = 0.5  # seconds in a slice: a long log is counted bit by bit, as the jobs do more than this
_AT_ONCE = 20_000  # events read from the log at a time
_GOLDEN = (math.sqrt(5) - 1) / 2


def turn(story: int, slice_number: int, shares: list[float]) -> int:
    """The wording whose turn it is. The same arguments give the same answer everywhere."""
    at = (story * _GOLDEN + slice_number * _GOLDEN) % 1
    for wording, share in enumerate(shares):
        at -= share
        if at < 0:
            return wording
    return max(range(len(shares)), key=shares.__getitem__)


@dataclass
class _Test:
    """A running test in memory."""

    pk: int
    story: int
    began: float
    counting: Counting
    counted_to: int

    def counts(self) -> list[Count]:
        return [Count(*one) for one in self.counting.counts]

    def shares(self, now: float) -> list[float]:
        return bandit.shares(self.counts(), math.exp2(-max(now - self.began, 0) / HALF_GONE))


class Turns:
    """The running tests of the house. One of it runs, beside the fold.

    `showing` is what the next edition is to show; `note` must be told the number that it got.
    """

    def __init__(self, log: EventLog, showing: Mapping[int, int]) -> None:
        """`showing` is what the last edition of an earlier run shows: it stands until tests are looked at."""
        self._log = log
        self._tests: dict[int, _Test] = {}
        self._slice = -1
        self.showing = showing

    def tick(self, now: float) -> bool:
        """At the beginning of a slice counts, ends what is decided and gives turns; whether one changed."""
        slice_number = int(now // SLICE)
        if slice_number == self._slice and self._known():
            return False
        if self._slice < 0:
            trials.mend()
        self._slice = slice_number
        self._look()
        if self._count(now):
            self._decide(now)
        before = self.showing
        self.showing = self._chosen_lately(now) | {
            one.story: turn(one.story, slice_number, one.shares(now)) for one in self._tests.values()
        }
        return self.showing != before

    def note(self, edition: int, showing: Mapping[int, int]) -> None:
        """Keeps which wordings an edition shows: events name editions, not wordings."""
        for test in self._tests.values():
            wording = showing.get(test.story)
            if wording is not None and wording != test.counting.showing:
                Showing.objects.create(test_id=test.pk, edition=edition, wording=wording)
                test.counting.show(edition, wording)

    def _chosen_lately(self, now: float) -> dict[int, int]:
        """What was chosen shows until no page has the others any more: else the loser would once more."""
        ended = HeadlineTest.objects.filter(chosen__isnull=False, ended_at__gt=clock.moment(now - _SETTLED))
        chosen = ended.order_by("pk").values_list("story_id", "chosen")
        return {story: wording for story, wording in chosen if wording is not None}

    def _known(self) -> bool:
        running = HeadlineTest.objects.filter(state=trials.RUNNING).values_list("pk", flat=True)
        return set(running) == self._tests.keys()

    def _look(self) -> None:
        running = {one.pk: one for one in HeadlineTest.objects.filter(state=trials.RUNNING)}
        self._tests = {pk: test for pk, test in self._tests.items() if pk in running}
        for pk in running.keys() - self._tests.keys():
            row = running[pk]
            shown = Showing.objects.filter(test=row).values_list("edition", "wording")
            counting = Counting(row.story_id, row.counts, shown)
            counted_to = row.counted_to or self._begin_at_the_end(pk)
            self._tests[pk] = _Test(pk, row.story_id, clock.stamp(row.began_at), counting, counted_to)

    def _begin_at_the_end(self, pk: int) -> int:
        """Where a new test begins to count. Kept at once: what comes before its first count is its own."""
        try:
            end = self._log.last_seq()
        except LogUnavailable:
            return 0
        HeadlineTest.objects.filter(pk=pk).update(counted_to=end)
        return end

    def _count(self, now: float) -> bool:
        """Takes in what is new in the log, for half a second; whether that was all.

        Counts and how far they go are kept together.
        """
        if not self._tests:
            return True
        began, done = time.monotonic(), False
        changed: set[int] = set()
        after = 0
        try:
            last = self._log.last_seq()
            for test in self._tests.values():
                if test.counted_to > last:  # the log is a new one, and numbers begin again
                    test.counted_to = 0
            after = min(one.counted_to for one in self._tests.values())
            while time.monotonic() - began < _COUNTED_FOR:
                try:
                    rows = self._log.read(after, _AT_ONCE)
                except NoEvent as one:  # the fold tells of it
                    after = one.seq
                    continue
                if not rows:
                    done = True
                    break
                for seq, event in rows:
                    if event.kind not in OF_RAILS:
                        continue
                    for test in self._tests.values():
                        if seq > test.counted_to and test.counting.take(event):
                            changed.add(test.pk)
                after = rows[-1][0]
        except LogUnavailable as why:
            log.warning("headline tests: the log of readers can't be read: %s", why)
        for test in self._tests.values():
            test.counted_to = max(after, test.counted_to)
            test.counting.begin_span(int(now * 1000))
            if test.pk in changed:
                HeadlineTest.objects.filter(pk=test.pk, state=trials.RUNNING).update(
                    counts=test.counting.counts, counted_to=test.counted_to
                )
        return done

    def _decide(self, now: float) -> None:
        for pk, test in list(self._tests.items()):
            stands = bandit.standing(test.counts())
            if bandit.is_decided(stands) or now - test.began > LONGEST:
                row = HeadlineTest.objects.get(pk=pk)
                if trials.choose(row, stands.leader, stands.certainty):
                    log.info("the test of story %s is decided: wording %s", test.story, stands.leader)
                del self._tests[pk]
