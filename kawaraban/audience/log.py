"""The log of what readers did: an append-only SQLite file, acknowledged only when it is on the disk.

One thread writes. Events that arrive while it commits (or within LINGER) share the next transaction,
so that many readers share one fsync; several processes may append to one file.
"""

import asyncio
import contextlib
import logging
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

from kawaraban.audience import logfile
from kawaraban.audience.events import Event

log = logging.getLogger(__name__)

LINGER = 0.005  # seconds that the first event of a group waits for company
GROUP = 512  # events that make the writer go at once
_PRUNED_AT_ONCE = 10_000  # rows: a writer never waits long for the lock


class Overloaded(Exception):
    """More events wait than the log takes: this one was not taken."""


class LogUnavailable(Exception):
    """The disk is full, or the file locked or unreadable: the event may not have been kept."""


class _Waiting(NamedTuple):
    events: Sequence[Event]
    future: "asyncio.Future[None] | Future[None]"


class EventLog:
    """Appends events durably and reads them back in the order of their commits."""

    def __init__(self, file: Path, *, most_waiting: int = 20_000) -> None:
        self._file = file
        self._most_waiting = most_waiting
        self._waiting: list[_Waiting] = []
        self._events = 0  # in `_waiting`
        self._arrived = threading.Condition()
        self._writer: threading.Thread | None = None
        self._closing = False
        self._local = threading.local()

    async def append(self, *events: Event) -> None:
        """Returns once the events are on the disk. An id that is there already is not kept again.

        Raises Overloaded or LogUnavailable; then none of them is promised to be there.
        """
        future = asyncio.get_running_loop().create_future()
        self._hand_over(_Waiting(events, future))
        await future

    def append_now(self, *events: Event) -> None:
        """`append` for callers without an event loop."""
        future: Future[None] = Future()
        self._hand_over(_Waiting(events, future))
        future.result()

    def read(self, after: int, most: int) -> list[tuple[int, Event]]:
        """Up to `most` events whose number is greater than `after`, in order. Raises LogUnavailable."""
        with self._reading() as connection:
            return logfile.read(connection, after, most)

    def last_seq(self) -> int:
        """The number of the newest event, 0 for an empty log."""
        with self._reading() as connection:
            (last,) = connection.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
        return int(last)

    def prune(self, before_ms: int) -> int:
        """Forgets what is older; how many events that were."""
        gone = 0
        with self._reading() as connection:
            while True:
                done = connection.execute(
                    "DELETE FROM events WHERE seq IN"
                    " (SELECT seq FROM events WHERE at_ms < ? ORDER BY seq LIMIT ?)",
                    (before_ms, _PRUNED_AT_ONCE),
                ).rowcount
                gone += done
                if done < _PRUNED_AT_ONCE:
                    return gone

    def close(self) -> None:
        """Writes what waits and ends the writer."""
        with self._arrived:
            self._closing = True
            self._arrived.notify()
            writer = self._writer
        if writer is not None:
            writer.join()
        held = getattr(self._local, "connection", None)
        if held is not None:
            held.close()
            self._local.connection = None

    def _hand_over(self, one: _Waiting) -> None:
        with self._arrived:
            if self._closing:
                raise LogUnavailable("closed")
            if self._events + len(one.events) > self._most_waiting:
                raise Overloaded(f"{self._events} events wait")
            self._waiting.append(one)
            self._events += len(one.events)
            if self._writer is None:
                # Started with the first event: a thread does not survive a fork.
                self._writer = threading.Thread(target=self._write, name="audience-log", daemon=True)
                self._writer.start()
            self._arrived.notify()

    def _write(self) -> None:
        connection: sqlite3.Connection | None = None
        while group := self._next_group():
            failure: Exception | None = None
            try:
                connection = connection or logfile.opened(self._file)
                logfile.commit(connection, [event for one in group for event in one.events])
            except (sqlite3.Error, OSError) as why:
                failure = LogUnavailable(str(why))
                log.error("%d beacons and all that they told not kept: %s", len(group), why)
                if connection is not None:
                    # A fresh connection finds the file again once the disk is mended.
                    connection.close()
                    connection = None
            _settle(group, failure)
        if connection is not None:
            connection.close()

    def _next_group(self) -> list[_Waiting]:
        with self._arrived:
            self._arrived.wait_for(lambda: self._waiting or self._closing)
            self._arrived.wait_for(lambda: self._events >= GROUP or self._closing, timeout=LINGER)
            group, self._waiting = self._waiting, []
            self._events = 0
        return group

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            held: sqlite3.Connection | None = getattr(self._local, "connection", None)
            if held is None:
                held = self._local.connection = logfile.opened(self._file)
            yield held
        except (sqlite3.Error, OSError) as why:
            raise LogUnavailable(str(why)) from why


def _settle(group: list[_Waiting], failure: Exception | None) -> None:
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = defaultdict(list)
    for one in group:
        if isinstance(one.future, asyncio.Future):
            by_loop[one.future.get_loop()].append(one.future)
        else:
            _resolve(one.future, failure)
    for loop, futures in by_loop.items():
        # One wake-up for a whole group. A loop that has ended has nobody left to tell.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve_all, futures, failure)


def _resolve_all(futures: list["asyncio.Future[None]"], failure: Exception | None) -> None:
    for future in futures:
        if not future.done():  # a reader who has gone away
            _resolve(future, failure)


def _resolve(future: "asyncio.Future[None] | Future[None]", failure: Exception | None) -> None:
    if failure is None:
        future.set_result(None)
    else:
        future.set_exception(failure)
