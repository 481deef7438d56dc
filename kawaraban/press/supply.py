"""Where the desk's pages come from: plate, discussion and tables, each as new as can be had.

All of this is slow (files, network, database) and runs on the desk's threads.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from kawaraban.feeds import sitemaps
from kawaraban.kit import clock, database
from kawaraban.kit.stores import StoreUnavailable
from kawaraban.press import leases, pressing
from kawaraban.press.joining import Live, join
from kawaraban.press.outdating import Condition, Marks, Stamps
from kawaraban.press.pages import Matter, Page
from kawaraban.press.plates import Discussion, Plate, Plates
from kawaraban.press.pressing import Elsewhere, Pressed
from kawaraban.press.stamps import dress, stamps_now
from kawaraban.press.unmarked import Unmarked
from kawaraban.rails.editions import Edition
from kawaraban.rails.shelf import Shelf
from kawaraban.stories import queries

log = logging.getLogger(__name__)

# How many plates that could still be handed out are pressed anew at a time. After a change that all
# pages show, or a release, every page asked for is old at once: they are renewed one after the other.
_RENEWED_AT_ONCE = 2
_LOOKS_EVERY = 0.02  # seconds between two looks for a plate that somebody else presses
_LOOKED_AT_EVERY = 0.05  # seconds between two looks for all pages that are made at once
_EDITION_LATE = 0.25  # seconds that a page is made at once with the edition at hand, while the next is read

Result = TypeVar("Result")


@dataclass(frozen=True)
class Supply:
    """Brings pages up to date from the stores, and from the database where they have none."""

    plates: Plates
    shelf: Shelf
    _renewing: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_RENEWED_AT_ONCE)
    )
    _unmarked: Unmarked = field(default_factory=Unmarked)

    def newest(self, address: str, old: Page | None, encodings: Iterable[str]) -> Page | Elsewhere | None:
        """The page as of now, packed in these encodings; `old` itself where nothing has changed.

        Raises whatever store, database or templates raise, when there is nothing to go on with.
        """
        matter = self._matter(address, old)
        if not isinstance(matter, Matter):
            return matter
        return self._joined(matter, old, encodings, self.shelf.current())

    def look(self) -> None:
        """Looks up what `at_hand` goes by: which plates are old, and the newest edition."""
        self._marks()
        self.shelf.current()

    def look_at_once(self) -> bool:
        """The same if it is time for it and takes no waiting; False says that `look` is wanted."""
        if time.monotonic() - self.plates.outdating.last.at < _LOOKED_AT_EVERY:
            return True
        return self.plates.outdating.glance() and self.shelf.glance()

    def at_hand(self, address: str, encoding: str) -> Page | None:
        """The page, where its plate lies ready and new, and nothing has to be waited for; else None."""
        lately = self.plates.outdating.lately()
        if lately is None or self._unmarked.are_unknown:
            return None
        if not self.shelf.at_hand.number or not self.shelf.is_up_to_date(_EDITION_LATE):
            return None
        page = self._at_hand(address, encoding, lately.marks)
        if page is not None:
            page.checked = lately.at
        return page

    def bars(self, page: Page) -> bool:
        """Whether the page shows what is known here to have been withdrawn: asks nobody."""
        plate, marks = page.matter.plate, self.plates.outdating.last.marks
        if page.barred or not self._unmarked.stories.isdisjoint(plate.standing):
            return True
        # Pressed while no marks could be read, it shows what the database said: no older mark is against it.
        return plate.stamps.number > 0 and marks.withdraw(plate.stamps, plate.standing)

    def _at_hand(self, address: str, encoding: str, marks: Marks) -> Page | None:
        kept = self.plates.glance(address)
        if kept is None or self._condition(kept[1], marks) != "new":
            return None
        version, plate = kept
        if not plate.is_discussed:
            return self._joined(Matter(plate, version), None, (encoding,), self.shelf.at_hand)
        said = self.plates.glance_at_discussion(plate.story_id or 0)
        if said is None or said[1].condition(marks, dress()) != "new":
            return None
        return self._joined(Matter(plate, version, said[1], said[0]), None, (encoding,), self.shelf.at_hand)

    def _joined(self, matter: Matter, old: Page | None, encodings: Iterable[str], edition: Edition) -> Page:
        now = clock.now()
        # What is kept nowhere has no version to be known by.
        plate = matter.plate_version or matter.plate.pressed_at
        said = matter.discussion_version or (matter.discussion and matter.discussion.markup)
        # The minute is part of the sum for what is said of time: the day, "12 minutes ago".
        made_of = (plate, matter.plate.stamps, said, edition.number)
        sum_now = (*made_of, matter.behind_times, int(clock.stamp(now) // 60))
        if old is None or old.sum != sum_now:
            page = Page(
                matter, sum_now, join(matter.plate, Live(edition, matter.discussion, now)), time.time()
            )
        else:
            page = old
        for encoding in encodings:
            if encoding not in page.replies:
                page.pack(encoding)
        return page

    def _matter(self, address: str, old: Page | None) -> Matter | Elsewhere | None:
        try:
            marks = self._marks()
            found = self._plate(address, old, marks)
        except StoreUnavailable as why:
            self._unmarked.store_is_away()
            log.warning("plates: %s", why)
            if old is None or old.barred or _shows_what_was_withdrawn(old):
                return self._unkept(address)
            return replace(old.matter, behind_times=True)
        if found is None or isinstance(found, Elsewhere):
            return found
        version, plate = found
        said_version, said = 0, None
        if plate.is_discussed:
            said_version, said = self._discussion(plate.story_id or 0, old.matter if old else None, marks)
        behind = version == 0 and self._condition(plate, marks) != "new"
        return Matter(plate, version, said, said_version, behind)

    def _marks(self) -> Marks:
        try:
            marks = self.plates.outdating.now()
        except StoreUnavailable:
            self._unmarked.store_is_away()
            raise
        self._unmarked.look()
        return marks

    def _condition(self, plate: Plate, marks: Marks) -> Condition:
        if not self._unmarked.stories.isdisjoint(plate.standing):
            return "withdrawn"
        return plate.condition(marks, dress())

    def _unkept(self, address: str) -> Matter | Elsewhere | None:
        """A page that is pressed for this process alone, for the store is away."""
        found = _asked(pressing.made, address, stamps_now(self.plates))
        if not isinstance(found, Plate):
            return found
        if not found.is_discussed:
            return Matter(found, 0)
        version, said = database.read(pressing.discussion, found.story_id)
        return Matter(found, 0, said, version)

    def _plate(self, address: str, old: Page | None, marks: Marks) -> Pressed:
        if old is not None:
            condition = self._condition(old.matter.plate, marks)
            if condition == "new" and old.matter.plate_version == self.plates.version(address):
                return old.matter.plate_version, old.matter.plate
            old.barred = condition == "withdrawn"
        kept = self.plates.get(address)
        condition = self._condition(kept[1], marks) if kept else "withdrawn"
        if kept is not None and condition == "new":
            return kept
        if kept is not None and condition == "old":
            return self._renewed_in_turn(address, kept, old, marks)
        if kept is None and not database.read(pressing.stands, address):
            return _pressed(address, marks)
        return self._pressed_or_waited_for(address, marks)

    def _renewed_in_turn(
        self, address: str, kept: tuple[int, Plate], old: Page | None, marks: Marks
    ) -> Pressed:
        if not self._renewing.acquire(blocking=False):
            return kept
        try:
            if old is not None:
                old.being_pressed = not old.barred
            return self._renewed(address, kept, marks)
        finally:
            self._renewing.release()
            if old is not None:
                old.being_pressed = False

    def _renewed(self, address: str, kept: tuple[int, Plate], marks: Marks) -> Pressed:
        """The page pressed anew; the plate kept, where somebody else is at it or it can't be pressed."""
        with self.plates.leases.taken(address) as ours:
            if not ours:
                return kept
            try:
                # Whoever had the lease before may have pressed it since we looked.
                return self._new_plate(address, marks) or _pressed(address, marks)
            except database.FAILURES:
                return 0, kept[1]
            except Exception:
                log.exception("%s could not be pressed", address)
                return 0, kept[1]

    def _pressed_or_waited_for(self, address: str, marks: Marks) -> Pressed:
        """The page pressed now, by us or by whoever is at it; without any plate to go on with."""
        until = time.monotonic() + leases.LONGEST
        while True:
            with self.plates.leases.taken(address) as ours:
                found = self._new_plate(address, marks)
                if found is not None:
                    return found
                if ours or time.monotonic() > until:
                    return _pressed(address, marks)
            while self.plates.leases.is_held(address) and time.monotonic() <= until:
                time.sleep(_LOOKS_EVERY)
            marks = self._marks()

    def _new_plate(self, address: str, marks: Marks) -> tuple[int, Plate] | None:
        kept = self.plates.get(address)
        return kept if kept is not None and self._condition(kept[1], marks) == "new" else None

    def _discussion(self, story_id: int, old: Matter | None, marks: Marks) -> tuple[int, Discussion | None]:
        had = (old.discussion_version, old.discussion) if old else (0, None)
        kept = None
        try:
            is_new = had[1] is not None and had[1].condition(marks, dress()) == "new"
            if is_new and had[0] == self.plates.discussion_version(story_id):
                return had
            kept = self.plates.discussion(story_id)
            if kept and kept[1].condition(marks, dress()) == "new":
                return kept
            return database.read(pressing.discussion, story_id)
        except Exception as why:
            # A page without its discussion is better than none.
            log.warning("discussion of story %s: %s", story_id, why)
            return kept or had


def _shows_what_was_withdrawn(page: Page) -> bool:
    """Whether a story on the page is published no more, as the database says while no marks can be read.

    Where it is away as well, nothing can have been withdrawn since.
    """
    standing = set(page.matter.plate.standing)
    with contextlib.suppress(*database.FAILURES):
        page.barred = not standing <= database.read(queries.published_among, standing)
    return page.barred


def _pressed(address: str, marks: Marks) -> Pressed:
    """The page pressed with what the look knew when it began: what changes meanwhile makes it old."""
    return _asked(pressing.press_plate, address, Stamps(marks.number, dress()))


def _asked(press: Callable[[str, Stamps], Result], address: str, stamps: Stamps) -> Result:
    ask = database.search if sitemaps.is_one(address) else database.read
    return ask(press, address, stamps)
