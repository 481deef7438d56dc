"""Withdrawals that no mark tells of yet: those of a time when the store of plates was away."""

import contextlib
import time

from kawaraban.kit import database
from kawaraban.stories import following

_ASKED_EVERY = 0.25  # seconds


class Unmarked:
    """Stories withdrawn while the store was away, whose marks are still to follow: the database names them.

    While it was away, the database said what still stands; what it said holds when the store is back.
    """

    def __init__(self) -> None:
        self.stories: frozenset[int] = frozenset()
        self._away_at, self._settled_at, self._asked_at = 0.0, 0.0, 0.0  # monotonic seconds

    @property
    def are_unknown(self) -> bool:
        """Whether there may be some since the store was away."""
        return self._away_at > self._settled_at

    def store_is_away(self) -> None:
        self._away_at = time.monotonic()

    def look(self) -> None:
        """Asks the database now and again, from the store's return until all are marked."""
        now = time.monotonic()
        if not self.are_unknown or now - self._asked_at < _ASKED_EVERY:
            return
        self._asked_at = now
        with contextlib.suppress(*database.FAILURES):
            self.stories = database.read(following.withdrawn)
            if not self.stories:
                self._settled_at = now
