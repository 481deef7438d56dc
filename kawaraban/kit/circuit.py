"""A circuit breaker (Nygard, Release It!, chapter 5): knows when what it stands for is away.

While it is open nobody waits: everyone is told so at once, and a probe on a thread of its own tries
once a second whether what was away has come back.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

log = logging.getLogger(__name__)

AGAIN = 1.0  # seconds between two probes
Result = TypeVar("Result")


class Away(Exception):
    """What was to be asked is away, or did not answer in time."""


class Circuit:
    """Open (away) or closed (there). `probe` raises as long as it is away; it may hang."""

    def __init__(self, name: str, probe: Callable[[], object]) -> None:
        self.name = name
        self._probe = probe
        self._why = ""  # while it is open
        self._probe_at = 0.0
        self._probing = False
        self._changing = threading.Lock()

    @property
    def is_open(self) -> bool:
        return bool(self._why)

    def check(self) -> None:
        """Raises Away if it is open; sets a probe going when one is due."""
        if not self._why:
            return
        with self._changing:
            due = bool(self._why) and not self._probing and time.monotonic() >= self._probe_at
            self._probing |= due
        if due:
            threading.Thread(target=self._try_again, name=f"probe of {self.name}", daemon=True).start()
        raise Away(f"{self.name}: {self._why}")

    def open(self, why: str) -> None:
        """Says that it is away."""
        with self._changing:
            if not self._why:
                log.error("%s is away: %s", self.name, why)
            self._why = why or "no reason given"
            self._probe_at = time.monotonic() + AGAIN

    def _try_again(self) -> None:
        try:
            self._probe()
        except Exception as why:
            self.open(str(why))
        else:
            log.warning("%s is back", self.name)
            self._why = ""
        finally:
            self._probing = False


class Bounded:
    """Work on threads of its own, for which nobody waits longer than `patience` seconds.

    Work that hangs keeps its thread until it ends; its asker goes on, and the circuit is opened, so
    that the next ones need not find out for themselves. `is_away` tells an error that means that
    what was asked is away from one that is its answer.
    """

    def __init__(
        self, circuit: Circuit, threads: int, patience: float, is_away: Callable[[BaseException], bool]
    ) -> None:
        self.circuit = circuit
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=circuit.name)
        self._patience = patience
        self._is_away = is_away

    def ask(self, work: Callable[..., Result], *args: object) -> Result:
        """The work's result, or what it raises. Raises Away at once while the circuit is open."""
        self.circuit.check()
        future: Future[Result] = self._threads.submit(work, *args)
        try:
            return future.result(self._patience)
        except TimeoutError as why:
            if future.done():  # the work's own
                raise
            future.cancel()  # where it hasn't begun
            self.circuit.open(f"no answer in {self._patience} s")
            raise Away(f"{self.circuit.name}: no answer in {self._patience} s") from why
        except Exception as why:
            if self._is_away(why):
                self.circuit.open(str(why))
            raise
