"""Serving: web workers and one jobs process, forked from a process that only looks after them."""

import contextlib
import gc
import importlib
import logging
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from kawaraban.audience import addresses, beacon
from kawaraban.audience.logstream import LogStream, NotDurable
from kawaraban.kit import database
from kawaraban.ops import jobs, metrics, restarting, tables, web
from kawaraban.ops.listening import Address, CannotServe, listen
from kawaraban.ops.processes import GRACE, Kept, Told, Word
from kawaraban.ops.slots import Slot, slots

log = logging.getLogger(__name__)

APPLICATION = "kawaraban.config.asgi"
_LOOKS_EVERY = 0.1  # seconds


def serve(
    address: Address,
    workers: int,
    on_ready: Callable[[], None] | None = None,
    metrics_at: tuple[str, int] | None = None,
) -> int:
    """Serves until it is told to stop (SIGTERM or SIGINT); exit code. `on_ready` once pages come.

    `metrics_at` is the host and port where Prometheus is shown numbers.

    SIGHUP has it restarted without a lost request. Raises CannotServe.
    """
    listening, for_metrics, former = restarting.handed_over()
    listening = listening or listen(address)
    try:
        if metrics_at and for_metrics is None:
            for_metrics = _listen_for_metrics(Address(*metrics_at))
        check()
        _keep_address(address)
        application = importlib.import_module(APPLICATION).application
        keeper = _Keeper(listening, former, application, workers, for_metrics)
        connections.close_all()
        gc.freeze()  # what is loaded stays shared between the processes
        keeper.keep(on_ready)
    finally:
        former.end()
        listening.close()
        if for_metrics is not None:
            for_metrics.close()
    if address.file:
        address.file.unlink(missing_ok=True)
    return 0


def check() -> None:
    """Raises CannotServe if settings, disk or database would not let this code serve."""
    try:
        addresses.trusted(settings.TRUSTED_PROXY)
    except ValueError as why:
        raise CannotServe(f"TRUSTED_PROXY: {why}.") from why
    _check_disk()
    _check_tables()
    _check_audience()


def _listen_for_metrics(at: Address) -> socket.socket | None:
    """None where it can't be listened there: no reader is to suffer from that."""
    try:
        return listen(at)
    except CannotServe as why:
        log.error("no metrics until the next restart: %s", why)
        return None


class _Keeper:
    """Looks after the processes, and hands all over to its successor on SIGHUP."""

    def __init__(
        self,
        listening: socket.socket,
        former: restarting.Former,
        application: Any,
        workers: int,
        for_metrics: socket.socket | None,
    ) -> None:
        shown = slots(workers + 1) if for_metrics else []
        numbers: list[Slot | None] = list(shown) or [None] * (workers + 1)
        self._listening = listening
        self._for_metrics = for_metrics
        self._former = former
        self._ready = [Word() for _ in range(workers)]
        self._web = [
            Kept(
                f"web-{number}",
                partial(_work_the_web, application, listening, for_metrics, ready.say, slot),
            )
            for number, (ready, slot) in enumerate(zip(self._ready, numbers[1:], strict=True), start=1)
        ]
        self._others = [Kept("jobs", partial(_work_at_jobs, listening, for_metrics, numbers[0]))]
        if for_metrics:
            self._others.append(Kept("metrics", partial(_show_metrics, listening, for_metrics, shown)))
        self._trial: subprocess.Popen[bytes] | None = None

    def keep(self, on_ready: Callable[[], None] | None) -> None:
        """Starts them, starts again what dies, and ends all on SIGTERM or SIGINT."""
        stopping, restarting_asked = Told(signal.SIGTERM, signal.SIGINT), Told(signal.SIGHUP)
        try:
            while not stopping:
                ready = sum(one.heard() for one in self._ready)
                # Beside former workers the new ones start one by one, for the memory of one more.
                started = self._web[: ready + 1] if self._former.web else self._web
                for one in (*started, *self._others):
                    one.look()
                self._former.retire(ready, len(self._web))
                if on_ready is not None and ready:
                    on_ready()
                    on_ready = None
                if restarting_asked and ready == len(self._web):
                    restarting_asked.forget()
                    self._trial = self._trial or restarting.trial()
                self._restart_if_tried()
                stopping.wait(_LOOKS_EVERY)
        finally:
            self._end()

    def _restart_if_tried(self) -> None:
        if self._trial is None or (found := self._trial.poll()) is None:
            return
        self._trial = None
        if found:
            log.error("not restarted: what is on the disk now can't serve, so the running code goes on")
            return
        log.info("restarting")
        web, others = ([one.pid for one in kept if one.pid] for kept in (self._web, self._others))
        restarting.become_the_successor(self._listening, self._for_metrics, web, others, self._former.told)

    def _end(self) -> None:
        every = [*self._web, *self._others]
        self._listening.close()
        self._former.end()
        for one in every:
            one.stop()
        until = time.monotonic() + GRACE
        for one in every:
            one.end(until)


def _work_the_web(
    application: Any,
    listening: socket.socket,
    for_metrics: socket.socket | None,
    say_ready: Callable[[], None],
    slot: Slot | None,
) -> None:
    _close(for_metrics)
    _open_anew()
    if slot is not None:
        metrics.every_second(slot, partial(metrics.of_web, application))
    web.work(application, listening, say_ready)


def _work_at_jobs(listening: socket.socket, for_metrics: socket.socket | None, slot: Slot | None) -> None:
    _close(listening, for_metrics)
    _open_anew()
    jobs.run(slot)


def _show_metrics(listening: socket.socket, for_metrics: socket.socket, numbers: list[Slot]) -> None:
    _close(listening)
    metrics.show(for_metrics, numbers)


def _close(*sockets: socket.socket | None) -> None:
    # Where nobody serves: else it would still take connections when all who do have gone.
    for one in sockets:
        if one is not None:
            one.close()


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


def _check_tables() -> None:
    """Raises CannotServe where they are of another release. Pressed pages are served without them."""
    lies = database.file()
    if lies and not lies.exists() and not tables.were_served():
        raise CannotServe(tables.BEHIND)
    database.make_no_empty_one()
    try:
        behind = not tables.are_up_to_date()
        lost = behind and tables.were_served() and not tables.are_there()
    except (OperationalError, InterfaceError) as why:
        log.error("serving what is pressed already, for the database is away: %s", why)
        return
    if behind:
        raise CannotServe(tables.LOST if lost else tables.BEHIND)


def _check_audience() -> None:
    """Raises CannotServe where readers' events would be acknowledged and then lost."""
    if not settings.AUDIENCE_URL:
        return
    try:
        LogStream(settings.AUDIENCE_URL).make_sure()
    except NotDurable as why:
        raise CannotServe(str(why)) from why
    except ValueError as why:
        raise CannotServe(f"AUDIENCE_URL: {why}.") from why
    except OSError as why:
        log.error("serving without counting readers, for their log is away: %s", why)


def _keep_address(address: Address) -> None:
    """Settles the publication's address, and keeps it for commands that press plates without serving."""
    if not os.environ.get("PUBLIC_URL"):
        if address.file:
            raise CannotServe(
                "Behind a Unix socket nobody can guess the publication's address: set PUBLIC_URL."
            )
        settings.PUBLIC_URL = settings.WAGTAILADMIN_BASE_URL = address.url
    if address.file:
        # Whoever may open its file stands in front, and says who the readers are.
        settings.TRUSTED_PROXY = ",".join(filter(None, ("unix", settings.TRUSTED_PROXY)))
    settings.KEPT_ADDRESS.write_text(settings.PUBLIC_URL, "ascii")
