"""A circuit breaker (Nygard, Release It!, chapter 5): knows when what it stands for is away.

While it is open nobody waits: everyone is told so at once, and from the first who is told so a thread of
its own probes once a second whether what was away has come back.
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
        self._watching: threading.Thread | None = None
        self._changing = threading.Lock()

    @property
    def is_open(self) -> bool:
        return bool(self._why)

    def check(self) -> None:
        """Raises Away if it is open, and has it watched."""
        if why := self._why:
            self.watch()
            raise Away(f"{self.name}: {why}")

    def open(self, why: str) -> None:
        """Says that it is away."""
        with self._changing:
            if not self._why:
                log.error("%s is away: %s", self.name, why)
            self._why = why or "no reason given"

    def watch(self) -> None:
        """Has it probed until it is closed, asked for or not.

        Opening alone does not: the process that forks others is to have no threads, and they inherit none.
        """
        with self._changing:
            if self._why and (self._watching is None or not self._watching.is_alive()):
                self._watching = threading.Thread(
                    target=self._probe_until_back, name=f"probe of {self.name}", daemon=True
                )
                self._watching.start()

    def _probe_until_back(self) -> None:
        while True:
            time.sleep(AGAIN)
            try:
                self._probe()
            except Exception as why:
                self.open(str(why))
            else:
                break
        with self._changing:
            self._why, self._watching = "", None
        log.warning("%s is back", self.name)


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
            self._is_gone(f"no answer in {self._patience} s")
            raise Away(f"{self.circuit.name}: no answer in {self._patience} s") from why
        except Exception as why:
            if self._is_away(why):
                self._is_gone(str(why))
            raise

    def _is_gone(self, why: str) -> None:
        # Watched at once, for it may be asked seldom, as for comments.
        self.circuit.open(why)
        self.circuit.watch()
