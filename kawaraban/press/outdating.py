"""Which plates are old: marks of what has changed, and when, in one value of the plate store.

Its version is the press's clock. A plate is stamped with the version that stood before anything of it
was read, and bears the names of what it shows; it is old as soon as one of them has a later mark. So a
change costs one write, however many pages show what changed, and each is pressed when it is asked for.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import orjson

from kawaraban.kit.shown import Change
from kawaraban.kit.stores import Store, StoreUnavailable

KEY = "outdated"
LATELY = 0.25  # seconds for which marks in memory are as good as those in the store
# Marks kept. Beyond, the older half goes, and plates older than those count as old altogether.
MOST = 4000
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
    sums: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # of things, as last told
    followed: int = 0  # publications that have been marked, and changes that are counted with them

    def condition(self, stamps: Stamps, shows: Iterable[str], stories: Iterable[int], ours: str) -> Condition:
        """Whether what was pressed with these stamps is new, old, or not to be shown any more.

        What another release pressed is old only for the one that opened last: while two serve at once,
        they would else press each other's pages again and again.
        """
        at = stamps.number
        if at < self.number:
            if at < self.withdrawn_floor or any(self.withdrawn.get(one, 0) > at for one in stories):
                return "withdrawn"
            if at < self.floor or self.everywhere > at:
                return "old"
            if any(self.since.get(one, 0) > at for one in shows):
                return "old"
            if any(self.since.get(f"story {one}", 0) > at for one in stories):
                return "old"
        return "old" if stamps.dress != ours and self.dress in ("", ours) else "new"


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
        told = (change.everywhere, change.where_named)

        def marked(marks: Marks, at: int) -> Marks:
            before = marks.sums.get(change.thing, ("", ""))
            followed = marks.followed + change.counted
            if before == told:
                return replace(marks, followed=followed)
            everywhere = at if before[0] != told[0] else marks.everywhere
            since = {**marks.since, change.thing: at} if before[1] != told[1] else marks.since
            sums = {**marks.sums, change.thing: told}
            return replace(marks, everywhere=everywhere, since=since, sums=sums, followed=followed)

        self._change(marked)

    def learn(self, rows: Iterable[Change]) -> None:
        """Takes note of what readers see of these rows now, where nobody has told yet."""
        known = {one.thing: (one.everywhere, one.where_named) for one in rows}
        self._change(lambda marks, _: replace(marks, sums={**known, **marks.sums}))

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


def _bounded(marks: Marks) -> Marks:
    if len(marks.since) > MOST:
        in_order = sorted(marks.since.items(), key=lambda one: one[1])
        marks = replace(
            marks, since=dict(in_order[MOST // 2 :]), floor=max(marks.floor, in_order[MOST // 2 - 1][1])
        )
    if len(marks.withdrawn) > MOST:
        gone = sorted(marks.withdrawn.items(), key=lambda one: one[1])
        floor = max(marks.withdrawn_floor, gone[MOST // 2 - 1][1])
        marks = replace(marks, withdrawn=dict(gone[MOST // 2 :]), withdrawn_floor=floor)
    return marks


def _to_bytes(marks: Marks) -> bytes:
    return orjson.dumps(
        {
            "floors": [marks.floor, marks.withdrawn_floor, marks.everywhere],
            "since": dict(marks.since),
            "withdrawn": list(marks.withdrawn.items()),
            "dress": marks.dress,
            "sums": dict(marks.sums),
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
        sums={name: (one, other) for name, (one, other) in data["sums"].items()},
        followed=data["followed"],
    )
