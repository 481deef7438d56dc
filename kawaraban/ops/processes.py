"""Processes of the house: forked from one that has loaded everything, started again when they die."""

import contextlib
import ctypes
import logging
import math
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

log = logging.getLogger(__name__)

GRACE = 10.0  # seconds a process has to end what it is at
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 5.0  # seconds before one that keeps dying is started again
_EARLY = 30.0  # seconds: one that dies sooner is one that keeps dying
_PR_SET_PDEATHSIG = 1
_HEARS_WITHIN = 0.1  # seconds
# Forked, so that several share the memory of what is loaded and start in no time.
_FORKING = multiprocessing.get_context("fork")


class Told:
    """Whether one of these signals came to this process.

    Its handler takes no lock. One that sets a `threading.Event` hangs for good where the signal comes while
    the very thread that it interrupts holds the event's lock, about to wait.
    """

    def __init__(self, *signals: signal.Signals) -> None:
        self._is_told = False
        for one in signals:
            signal.signal(one, self._hear)

    def __bool__(self) -> bool:
        return self._is_told

    def forget(self) -> None:
        self._is_told = False

    def wait(self, seconds: float = math.inf) -> bool:
        """Waits until it is told, for so many seconds at most; whether it was."""
        until = time.monotonic() + seconds
        while not self._is_told and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _HEARS_WITHIN))
        return self._is_told

    def _hear(self, *_: object) -> None:
        self._is_told = True


class Word:
    """One word that a forked process says to its keeper, and every one that follows it may say again."""

    def __init__(self) -> None:
        self._reads, self._writes = os.pipe()
        os.set_blocking(self._reads, False)
        self._heard = False

    def say(self) -> None:
        os.write(self._writes, b"!")

    def heard(self) -> bool:
        """Whether it was ever said."""
        with contextlib.suppress(BlockingIOError):
            self._heard = bool(os.read(self._reads, 64)) or self._heard
        return self._heard


@dataclass
class Kept:
    """A process that is started again when it dies: at once, and later each time it dies early."""

    name: str
    work: Callable[[], None]
    _process: BaseProcess | None = None
    _began: float = 0.0
    _wait: float = 0.0
    _again_at: float = field(default=0.0)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def look(self) -> None:
        """Starts the process if it does not run and its time has come."""
        now = time.monotonic()
        if self._process is not None and not self._process.is_alive():
            early = now - self._began < _EARLY
            self._wait = min(max(self._wait * 2, _FIRST_WAIT), _LONGEST_WAIT) if early else 0.0
            log.error("%s ended (%s); again in %.1f s", self.name, self._process.exitcode, self._wait)
            self._process, self._again_at = None, now + self._wait
        if self._process is None and now >= self._again_at:
            self._process = _FORKING.Process(name=self.name, target=_work, args=(self.work, os.getpid()))
            self._process.start()
            self._began = now

    def stop(self) -> None:
        """Asks the process to end."""
        if self._process is not None:
            self._process.terminate()

    def end(self, until: float) -> None:
        """Waits for it to end, and ends it where that takes longer than `until` (monotonic)."""
        if self._process is None:
            return
        self._process.join(max(0.0, until - time.monotonic()))
        if self._process.is_alive():
            log.warning("%s did not end in %.0f s and is killed", self.name, GRACE)
            self._process.kill()
            self._process.join()


def _work(work: Callable[[], None], keeper: int) -> None:
    # The keeper says when to end; Ctrl-C reaches every process of a terminal and is the keeper's.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _end_with(keeper)
    work()


def _end_with(keeper: int) -> None:
    """Ends this process when its keeper dies, so that none is left behind holding the port."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != keeper:
        sys.exit(0)
