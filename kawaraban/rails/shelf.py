"""The shelf: where the newest edition lies for every process of the house.

Two values in the store: the catalogue (cards, likeness: large, changes with a publication) and the
edition (rankings, what is read together: small, changes every second), which names its catalogue.
"""

import logging
import threading
import time
from dataclasses import replace

from kawaraban.kit.stores import Store, StoreUnavailable
from kawaraban.rails import keeping
from kawaraban.rails.editions import Catalogue, Edition

log = logging.getLogger(__name__)

# The number is another with every change of how they are laid out in bytes: a release that could not
# even open them does not find them.
EDITION, CATALOGUE = "edition 4", "catalogue 4"
LOOKS_EVERY = 0.1  # seconds between two looks of a shelf at the store's number


def publish(store: Store, edition: Edition) -> Edition:
    """Puts the edition where every shelf finds it; the same, with its numbers. Raises StoreUnavailable.

    The catalogue goes first and only when it has no number yet: a shelf never sees tables whose
    cards are not there. One process publishes.
    """
    catalogue = edition.catalogue
    # It may be there no more: Redis forgets when it is started again.
    if not catalogue.number or store.version(CATALOGUE) != catalogue.number:
        catalogue = replace(catalogue, number=store.put(CATALOGUE, keeping.catalogue_to_bytes(catalogue)))
    numbered = replace(edition, catalogue=catalogue)
    return replace(numbered, number=store.put(EDITION, keeping.edition_to_bytes(numbered)))


class Shelf:
    """Holds the newest edition decoded. Cheap to ask for every page; shared by threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held = Edition()
        self._foreign: int | None = None  # the number of an edition that this code can't read
        self._looks_at = 0.0
        self._looking = threading.Lock()

    @property
    def at_hand(self) -> Edition:
        """The newest edition that was looked up: waits for nothing."""
        return self._held

    def current(self) -> Edition:
        """The newest edition, at most LOOKS_EVERY late; an empty one (number 0) before the first."""
        if time.monotonic() >= self._looks_at and self._looking.acquire(blocking=False):
            try:
                self._look()
            except StoreUnavailable as why:
                log.warning("edition %d kept, its store did not answer: %s", self._held.number, why)
            finally:
                self._looks_at = time.monotonic() + LOOKS_EVERY
                self._looking.release()
        return self._held

    def glance(self) -> bool:
        """Sees, where that takes no waiting, that the edition held is the newest; whether it is."""
        newest = self._held.number == self._store.glance_at_version(EDITION)
        if newest:
            self._looks_at = time.monotonic() + LOOKS_EVERY
        return newest

    def is_up_to_date(self, late: float = 0.0) -> bool:
        """Whether `current` would answer without a look at the store, or would have `late` seconds ago."""
        return time.monotonic() < self._looks_at + late

    def _look(self) -> None:
        if self._store.version(EDITION) in (self._held.number or None, self._foreign, None):
            return
        found = self._store.get(EDITION)
        if found is None:
            return
        number = found[0]
        try:
            kept = keeping.opened(found[1])
            catalogue = self._catalogue(kept.head["catalogue"])
        except keeping.Unreadable as why:
            log.warning("edition %d %s: edition %d kept", number, why, self._held.number)
            self._foreign = number
            return
        # A newer catalogue lies there than this edition was made with: its edition follows at once.
        if catalogue is not None:
            self._held = keeping.edition_from(kept, number, catalogue)

    def _catalogue(self, wanted: int) -> Catalogue | None:
        if self._held.catalogue.number == wanted:
            return self._held.catalogue
        found = self._store.get(CATALOGUE)
        if found is None or found[0] != wanted:
            return None
        return keeping.catalogue_from(keeping.opened(found[1]), wanted)
