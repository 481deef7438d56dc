"""Leases: one presses a page, on all machines that share a plate store, and not one per process."""

import contextlib
import time
from collections.abc import Iterator

from kawaraban.kit.stores import Store, StoreUnavailable

# Who dies while pressing keeps others from it for so long at most. Shorter than a reader's patience.
LONGEST = 1.5  # seconds
# The clocks of machines that share a store may be so far apart: one that is behind takes a lease of
# another's for longer than it is.
_APART = 0.5  # seconds
_LEASES = "lease:"


class Leases:
    """Who is pressing what."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextlib.contextmanager
    def taken(self, address: str) -> Iterator[bool]:
        """Whether the page may be pressed here now. A store that is away lets everybody press."""
        key = _LEASES + address
        try:
            ours = self._take(key)
        except StoreUnavailable:
            yield True
            return
        try:
            yield ours
        finally:
            if ours:
                with contextlib.suppress(StoreUnavailable):
                    self._store.delete(key)

    def is_held(self, address: str) -> bool:
        kept = self._store.get(_LEASES + address)
        return kept is not None and _holds(kept[1])

    def _take(self, key: str) -> bool:
        until = b"%.3f" % (time.time() + LONGEST)
        if self._store.swap(key, until, None) is not None:
            return True
        kept = self._store.get(key)
        if kept is None or _holds(kept[1]):
            return False
        return self._store.swap(key, until, kept[0]) is not None


def _holds(until: bytes) -> bool:
    # A clock that was put back must not make a lease much longer.
    return 0 < float(until) - time.time() <= LONGEST + _APART
