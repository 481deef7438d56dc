"""Lines to a server: cut where no answer comes, for whoever waits on one can't be told otherwise.

A server that is frozen goes on acknowledging what it is sent, so that no timeout of TCP's ever ends.
"""

import contextlib
import itertools
import os
import socket
import threading
import time
from collections.abc import Iterator

_LOOKS_EVERY = 0.25  # seconds


def cut(line: int) -> None:
    """Has whoever waits for an answer on this socket fail at once."""
    with socket.socket(fileno=os.dup(line)) as ours:
        ours.shutdown(socket.SHUT_RDWR)


class Watch:
    """Cuts lines on which an answer is late. It asks no thread of whoever is answered in time."""

    def __init__(self) -> None:
        self.begin_anew()
        # A forked process has none of its parent's threads, and a lock as it happened to be.
        os.register_at_fork(after_in_child=self.begin_anew)

    def begin_anew(self) -> None:
        """Watches nothing yet."""
        self._numbers = itertools.count()
        self._waiting: dict[int, tuple[float, int]] = {}  # until when, in monotonic seconds, on which line
        self._changing = threading.Lock()
        self._watching: threading.Thread | None = None

    @contextlib.contextmanager
    def answered_within(self, seconds: float, line: int) -> Iterator[None]:
        """Cuts the line unless what is done here is done in so many seconds."""
        number = next(self._numbers)
        with self._changing:
            self._begin()
            self._waiting[number] = (time.monotonic() + seconds, line)
        try:
            yield
        finally:
            with self._changing:
                self._waiting.pop(number, None)

    def _begin(self) -> None:
        if self._watching is None:
            self._watching = threading.Thread(target=self._watch, name="watching lines", daemon=True)
            self._watching.start()

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOKS_EVERY)
            with self._changing:
                now = time.monotonic()
                late = [number for number, (until, _) in self._waiting.items() if until < now]
                for number in late:
                    # Closed meanwhile, nobody waits on it.
                    with contextlib.suppress(OSError):
                        cut(self._waiting.pop(number)[1])


watch = Watch()
