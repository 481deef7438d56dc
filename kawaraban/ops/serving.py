"""Serving: web workers and one jobs process, forked from a process that only looks after them."""

import asyncio
import contextlib
import gc
import importlib
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import uvloop
from django.conf import settings
from django.db import connections
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from kawaraban.audience import beacon
from kawaraban.ops import jobs, tables
from kawaraban.ops.processes import GRACE, Kept

log = logging.getLogger(__name__)

APPLICATION = "kawaraban.config.asgi"
_LOOKS_EVERY = 0.1  # seconds
_BACKLOG = 1024


class CannotServe(Exception):
    """Why serving can't begin, in one line."""


def check_port(host: str, port: int) -> None:
    """Raises CannotServe if something else listens there, or the address is not of this machine."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as why:
            raise CannotServe(f"{host}:{port} can't be used: {why.strerror}. Choose another port.") from why


def serve(host: str, port: int, workers: int, on_ready: Callable[[], None] | None = None) -> int:
    """Serves until it is told to stop (SIGTERM or SIGINT); exit code. `on_ready` once pages come.

    Raises CannotServe. Binds the loopback address by default: alone, no Python server refuses all
    malformed requests, so a stock web server belongs in front.
    """
    check_port(host, port)
    _check_disk()
    if not tables.are_up_to_date():
        raise CannotServe(tables.BEHIND)
    _keep_address(host, port)
    application = importlib.import_module(APPLICATION).application
    web = partial(work_the_web, application, host, port)
    kept = [Kept(f"web-{number}", web) for number in range(1, workers + 1)]
    kept.append(Kept("jobs", _work_at_jobs))
    stopping = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stopping.set())
    connections.close_all()
    gc.freeze()  # what is loaded stays shared between the processes
    try:
        while not stopping.is_set():
            for one in kept:
                one.look()
            if on_ready is not None and _answers(host, port):
                on_ready()
                on_ready = None
            stopping.wait(_LOOKS_EVERY)
    finally:
        for one in kept:
            one.stop()
        until = time.monotonic() + GRACE
        for one in kept:
            one.end(until)
    return 0


def work_the_web(application: Any, host: str, port: int) -> None:
    """One web worker: serves until SIGTERM, and ends what it is at."""
    _open_anew()
    server = Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=_BACKLOG,
        log_enabled=False,
    )

    async def until_stopped() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
        await server.serve()

    uvloop.run(until_stopped())


def _work_at_jobs() -> None:
    _open_anew()
    jobs.run()


def _open_anew() -> None:
    # What the parent may have opened (the demo does, before it serves) has lost its threads.
    beacon.event_log.cache_clear()
    beacon.beacons.cache_clear()


def _check_disk() -> None:
    """Writes a little where everything is kept: a full or read-only disk is said before it hurts."""
    trial = settings.VAR / f".trial-{os.getpid()}"
    try:
        settings.VAR.mkdir(parents=True, exist_ok=True)
        with trial.open("wb") as file:
            file.write(bytes(64 * 1024))
            file.flush()
            os.fsync(file.fileno())
    except OSError as why:
        raise CannotServe(f"{settings.VAR} can't be written: {why.strerror}.") from why
    finally:
        with contextlib.suppress(OSError):
            trial.unlink(missing_ok=True)


def _keep_address(host: str, port: int) -> None:
    """Settles the publication's address, and keeps it for commands that press plates without serving."""
    if not os.environ.get("PUBLIC_URL"):
        settings.PUBLIC_URL = settings.WAGTAILADMIN_BASE_URL = f"http://{host}:{port}"
    (settings.VAR / "address").write_text(settings.PUBLIC_URL, "ascii")


def _answers(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False
