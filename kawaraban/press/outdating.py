"""Which plates are old: marks of what has changed, and when, in one value of the plate store.

Its version is the press's clock. A plate is stamped with the version that stood before anything of it
was read, and bears the names of what it shows; it is old as soon as one of them has a later mark. So a
change costs one write, however many pages show what changed, and each is pressed when it is asked for.
What was last told of each row lies beside, under a key of its own: it grows with the house.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, NamedTuple

import orjson

from kawaraban.kit.shown import Change
from kawaraban.kit.stores import Store, StoreUnavailable

KEY = "outdated"
LATELY = 0.25  # seconds for which marks in memory are as good as those in the store
# Marks kept of changes and of withdrawn stories. Beyond, the older half goes, and plates older than those
# count as old altogether. Every publication writes them all, and every worker reads them.
MOST, MOST_WITHDRAWN = 10_000, 4000
_TOLD = "told:"
_TRIES = 50

Condition = Literal["new", "old", "withdrawn"]


@dataclass(frozen=True)
class Stamps:
    """What a plate was made from."""

    number: int  # of the marks that stood before it was pressed
    dress: str  # the code, templates and translations that pressed it
    story: int = 0  # the version of the story; 0 where the plate isn't a story's


@dataclass(frozen=True)
class Marks:
    """What changed when, in the press's clock. `withdrawn` holds stories that may be shown no more."""

    number: int = 0
    floor: int = 0  # plates from before are old
    withdrawn_floor: int = 0  # plates from before may show what has been withdrawn
    everywhere: int = 0
    since: Mapping[str, int] = field(default_factory=dict)
    withdrawn: Mapping[int, int] = field(default_factory=dict)
    dress: str = ""  # that of the house which opened last
    followed: int = 0  # publications that have been marked, and changes that are counted with them

    def condition(self, stamps: Stamps, shows: Iterable[str], stories: Iterable[int], ours: str) -> Condition:
        """Whether what was pressed with these stamps is new, old, or not to be shown any more.

        What another release pressed is old only for the one that opened last: while two serve at once,
        they would else press each other's pages again and again.
        """
        at = stamps.number
        if at < self.number:
            if at < self.withdrawn_floor or self.withdraw(stamps, stories):
                return "withdrawn"
            if at < self.floor or self.everywhere > at:
                return "old"
            if any(self.since.get(one, 0) > at for one in shows):
                return "old"
            if any(self.since.get(f"story {one}", 0) > at for one in stories):
                return "old"
        return "old" if stamps.dress != ours and self.dress in ("", ours) else "new"

    def withdraw(self, stamps: Stamps, stories: Iterable[int]) -> bool:
        """Whether one of the stories is known to have been withdrawn after what was pressed with these."""
        return any(self.withdrawn.get(one, 0) > stamps.number for one in stories)


class Looked(NamedTuple):
    """The marks as a look at the store found them."""

    marks: Marks
    at: float  # when the look began, in monotonic seconds


class Outdating:
    """The marks in the store. Everything here but `last` and `lately` may raise `StoreUnavailable`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # Replaced as one: who reads marks and moment on another thread reads those of the same look.
        self.last = Looked(Marks(), 0.0)

    def now(self) -> Marks:
        """The marks as they stand; the first one who asks lays them out."""
        at, held = time.monotonic(), self.last.marks
        version = self._store.version(KEY)
        if version is None:
            self._store.swap(KEY, _to_bytes(Marks()), None)
        if version is None or version != held.number:
            found = self._store.get(KEY)
            if found is None:
                raise StoreUnavailable("the marks of old plates can't be kept")
            held = _from_bytes(found[1], found[0])
        self.last = Looked(held, at)
        return held

    def glance(self) -> bool:
        """Looks the marks up as `now` does, where that takes no waiting; whether it could."""
        at, held = time.monotonic(), self.last.marks
        version = self._store.glance_at_version(KEY)
        if version is None:
            return False
        if version != held.number:
            found = self._store.glance(KEY)
            if found is None:
                return False
            held = _from_bytes(found[1], found[0])
        self.last = Looked(held, at)
        return True

    def lately(self) -> Looked | None:
        """The last look, if it was a moment ago: asks nobody."""
        last = self.last
        return last if time.monotonic() - last.at < LATELY else None

    def story(self, number: int, *, shown_by: Iterable[str] = (), withdrawn: bool = False) -> None:
        """Marks a story that was published or withdrawn, and lists or lines it came into or left."""

        def marked(marks: Marks, at: int) -> Marks:
            since = {**marks.since, f"story {number}": at, **dict.fromkeys(shown_by, at)}
            gone = {**marks.withdrawn, number: at} if withdrawn else marks.withdrawn
            return replace(marks, since=since, withdrawn=gone, followed=marks.followed + 1)

        self._change(marked)

    def change(self, change: Change) -> None:
        """Marks a row that was saved, if readers see another thing now than when it was last told."""
        for _ in range(_TRIES):
            kept = self._store.get(_TOLD + change.thing)
            before = orjson.loads(kept[1]) if kept else ["", ""]
            # Marked before it counts as told: who dies between the two has it marked once more, not never.
            self._change(partial(_marked, change, before))
            change = replace(change, counted=False)  # by now it is
            if before == _sums(change):
                return
            version = kept[0] if kept else None
            if self._store.swap(_TOLD + change.thing, orjson.dumps(_sums(change)), version) is not None:
                return
        raise StoreUnavailable(f"too many tell of {change.thing} at once")

    def learn(self, rows: Iterable[Change]) -> None:
        """Takes note of what readers see of these rows now, where nobody has told yet."""
        for one in rows:
            self._store.swap(_TOLD + one.thing, orjson.dumps(_sums(one)), None)

    def everything(self) -> None:
        """Makes every plate old."""
        self._change(lambda marks, at: replace(marks, everywhere=at))

    def follow(self, publications: int) -> None:
        """Notes that so many more publications have been followed, whoever did."""
        self._change(lambda marks, _: replace(marks, followed=marks.followed + publications))

    def wear(self, dress: str) -> None:
        """Says what the house presses with that opens now."""
        self._change(lambda marks, _: replace(marks, dress=dress))

    def _change(self, marked: Callable[[Marks, int], Marks]) -> None:
        for attempt in range(_TRIES):
            before = self.now()
            after = marked(before, before.number + 1)
            if after == before:
                return
            if self._store.swap(KEY, _to_bytes(_bounded(after)), before.number) is not None:
                return
            time.sleep(0.002 * attempt)
        raise StoreUnavailable("too many change the marks of old plates at once")


def _sums(change: Change) -> list[str]:
    return [change.everywhere, change.where_named]


def _marked(change: Change, before: list[str], marks: Marks, at: int) -> Marks:
    everywhere = at if before[0] != change.everywhere else marks.everywhere
    since = {**marks.since, change.thing: at} if before[1] != change.where_named else marks.since
    return replace(marks, everywhere=everywhere, since=since, followed=marks.followed + change.counted)


def _bounded(marks: Marks) -> Marks:
    if len(marks.since) > MOST:
        in_order = sorted(marks.since.items(), key=lambda one: one[1])
        marks = replace(
            marks, since=dict(in_order[MOST // 2 :]), floor=max(marks.floor, in_order[MOST // 2 - 1][1])
        )
    if len(marks.withdrawn) > MOST_WITHDRAWN:
        gone, half = sorted(marks.withdrawn.items(), key=lambda one: one[1]), MOST_WITHDRAWN // 2
        floor = max(marks.withdrawn_floor, gone[half - 1][1])
        marks = replace(marks, withdrawn=dict(gone[half:]), withdrawn_floor=floor)
    return marks


def _to_bytes(marks: Marks) -> bytes:
    return orjson.dumps(
        {
            "floors": [marks.floor, marks.withdrawn_floor, marks.everywhere],
            "since": dict(marks.since),
            "withdrawn": list(marks.withdrawn.items()),
            "dress": marks.dress,
            "sums": {},  # where releases before looked for what was told
            "followed": marks.followed,
        }
    )


def _from_bytes(kept: bytes, number: int) -> Marks:
    data: dict[str, Any] = orjson.loads(kept)
    # Marks just laid out know nothing of what was before: all older plates are old, and suspect.
    floor, withdrawn_floor, everywhere = data["floors"]
    return Marks(
        number=number,
        floor=floor or number,
        withdrawn_floor=withdrawn_floor or number,
        everywhere=everywhere,
        since=data["since"],
        withdrawn=dict(data["withdrawn"]),
        dress=data["dress"],
        followed=data["followed"],
    )
