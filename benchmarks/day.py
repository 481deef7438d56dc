"""A synthetic day of a large publication's readers, in the order of the log.

`python -m benchmarks.day FILE --sessions N` folds one, keeps its snapshot in FILE, and prints what the
process then holds (JSON).
"""

import argparse
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kawaraban.audience import snapshot
from kawaraban.audience.events import NOTHING_MORE, OF_RAILS, Event, Told
from kawaraban.audience.fold import Fold

SESSIONS, STORIES = 1_000_000, 50_000
AT_ONCE = 50_000  # events, as the publication reads them from its log
MIDNIGHT = 1_767_538_800  # 2026-01-05 00:00 in Tokyo, where a publication is that says nothing else
_STEP = 600  # seconds made at once
STEPS = 86_400 // _STEP
# As on a day of the portal whose clicks docs/audience.md replays: the most read story has a tenth of the
# readings, a hundred have three quarters, and a session has some three. What a portal's readers hardly
# ever do: a tenth of the readings go to any story whatever, so that all are live.
_STEEPNESS, _BEFORE = 1.6, 5
_ANY = 0.1
_PAUSE = 90  # seconds with a story

# What comes with a view, and how often: with the view itself ten events a session.
_WITH_A_VIEW = {
    "engaged": 0.83,
    "scroll": 0.56,
    "rail_shown": 0.83,
    "rail_clicked": 0.07,
    "discussion": 0.03,
    "share": 0.01,
}
_KINDS = ("view", *_WITH_A_VIEW)
_RAILS = ("also-read", "recommended", "most-read")
_SHOWN = 8

Columns = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Day:
    """Readers of so many sessions a day; views alone, or `mixed` with what browsers tell besides.

    Stories of a session have nothing to do with each other but that many are read by many.
    """

    sessions: int = SESSIONS
    stories: int = STORIES
    mixed: bool = True
    begins: int = MIDNIGHT  # seconds since 1970
    seed: int = 1

    def events(self) -> Iterator[list[Event]]:
        """The day's events, by the ten minutes in which they reached the log."""
        chance = np.random.default_rng(self.seed)
        # Fewest at four at night, most at four in the afternoon.
        hours = (np.arange(STEPS) + 0.5) * _STEP / 3600
        busy = 1.05 - np.cos((hours - 4) / 24 * 2 * np.pi)
        weights = (np.arange(self.stories) + _BEFORE) ** -_STEEPNESS
        upto = np.cumsum((1 - _ANY) * weights / weights.sum() + _ANY / self.stories)
        chosen, later = _Chosen(chance, upto), np.zeros((4, 0), np.int64)
        for step, sessions in enumerate(chance.multinomial(self.sessions, busy / busy.sum()).tolist()):
            began = self.begins + step * _STEP
            there = np.concatenate((later, self._begun(chosen, sessions, began)), axis=1)
            now = there[0] < (began + _STEP) * 1000
            later, there = there[:, ~now], there[:, now]
            yield _events(chosen, there[:, np.argsort(there[0], kind="stable")])

    def _begun(self, chosen: "_Chosen", sessions: int, began: int) -> Columns:
        """All events of the sessions that begin in a step: milliseconds, story, kind, visitor."""
        chance = chosen.chance
        many = 1 + chance.geometric(0.5, sessions)
        of = np.repeat(np.arange(sessions), many)
        first = np.repeat(np.cumsum(many) - many, many)
        pauses = np.cumsum(chance.lognormal(math.log(_PAUSE) - 0.5, 1.0, len(of)))
        seconds = chance.uniform(0, _STEP, sessions)[of] + pauses - pauses[first]
        at = began * 1000 + (seconds * 1000).astype(np.int64)
        visitors = chance.integers(-(2**63), 2**63 - 1, sessions)[of]
        views = np.stack((at, chosen.stories(len(of)), np.zeros(len(of), np.int64), visitors))
        if not self.mixed:
            return views
        parts = [views]
        for kind, often in enumerate(_WITH_A_VIEW.values(), start=1):
            some = views[:, chance.random(len(of)) < often]
            some[0] += chance.integers(2_000, 1000 * _PAUSE, some.shape[1])
            some[2] = kind
            parts.append(some)
        return np.concatenate(parts, axis=1)


@dataclass(frozen=True)
class _Chosen:
    """What readers choose by chance. `upto`: how likely it is one of the stories up to each."""

    chance: np.random.Generator
    upto: npt.NDArray[np.float64]

    def stories(self, *size: int) -> npt.NDArray[np.int64]:
        return np.searchsorted(self.upto[:-1], self.chance.random(size)) + 1


def _events(chosen: _Chosen, there: Columns) -> list[Event]:
    visitors, many = there[3].tobytes(), there.shape[1]
    shown = chosen.stories(many, _SHOWN).tolist() if there[2].any() else []
    values = chosen.chance.integers(1, 5, many).tolist()
    made = []
    for at, (at_ms, story, kind) in enumerate(there[:3].T.tolist()):
        name, visitor, told = _KINDS[kind], visitors[8 * at : 8 * at + 8], NOTHING_MORE
        if name in OF_RAILS:
            rail, edition, place = _RAILS[at % len(_RAILS)], at_ms // 1000, values[at]
            is_click = name == "rail_clicked"
            stories = tuple(shown[at][place - 1 : place] if is_click else shown[at])
            told = Told(place if is_click else 0, rail, edition, stories)
        elif name in ("engaged", "scroll"):
            told = Told(values[at])
        made.append(Event(bytes(16), at_ms, story, name, visitor, False, *told))
    return made


def folded(day: Day, fold: Fold) -> int:
    """Folds the day; how many events it had."""
    before = fold.after
    for events in day.events():
        for at in range(0, len(events), AT_ONCE):
            fold.take(enumerate(events[at : at + AT_ONCE], start=fold.after + 1))
        # Whoever looks at these clears them, in a publication that serves.
        fold.touched.clear()
        fold.followed.clear()
        fold.showings.choices.clear()
    return fold.after - before


def _held(field: str) -> int:
    """Bytes of memory that this process holds (VmRSS), or held at most (VmHWM)."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(told[field].split()[0]) * 1024


def main() -> None:
    told = argparse.ArgumentParser(prog="python -m benchmarks.day", description=__doc__)
    told.add_argument("file", type=Path)
    told.add_argument("--sessions", type=int, default=SESSIONS)
    told.add_argument("--stories", type=int, default=STORIES)
    asked = told.parse_args()
    fold, before, began = Fold(), _held("VmRSS"), time.process_time()
    events = folded(Day(asked.sessions, asked.stories), fold)
    held, spent = _held("VmRSS"), time.process_time() - began
    began = time.monotonic()
    snapshot.write(asked.file, fold, {})
    print(
        json.dumps(
            {
                "events": events,
                "pairs": len(fold.pairs),
                "resident": held,
                "before": before,
                "most": _held("VmHWM"),
                "seconds": spent,
                "writing": time.monotonic() - began,
                "written": asked.file.stat().st_size,
            }
        )
    )


if __name__ == "__main__":
    main()
