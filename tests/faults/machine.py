"""What the machine keeps a house from: it stands still, or gives its cores and its disk to somebody else.

Promises in seconds are the house's own. Where much else goes on, a test counts only the seconds in
which nothing was kept from the house; one that waits for what is away, or for a lock, waits for no
core, and that counts in full.
"""

import collections
import contextlib
import os
import threading
import time
from pathlib import Path

_TICK = 0.05  # seconds
_LATE = 0.2  # seconds by which a tick comes late where the machine stands still
_LATELY = 10  # seconds


class Machine:
    """Counts for these processes, and for this one, which asks them."""

    def __init__(self, processes):
        self._processes = processes  # called for their numbers, for some die and others come
        self._stood_still = 0.0
        self._lately = collections.deque([(time.monotonic(), self.watch())])
        threading.Thread(target=self._look_on, daemon=True).start()

    def watch(self):
        """Starts a watch, which says for how many seconds since whoever had it worst was held up: no more
        than have passed, for what held up several, or in several ways, did so at once."""
        began, threads = time.monotonic(), self._waited_for_cores()
        stood_still, disks = self._stood_still, _waited_for_disks()

        def held_up():
            for_cores = (now - threads.get(one, 0.0) for one, now in self._waited_for_cores().items())
            worst = max(*for_cores, self._stood_still - stood_still, _waited_for_disks() - disks)
            return min(worst, time.monotonic() - began)

        return held_up

    def held_up_lately(self):
        """The same of the past few seconds."""
        return self._lately[0][1]()

    def _waited_for_cores(self):
        """Seconds by thread."""
        pids = {os.getpid()}
        # A process or thread may end while it is looked at.
        with contextlib.suppress(OSError):
            pids.update(self._processes())
        return dict(wait for pid in pids for wait in _waits_of_threads(pid))

    def _look_on(self):
        while True:
            before = time.monotonic()
            time.sleep(_TICK)
            now = time.monotonic()
            if (late := now - before - _TICK) > _LATE:
                self._stood_still += late
            if now - self._lately[-1][0] > 1:
                self._lately.append((now, self.watch()))
                while now - self._lately[0][0] > _LATELY:
                    self._lately.popleft()


def _waits_of_threads(pid):
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                # On a core, waiting for one (nanoseconds), how often: proc(5), CONFIG_SCHED_INFO.
                yield task.name, int((task / "schedstat").read_text().split()[1]) / 1e9


def _waited_for_disks():
    """Seconds in which anybody on this machine waited for a disk; 0 where the kernel doesn't say."""
    with contextlib.suppress(OSError):
        some = Path("/proc/pressure/io").read_text().split("\n")[0]
        return int(some.rpartition("=")[2]) / 1e6
    return 0.0
