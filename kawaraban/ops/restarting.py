"""Restarting without a lost request: the program becomes its successor and keeps sockets and workers.

SIGHUP has a trial process load the code that is on the disk now and look whether it could serve. If
so, this process executes itself anew: same number, same listening sockets, and the workers of before
still at work. The successor forks its own, and ends one of the former for each that is ready.
"""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger(__name__)

_HANDED_OVER = "KAWARABAN_HANDED_OVER"
CHECK = "--check"


@dataclass
class Former:
    """Processes of the program before this one, oldest first."""

    web: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    told: list[int] = field(default_factory=list)  # to end, and not known to have ended

    def retire(self, ready: int, every: int) -> None:
        """Ends as many of the former as there are successors `ready`; all when there are `every`.

        The jobs go first: the new ones make the editions that only the new workers may be able to read.
        """
        self._reap()
        self._tell(self.others)
        while self.web and len(self.web) > every - ready:
            self._tell(self.web[:1])
        if ready == every:
            self.end()

    def end(self) -> None:
        """Ends all that are left."""
        self._tell([*self.web, *self.others])

    def _tell(self, pids: list[int]) -> None:
        for pid in pids:
            _tell(pid)
        self.told += pids
        self.web = [pid for pid in self.web if pid not in pids]
        self.others = [pid for pid in self.others if pid not in pids]

    def _reap(self) -> None:
        # Nobody else asks how they ended, and until somebody does the system keeps what is left of them.
        for pids in (self.web, self.others, self.told):
            pids[:] = [pid for pid in pids if _runs(pid)]


def handed_over() -> tuple[socket.socket | None, socket.socket | None, Former]:
    """What the program before this one left, if there was one: where readers come, where Prometheus
    does, and the workers."""
    told = os.environ.pop(_HANDED_OVER, "")
    if not told:
        return None, None, Former()
    left = json.loads(told)
    # The release before this one may have handed over no "metrics" and nobody "told".
    former = Former(left["web"], left["others"], left.get("told", []))
    return _taken_up(left["socket"]), _taken_up(left.get("metrics")), former


def _taken_up(descriptor: int | None) -> socket.socket | None:
    if descriptor is None:
        return None
    opened = socket.socket(fileno=descriptor)
    opened.set_inheritable(False)
    opened.setblocking(False)
    return opened


def trial() -> subprocess.Popen[bytes]:
    """A process that loads what is on the disk and ends with 0 if it could serve."""
    return subprocess.Popen([*_command(), CHECK])  # noqa: S603 - ourselves


def become_the_successor(
    listening: socket.socket,
    metrics: socket.socket | None,
    web: list[int],
    others: list[int],
    told: list[int],
) -> None:
    """Executes this program anew. Does not return."""
    left: dict[str, Any] = {"socket": listening.fileno(), "web": web, "others": others, "told": told}
    listening.set_inheritable(True)
    if metrics is not None:
        left["metrics"] = metrics.fileno()
        metrics.set_inheritable(True)
    # Another SIGHUP before the successor listens to signals would end it.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    command = _command()
    os.execve(command[0], command, {**os.environ, _HANDED_OVER: json.dumps(left)})  # noqa: S606 - ourselves


def _command() -> list[str]:
    return [sys.executable, *sys.orig_argv[1:]]


def _tell(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        log.info("process %d had ended before it was told to", pid)


def _runs(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == 0
    except ChildProcessError:
        return False
