"""Serving: web workers and one jobs process, looked after, and started again when one dies."""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

log = logging.getLogger(__name__)

_LOOKS_EVERY = 0.2  # seconds
_GRACE = 10.0  # seconds a process has to end what it is at
_LONGEST_WAIT = 30.0  # seconds before a process that keeps dying is started again


class CannotServe(Exception):
    """Why serving can't begin, in one line."""


@dataclass
class _Kept:
    """A process that is started again when it dies, each time a little later."""

    name: str
    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    wait: float = 0.0
    again_at: float = 0.0
    began: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 - our own command
        self.began = time.monotonic()

    def look(self) -> None:
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            lived = now - self.began
            self.wait = 0.5 if lived > _LONGEST_WAIT else min(max(self.wait * 2, 0.5), _LONGEST_WAIT)
            log.error("%s ended (%s); again in %.1f s", self.name, self.process.returncode, self.wait)
            self.process, self.again_at = None, now + self.wait
        if self.process is None and now >= self.again_at:
            self.start()

    def stop(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)

    def end(self) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            log.warning("%s did not end in %.0f s and is ended", self.name, _GRACE)
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def check(host: str, port: int) -> None:
    """Raises CannotServe where serving could not begin: port taken, tables missing."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as why:
            raise CannotServe(
                f"{host}:{port} can't be used: {why.strerror}. Another PORT= or --port may be free."
            ) from why
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotServe("The database is not up to date: run `kawaraban rebuild --migrate` first.")


def serve(host: str, port: int, workers: int, on_ready: Callable[[], None] | None = None) -> int:
    """Serves until it is told to stop (SIGTERM or SIGINT); exit code. `on_ready` once pages come.

    Raises CannotServe. Binds the loopback address by default: alone, no Python server refuses all
    malformed requests, so a stock web server belongs in front.
    """
    check(host, port)
    os.environ.setdefault("PUBLIC_URL", f"http://{host}:{port}")
    web = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", host, "--port", str(port)]
    web += ["--workers", str(workers), "--loop", "uvloop", "--no-ws", "--log-level", "warning"]
    web += ["--respawn-failed-workers", "kawaraban.config.asgi:application"]
    kept = [
        _Kept("web", web),
        _Kept("jobs", [sys.executable, "-m", "kawaraban.ops.jobs"]),
    ]
    stopping = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stopping.set())
    if on_ready is not None:
        threading.Thread(target=_when_ready, args=(host, port, on_ready, stopping), daemon=True).start()
    try:
        while not stopping.is_set():
            for one in kept:
                one.look()
            stopping.wait(_LOOKS_EVERY)
    finally:
        for one in kept:
            one.stop()
        for one in kept:
            one.end()
    return 0


def _when_ready(host: str, port: int, on_ready: Callable[[], None], stopping: threading.Event) -> None:
    while not stopping.is_set():
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            on_ready()
            return
        stopping.wait(0.05)
