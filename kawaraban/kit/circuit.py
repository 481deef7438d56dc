"""A circuit breaker (Nygard, Release It!, chapter 5): knows when what it stands for is away.

While it is open nobody waits: everyone is told so at once, and from the first who is told so a thread of
its own probes once a second whether what was away has come back.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

log = logging.getLogger(__name__)

AGAIN = 1.0  # seconds between two probes
# The part of one's patience after which a probe is asked, too: is all of it away, or this work slow?
_PROBED_AFTER = 2 / 3
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
        self._probing: Future[object] = Future()
        self._probed = float("-inf")  # when that began, in monotonic seconds
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

    def probe(self) -> Future[object]:
        """A probe that is under way: one for all who want to know at the same time."""
        with self._changing:
            if self._probing.done() or time.monotonic() - self._probed > AGAIN:
                self._probing, self._probed = Future(), time.monotonic()
                threading.Thread(
                    target=_fulfil,
                    args=(self._probing, self._probe),
                    name=f"probe of {self.name}",
                    daemon=True,
                ).start()
            return self._probing

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


def _fulfil(promised: Future[object], work: Callable[[], object]) -> None:
    try:
        promised.set_result(work())
    except Exception as why:
        promised.set_exception(why)


def _nothing() -> None:
    pass


class Bounded:
    """Work on threads of its own, for which nobody waits longer than `patience` seconds.

    Work that takes longer is given up by its asker. Where a probe is not answered either, the circuit is
    opened, so that the next ones need not find out for themselves; where it is, that work alone was slow.
    `is_away` tells an error that means that what was asked is away from one that is its answer.
    """

    def __init__(
        self, circuit: Circuit, threads: int, patience: float, is_away: Callable[[BaseException], bool]
    ) -> None:
        self.circuit = circuit
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=circuit.name)
        self._patience = patience
        self._is_away = is_away

    def ask(
        self, work: Callable[..., Result], *args: object, given_up: Callable[[], None] = _nothing
    ) -> Result:
        """The work's result, or what it raises. Raises Away at once while the circuit is open.

        `given_up` is called when work that has begun is not waited for any longer.
        """
        self.circuit.check()
        future: Future[Result] = self._threads.submit(work, *args)
        is_there = self._wait_for(future)
        if not future.done():
            if not future.cancel():
                given_up()
            why = f"no answer in {self._patience} s"
            if not is_there:
                self._is_gone(why)
            raise Away(f"{self.circuit.name}: {why}")
        try:
            return future.result()
        except Exception as why:
            if self._is_away(why):
                self._is_gone(str(why))
            raise

    def _wait_for(self, future: Future[Result]) -> bool:
        """Waits until it is done, or patience ends; whether a probe was answered meanwhile."""
        before = self._patience * _PROBED_AFTER
        if wait([future], before).done:
            return True
        probe = self.circuit.probe()
        wait([future], self._patience - before)
        return probe.done() and probe.exception() is None

    def _is_gone(self, why: str) -> None:
        # Watched at once, for it may be asked seldom, as for comments.
        self.circuit.open(why)
        self.circuit.watch()
