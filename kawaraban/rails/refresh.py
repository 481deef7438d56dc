"""One round of the jobs process: what readers did becomes a new edition of the tables behind all rails."""

import datetime as dt
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kawaraban.audience.log import EventLog
from kawaraban.discussion import comments
from kawaraban.headlines.turns import Turns
from kawaraban.kit import clock, database
from kawaraban.kit.stores import Store, StoreUnavailable
from kawaraban.rails import arrangement, shelf
from kawaraban.rails.arrangement import Apart, Pin, arranged
from kawaraban.rails.catalogue import Cataloguing
from kawaraban.rails.charting import Charting
from kawaraban.rails.editions import Catalogue, Edition
from kawaraban.rails.learning import Learning
from kawaraban.rails.readers import Readers
from kawaraban.rails.shelf import Shelf
from kawaraban.rails.watch import Watch
from kawaraban.recommendations import blend, newcomers, places

log = logging.getLogger(__name__)

_AS_OF = 30.0  # seconds after which an edition is renewed though nobody read anything
_AGAIN = 2.0  # seconds before what failed is tried again
_A_DAY = dt.timedelta(days=1)
_COMMENTS_EVERY = 2.0  # seconds between two counts of all comments
_NOW = 300.0  # the half-life, in seconds, of what is read now, for what rises
_POOL = 60  # candidates of a section for Recommended


class Refresher:
    """Folds the log and publishes editions. One of it runs in a house.

    Until the log is counted, which takes many rounds where there is no snapshot, an edition says of readers
    what the one before said; what is published and withdrawn shows at once.

    `kept_in` is the folder of the fold's snapshots and of what likeness has read, from which a house
    started again goes on, and of events that could not be counted.
    """

    def __init__(self, log: EventLog, store: Store, kept_in: Path | None = None) -> None:
        self._log = log
        self._store = store
        self._readers = Readers(log, kept_in)
        last = Shelf(store).current()
        self._cataloguing = Cataloguing(last.catalogue, kept_in)
        self._watch = Watch(lambda card: card.topics, last.rising)
        self._charting = Charting(last.charts)
        self._learning = Learning(self._readers.engine.weighing)
        self._edition = last
        self._readers.tell(last.catalogue)
        self._is_known = last.number > 0  # what there is to show
        self._comments_at = 0.0
        self._comments = last.comments
        self._said_today: dict[int, int] = {}  # comments of the past day
        self._arrangement = -1
        self._kept: tuple[tuple[Pin, ...], tuple[Apart, ...]] = ((), ())
        self._arranged = last.arranged
        self._turns = Turns(log, last.wordings)
        self._unpublished = False  # tables that no store took
        self._unnoted = True  # what is shown may not have been noted by whoever was killed before us
        self._again_at = 0.0  # monotonic, after something failed

    def tick(self) -> bool:
        """Takes in what is new; whether a new edition was published. Repeats what failed next time."""
        if time.monotonic() < self._again_at:
            return False
        now = clock.stamp(clock.now())
        changed = self._readers.take_in(now) or self._readers.is_behind()
        changed &= self._readers.caught_up
        self._learning.round(self._readers.fold.showings)
        changed |= self._look_at_the_database(now)
        if not self._is_known:
            return False
        # The clock may have been set back.
        due = self._readers.caught_up and abs(now - self._edition.as_of) >= _AS_OF
        if not changed and not self._unpublished and not due:
            return False
        tables = self._tables if self._readers.caught_up else self._tables_before
        self._edition, self._unpublished = tables(now), True
        try:
            self._edition = shelf.publish(self._store, self._edition)
        except StoreUnavailable as why:
            self._failed("an edition could not be published", why)
            return False
        self._unpublished = False
        self._unnoted = True
        self._learning.keep(self._edition)
        try:
            self._note()
        except database.FAILURES as why:
            self._failed("what is shown can't be noted", why)
        self._readers.keep()
        return True

    def lag(self) -> int:
        """How many events are in the log and not in the tables. Raises LogUnavailable."""
        return self._log.last_seq() - self._readers.fold.after

    def _failed(self, what: str, why: Exception) -> None:
        log.warning("%s; again in %.0f s: %s", what, _AGAIN, why)
        self._again_at = time.monotonic() + _AGAIN

    def _look_at_the_database(self, now: float) -> bool:
        """Whether stories or comments changed. Without the database the rails go on with what is known."""
        changed = False
        try:
            changed = self._look_at_arrangement(now) | self._look_at_stories(now)
            self._is_known = True
            changed |= self._count_comments() | self._turns.tick(now)
            if self._unnoted:
                self._note()
        except database.FAILURES as why:
            self._failed("stories and comments can't be looked at", why)
        return changed

    def _note(self) -> None:
        """Notes which wordings readers are shown, as the edition before them says."""
        held = self._edition if self._edition.number else Shelf(self._store).current()
        self._turns.note(held.number, held.wordings)
        self._unnoted = False

    def _look_at_stories(self, now: float) -> bool:
        by_hand = arrangement.stories(*self._kept)
        catalogue = self._cataloguing.look(by_hand, lambda: self._readers.fold.readers(now))
        if catalogue is None:
            return False
        self._edition = replace(self._edition, catalogue=catalogue)
        self._readers.tell(catalogue)
        return True

    def _count_comments(self) -> bool:
        if time.monotonic() - self._comments_at < _COMMENTS_EVERY:
            return False
        self._comments_at = time.monotonic()
        before, self._comments = self._comments, database.read(comments.counts)
        self._said_today = database.read(comments.counts, clock.now() - _A_DAY)
        return self._comments != before

    def _look_at_arrangement(self, now: float) -> bool:
        version = database.read(arrangement.version)
        if version != self._arrangement:
            self._kept, self._arrangement = arrangement.kept(), version
        # A pin's time begins and ends without anybody's doing anything.
        before, self._arranged = self._arranged, arranged(*self._kept, now)
        return self._arranged != before

    def _tables_before(self, now: float) -> Edition:
        before = self._edition
        return replace(
            before,
            as_of=before.as_of or now,
            pool=before.pool or _pool(before.catalogue, {}, before.weights, now),
            comments=self._comments,
            arranged=self._arranged,
            wordings=self._turns.showing,
        )

    def _tables(self, now: float) -> Edition:
        catalogue, readers = self._edition.catalogue, self._readers
        of_the_hour = readers.fold.counts(now, 3_600.0)
        rows = readers.rows(now)
        weights = readers.engine.weighing.weights
        pool = _pool(catalogue, of_the_hour, weights, now)
        appeals = _appeals(catalogue, pool, readers, now)
        return Edition(
            as_of=now,
            catalogue=catalogue,
            rankings=readers.rankings(now),
            also_read=rows.also_read,
            read_next=rows.read_next,
            mixture=readers.engine.mixture(),
            pool=pool,
            weights=weights,
            newcomers=appeals.newcomers,
            appeals=appeals.others,
            charts=self._charting.look(
                catalogue, readers.fold, readers.numbers_by_section(), self._said_today, now
            ),
            rising=self._watch.rising(
                catalogue, readers.fold.read_in, readers.fold.counts(now, _NOW), _NOW, now
            ),
            comments=self._comments,
            arranged=self._arranged,
            wordings=self._turns.showing,
        )


def _appeals(
    catalogue: Catalogue, pool: Mapping[str, Sequence[tuple[int, float, float]]], readers: Readers, now: float
) -> newcomers.Appeals:
    showings, cards = readers.fold.showings, catalogue.cards
    pooled = dict.fromkeys(story for section in pool.values() for story, _, _ in section)
    newest = ((story, cards[story].published) for story in catalogue.newest.get("", ()))
    looked_at = places.propensities(showings)
    return newcomers.appeals(showings, looked_at, newest, pooled, lambda story: cards[story].section, now)


def _pool(
    catalogue: Catalogue, counts: dict[int, float], weights: blend.Weights, now: float
) -> dict[str, tuple[tuple[int, float, float], ...]]:
    most = max(counts.values(), default=0.0)
    found = {}
    for section, stories in catalogue.newest.items():
        read = sorted((s for s in stories if counts.get(s)), key=lambda s: -counts[s])[:_POOL]
        among = dict.fromkeys((*stories[:_POOL], *read))
        weighed = [
            (s, *blend.worth(now - catalogue.cards[s].published, counts.get(s, 0.0), most, weights))
            for s in among
        ]
        weighed.sort(key=lambda one: (-(one[1] + one[2]), -one[0]))
        found[section] = tuple((s, round(fresh, 5), round(read, 5)) for s, fresh, read in weighed[:_POOL])
    return found
