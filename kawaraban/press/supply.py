"""Where the desk's pages come from: plate, discussion and tables, each as new as can be had.

All of this is slow (files, network, database) and runs on the desk's threads.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import close_old_connections

from kawaraban.kit import clock
from kawaraban.kit.stores import StoreUnavailable
from kawaraban.press import pressing
from kawaraban.press.joining import Live, join
from kawaraban.press.pages import Matter, Page
from kawaraban.press.plates import Discussion, Plate, Plates, Stamps
from kawaraban.press.pressing import Elsewhere
from kawaraban.press.stamps import stamps_now
from kawaraban.rails.editions import Shelf

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Supply:
    """Brings pages up to date from the stores, and from the database where they have none."""

    plates: Plates
    shelf: Shelf

    def newest(self, address: str, old: Page | None, encodings: Iterable[str]) -> Page | Elsewhere | None:
        """The page as of now, packed in these encodings; `old` itself where nothing has changed.

        Raises whatever store, database or templates raise, when there is nothing to go on with.
        """
        matter = self._matter(address, old.matter if old else None)
        if not isinstance(matter, Matter):
            return matter
        edition, now = self.shelf.current(), clock.now()
        # The minute is part of the sum for what is said of time: the day, "12 minutes ago".
        made_of = (matter.plate_version, matter.plate.stamps, matter.discussion_version, edition.number)
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

    def _matter(self, address: str, old: Matter | None) -> Matter | Elsewhere | None:
        stamps = stamps_now(self.plates)
        found = self._plate(address, old, stamps)
        if found is None or isinstance(found, Elsewhere):
            return found
        version, plate = found
        said_version, said = 0, None
        if plate.story_id is not None and "discussion" in plate.slots:
            said_version, said = self._discussion(plate.story_id, old, stamps)
        return Matter(plate, version, said, said_version, not plate.stamps.alike(stamps))

    def _plate(
        self, address: str, old: Matter | None, stamps: Stamps
    ) -> tuple[int, Plate] | Elsewhere | None:
        try:
            if old and old.plate.stamps.alike(stamps) and old.plate_version == self.plates.version(address):
                return old.plate_version, old.plate
            kept = self.plates.get(address)
        except StoreUnavailable as why:
            log.warning("plates: %s", why)
            return (0, old.plate) if old else self._pressed(address)
        if kept and kept[1].stamps.alike(stamps):
            return kept
        try:
            return self._pressed(address)
        except Exception:
            # Database or template fail: the old plate is better than none.
            log.exception("%s could not be pressed", address)
            if kept is None:
                raise
            return 0, kept[1]

    def _pressed(self, address: str) -> tuple[int, Plate] | Elsewhere | None:
        close_old_connections()
        found = pressing.press(address)
        if not isinstance(found, Plate):
            return found
        try:
            # A publication may have laid a newer one over it: plate and version must belong together.
            return self.plates.get(address) or (0, found)
        except StoreUnavailable:
            return 0, found

    def _discussion(self, story_id: int, old: Matter | None, stamps: Stamps) -> tuple[int, Discussion | None]:
        had = (old.discussion_version, old.discussion) if old else (0, None)
        try:
            version = self.plates.discussion_version(story_id)
            if had[1] and had[0] == version and had[1].stamps.alike(stamps):
                return had
            kept = self.plates.discussion(story_id)
            if kept and kept[1].stamps.alike(stamps):
                return kept
            close_old_connections()
            pressed = pressing.discussion(story_id)
            return self.plates.discussion(story_id) or (0, pressed)
        except Exception as why:
            # A page without its discussion is better than none.
            log.warning("discussion of story %s: %s", story_id, why)
            return had
