"""The jobs process: what is computed and looked after apart from requests, each at its own pace."""

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from kawaraban.kit import database
from kawaraban.kit.counts import begin, counts
from kawaraban.ops.processes import Told
from kawaraban.ops.slots import Numbers, Slot

log = logging.getLogger(__name__)

_AFTER_FAILURE = 2.0, 60.0  # seconds at least, and at most for what is done once a day
DAY = 86_400.0


@dataclass
class Job:
    """Something done every so many seconds. One that fails is logged and stops no other."""

    name: str
    every: float
    work: Callable[[], object]
    due: float = 0.0

    def __post_init__(self) -> None:
        self._run, self._failure = f"job run:{self.name}", f"job failure:{self.name}"
        begin(self._run, self._failure)

    def run_if_due(self, now: float) -> None:
        if now < self.due:
            return
        wait = self.every
        try:
            self.work()
            counts[self._run] += 1
        except Exception as why:
            counts[self._failure] += 1
            least, most = _AFTER_FAILURE
            wait = min(max(wait, least), most)
            # Where the database is away, a line says it all, again and again.
            away = isinstance(why, database.FAILURES)
            log.error("%s failed; again in %.1f s: %s", self.name, wait, why, exc_info=not away)
        self.due = time.monotonic() + wait


def own_jobs() -> list[Job]:
    """What each house does for its own folder, whether it leads or not: docs/privacy.md promises it."""
    from django.conf import settings

    from kawaraban.audience import deadletters, snapshot
    from kawaraban.audience.beacon import event_log
    from kawaraban.audience.visitors import throw_other_salts_away
    from kawaraban.kit import clock
    from kawaraban.ops import rolling

    def forget() -> None:
        now = clock.stamp(clock.now())
        throw_other_salts_away(settings.VAR)
        snapshot.forget_former_days(settings.VAR / snapshot.FILE, now)
        deadletters.DeadLetters(settings.VAR / deadletters.FILE).forget(now)

    def prune() -> None:
        event_log().prune(rolling.forgettable())

    return [
        Job("rolling finished days", 600, rolling.Rolling().tick, due=time.monotonic() + 30),
        Job("forgetting former days", DAY / 24, forget, due=time.monotonic() + 60),
        # Ten thousand at a time: a day of ten million is gone in three hours.
        Job("forgetting old beacons", 10, prune, due=time.monotonic() + 60),
    ]


def jobs(slot: Slot | None = None) -> list[Job]:
    """Every job of the house that leads. `slot` is where their numbers go."""
    from django.conf import settings

    from kawaraban.audience.beacon import event_log
    from kawaraban.kit import clock
    from kawaraban.kit.stores import open_store
    from kawaraban.newsroom import schedule
    from kawaraban.ops import metrics
    from kawaraban.ops.reconcile import follow_up, reconcile
    from kawaraban.press import mending, pressing
    from kawaraban.press.plates import plates
    from kawaraban.press.renewing import Renewer
    from kawaraban.rails.refresh import Refresher
    from kawaraban.rails.shelf import Shelf

    store = open_store("editions", settings.VAR, settings.STORE_URL)
    refresher, renewer = Refresher(event_log(), store, settings.VAR), Renewer(plates(), Shelf(store))
    every = [
        Job("refresh of the rails", 0.25, refresher.tick),
        # Often, for until then what was withdrawn may be shown.
        Job("doing what is still to follow", 2, follow_up),
        Job("publishing what is due", 5, lambda: schedule.publish_due(clock.now())),
        Job("pressing the last discussions", DAY, mending.mend_discussions),
        Job("noting what all pages show", DAY / 24, pressing.learn),
        Job("renewing plates", 0.5, renewer.tick),
        Job("reconciling", 60, lambda: reconcile(thorough=False), due=time.monotonic() + 30),
    ]
    if slot is not None:
        every.append(Job("handing numbers over", 5, lambda: slot.put(metrics.of_jobs(refresher))))
    return every


def run(slot: Slot | None = None) -> None:
    """Runs what each house does for itself, and while it leads all other jobs, until SIGTERM.

    One at a time: each is short, and they write the same tables.
    """
    from django.db import close_old_connections

    from kawaraban.ops.leading import ASKS_EVERY, lease
    from kawaraban.press import front_door

    stopping = Told(signal.SIGTERM)
    ours, own, every = lease(), own_jobs(), list[Job]()
    while not stopping:
        for job in own:
            job.run_if_due(time.monotonic())
        if not ours.held():
            every = []
            _tell(slot)
            stopping.wait(ASKS_EVERY)
            continue
        if not every:
            # Made anew with each lease: what another house did meanwhile is read, not remembered.
            every = jobs(slot)
            _tell(slot)
        close_old_connections()
        for job in every:
            job.run_if_due(time.monotonic())
        stopping.wait(0.05)
    ours.give_up()
    front_door.finish(front_door.TOLD_WITHIN)


def _tell(slot: Slot | None) -> None:
    """Hands over what was counted, and nothing of now: that is what the house that leads has to say."""
    if slot is not None:
        slot.put(Numbers(dict(counts)))
