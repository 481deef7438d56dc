"""The fold: events a second beside a trial that only counts, a day's memory, and how soon it goes on.

Measured in processor time, for the figures are those of one core; the restart by the clock.
"""

import dataclasses
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from benchmarks import rows
from benchmarks.day import AT_ONCE, MIDNIGHT, STEPS, Day
from benchmarks.rig import Rig
from kawaraban.audience import snapshot
from kawaraban.audience.events import Event
from kawaraban.audience.fold import PATH, Fold

_A_ROUND = 8  # pieces of AT_ONCE events


class Trial:
    """The peer: counts in plain dicts of what is read, of the ways between a visitor's last stories, and
    of all else by story and kind or place. Nothing fades, no session ends, nothing is forgotten."""

    def __init__(self) -> None:
        self.readings: defaultdict[int, int] = defaultdict(int)
        self.ways: defaultdict[tuple[int, int], float] = defaultdict(float)
        self.told: defaultdict[tuple[int, str, int], int] = defaultdict(int)
        self._read: defaultdict[bytes, list[int]] = defaultdict(list)

    def take(self, events: Sequence[Event]) -> None:
        readings, ways, told = self.readings, self.ways, self.told
        for event in events:
            if event.kind != "view":
                for place, story in enumerate(event.stories or (event.story,), start=event.value):
                    told[story, event.rail or event.kind, place] += 1
                continue
            story, read = event.story, self._read[event.visitor]
            if story in read:
                continue
            readings[story] += 1
            for between, before in enumerate(islice(reversed(read), PATH), start=1):
                ways[before, story] += 1 / between
            read.append(story)


def measure(rig: Rig) -> list[rows.Found]:
    """Two streams' events a second, the memory of a day, the time until a restarted fold goes on."""
    return [
        _speed(rig, "fold, views alone", Day(mixed=False)),
        _speed(rig, "fold, with what else browsers tell", Day()),
        *_day(rig),
    ]


def _speed(rig: Rig, what: str, day: Day) -> rows.Row:
    """Both take the same pieces in turn; the first round, not counted, fills their tables."""
    fold, trial, pieces = Fold(), Trial(), _pieces(day)
    ours, theirs = [], []
    for number in range(rig.rounds + 1):
        rig.say(f"{what}, round {number} of {rig.rounds}" if number else f"{what}, warming up")
        spent, theirs_spent, many = 0.0, 0.0, 0
        for events in islice(pieces, _A_ROUND):
            began = time.process_time()
            fold.take(enumerate(events, start=fold.after + 1))
            between = time.process_time()
            trial.take(events)
            theirs_spent += time.process_time() - between
            spent += between - began
            many += len(events)
        if number:
            ours.append(many / spent)
            theirs.append(many / theirs_spent)
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    return rows.Row(
        what,
        statistics.median(ours),
        300_000,
        "events/s",
        more_is_better=True,
        spread=(min(ours), max(ours)),
        beside=f"a trial that only counts in dicts: {statistics.median(theirs):,.0f} ({ratio:.2f} of that)",
        note=f"{len(fold.stories):,} stories, {len(fold.pairs):,} pairs",
    )


def _tail(day: Day, many: int) -> list[Event]:
    """The first events after the day. A new day begins with them: the fold has most to do."""
    after = dataclasses.replace(day, begins=MIDNIGHT + 86_400).events()
    return list(islice(chain.from_iterable(after), many))


def _pieces(day: Day) -> Iterator[list[Event]]:
    """The day's events, so many at a time as a publication reads from its log; from nine in the morning."""
    waiting: list[Event] = []
    for events in islice(day.events(), 9 * 6, None):
        waiting += events
        while len(waiting) >= AT_ONCE:
            yield waiting[:AT_ONCE]
            waiting = waiting[AT_ONCE:]


def _day(rig: Rig) -> list[rows.Found]:
    size = Day(50_000, 5_000) if rig.quick else Day()
    with rig.folder() as folder:
        file = folder / "fold.npz"
        rig.say(f"folding a day of {size.sessions:,} sessions")
        command = [sys.executable, "-m", "benchmarks.day", str(file), "--sessions", str(size.sessions)]
        day = json.loads(rig.run([*command, "--stories", str(size.stories)], folder))
        # A snapshot is kept every ten minutes: so much of the log is to be read, on average.
        spent, at_work, restored, tail = [], [], [], _tail(size, day["events"] // STEPS)
        for number in range(rig.rounds):
            rig.say(f"going on from its snapshot, {number + 1} of {rig.rounds}")
            began, core, fold = time.monotonic(), time.process_time(), Fold()
            if snapshot.read(file, fold) is None:
                raise RuntimeError("the snapshot can't be read")
            restored.append(time.monotonic() - began)
            fold.take(enumerate(tail, start=fold.after + 1))
            spent.append(time.monotonic() - began)
            at_work.append(time.process_time() - core)
    return [
        rows.Row(
            f"memory of the fold, {size.stories:,} stories, a day of {size.sessions:,} sessions",
            day["resident"] / 1e6,
            1000,
            "MB",
            beside=f"of which {day['before'] / 1e6:.0f} before the first event",
            note=f"at most {day['most'] / 1e6:,.0f} MB; {day['pairs']:,} pairs",
        ),
        rows.Row(
            f"restart from the snapshot of a day of {day['events']:,} events",
            statistics.median(spent),
            2,
            "s",
            spread=(min(spent), max(spent)),
            beside=f"the day from the log: {day['seconds']:.0f} s"
            f" ({day['seconds'] / statistics.median(spent):.0f} times that)",
            note=f"{statistics.median(at_work):.2f} s of processor time;"
            f" restored in {statistics.median(restored):.2f} s, then {len(tail):,} events of the log's"
            f" tail; {day['written'] / 1e6:,.0f} MB, written in {day['writing']:.1f} s",
        ),
    ]
