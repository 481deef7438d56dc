"""The log of what readers did: only ever appended to, acknowledged only when it is on the disk.

It is an SQLite file, or for several machines a stream of Redis. One thread writes. Events that arrive
while it commits (or within LINGER) share the next transaction, so that many readers share one fsync;
several processes may append to one log. How events ended is counted in the same place: of those kept
in the very transaction that keeps them, of others soon after.
"""

import asyncio
import contextlib
import logging
import secrets
import sqlite3
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from kawaraban.audience.events import Event
from kawaraban.audience.logfile import MOST_AT_ONCE, LogFile
from kawaraban.audience.logstream import LogStream
from kawaraban.audience.tally import ACCEPTED, REPEATED, UNAVAILABLE, ByMinute, Tally, Turn, this_minute

log = logging.getLogger(__name__)

LINGER = 0.020  # seconds that the first event of a group waits for company
GROUP = MOST_AT_ONCE  # events that make the writer go at once
# Seconds that a group waits for another's writing, or for Redis: two in a row are less than a beacon waits.
_LOCKED = 0.7
_COUNTS_EVERY = 1.0  # seconds: where nothing is kept, what was refused is written together


class Overloaded(Exception):
    """More events wait than the log takes: this one was not taken."""


class LogUnavailable(Exception):
    """The disk is full, or the file locked or unreadable: the event may not have been kept."""


class _Waiting(NamedTuple):
    events: Sequence[Event]
    future: "asyncio.Future[None] | Future[None]"


class Opened(Protocol):
    """A log as one thread has it open: LogFile or LogStream. Failures are sqlite3.Error or OSError."""

    def is_there(self) -> bool: ...

    def commit(self, events: Sequence[Event], counted: ByMinute, turn: Turn) -> int: ...

    def read(self, after: int, most: int) -> list[tuple[int, Event]]: ...

    def last_seq(self) -> int: ...

    def tallied(self, minute: int) -> dict[str, int]: ...

    def prune(self, before_ms: int) -> int: ...

    def close(self) -> None: ...


class EventLog:
    """Appends events durably and reads them back in the order of their commits."""

    def __init__(self, at: Path | str, *, most_waiting: int = 20_000) -> None:
        """`at` is an SQLite file, or the address of a Redis that keeps what it has acknowledged."""
        self._open: Callable[..., Opened]
        self._open = partial(LogFile, at) if isinstance(at, Path) else partial(LogStream, at)
        self._most_waiting = most_waiting
        self.tally = Tally()
        self._waiting: list[_Waiting] = []
        self._events = 0  # in `_waiting`
        self._since = 0.0  # when the first of `_waiting` came
        self._arrived = threading.Condition()
        self._writer: threading.Thread | None = None
        self._closing = False
        self._turn = Turn(secrets.token_hex(8), 0)
        self._unsure: ByMinute = Counter()  # what is counted of this turn unless it was done all the same
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
        """Up to `most` events whose number is greater than `after`, in order, and before what is none.

        Raises NoEvent where that comes first: whoever passes it over goes on after its number. Raises
        LogUnavailable.
        """
        with self._reading() as opened:
            return opened.read(after, most)

    def count(self, outcomes: Mapping[str, int]) -> None:
        """Counts events that ended before they came here. What is appended counts itself."""
        self.tally.add(outcomes)
        with self._arrived:
            if not self._closing and not self._waiting:
                self._wake()

    def tallied(self, minutes: int) -> dict[str, int]:
        """Events by outcome in so many past minutes, of all processes. Raises LogUnavailable."""
        with self._reading() as opened:
            return opened.tallied(this_minute() - minutes + 1)

    def last_seq(self) -> int:
        """The number of the newest event there ever was, 0 for none."""
        with self._reading() as opened:
            return opened.last_seq()

    def prune(self, before_ms: int) -> int:
        """Forgets some thousands of the events that are older, the oldest first; how many that were.

        All of a day at once would hold up whoever writes, and whoever asks.
        """
        with self._reading() as opened:
            return opened.prune(before_ms)

    def close(self) -> None:
        """Writes what waits and ends the writer."""
        with self._arrived:
            self._closing = True
            self._arrived.notify()
            writer = self._writer
        if writer is not None:
            writer.join()
        held = getattr(self._local, "opened", None)
        if held is not None:
            held.close()
            self._local.opened = None

    def _hand_over(self, one: _Waiting) -> None:
        with self._arrived:
            if self._closing:
                raise LogUnavailable("closed")
            if self._events + len(one.events) > self._most_waiting:
                raise Overloaded(f"{self._events} events wait")
            if not self._waiting:
                self._since = time.monotonic()
            self._waiting.append(one)
            before, self._events = self._events, self._events + len(one.events)
            # Woken for the first of a group and when it is full, not for each: waking costs.
            if not before or before < GROUP <= self._events:
                self._wake()

    def _wake(self) -> None:
        if self._writer is None:
            # Started with the first event: a thread does not survive a fork.
            self._writer = threading.Thread(target=self._write, name="audience-log", daemon=True)
            self._writer.start()
        self._arrived.notify()

    def _write(self) -> None:
        opened: Opened | None = None
        while (group := self._next_group()) is not None:
            events = [event for one in group for event in one.events]
            failure, last = None, self._turn
            try:
                opened = self._opened_anew(opened)
                kept = self._commit(opened, events)
                self.tally.add({ACCEPTED: kept, REPEATED: len(events) - kept}, written=True)
            except Exception as why:  # whatever it is: nobody may wait for ever
                failure = LogUnavailable(str(why))
                known = isinstance(why, sqlite3.Error | OSError)
                if events:  # counts alone are tried again with the next group
                    log.error("%d events of readers not kept: %s", len(events), why, exc_info=not known)
                self.tally.add({UNAVAILABLE: len(events)}, written=self._turn != last)
                if opened is not None:
                    # A fresh connection finds the file again once the disk is mended.
                    opened.close()
                    opened = None
            _settle(group, failure)
            if failure is not None and self._closing:
                # No group comes after this one, and what was handed over meanwhile waits for an answer.
                with self._arrived:
                    left = self._taken()
                self.tally.add({UNAVAILABLE: sum(len(one.events) for one in left)})
                _settle(left, failure)
                break
        if opened is not None:
            opened.close()

    def _commit(self, opened: Opened, events: Sequence[Event]) -> int:
        """One turn. Whoever hears nothing of it can't know: a Redis that hung may do it later.

        So before the next turn it is sent again by its number, saying that its events were not kept:
        whichever of the two comes first is done, and the other does nothing.
        """
        if self._unsure:
            opened.commit((), self._unsure, self._turn)
            self._unsure = Counter()
        counted = self.tally.take_new()
        if not events and not counted:
            return 0
        self._turn = self._turn._replace(number=self._turn.number + 1)
        self._unsure = counted + Counter({(this_minute(), UNAVAILABLE): len(events)})
        kept = opened.commit(events, counted, self._turn)
        self._unsure = Counter()
        return kept

    def _opened_anew(self, opened: Opened | None) -> Opened:
        """The log that is there now."""
        if opened is not None:
            if opened.is_there():
                return opened
            opened.close()
        return self._open(_LOCKED)

    def _next_group(self) -> list[_Waiting] | None:
        """What is to be written next, maybe only counts (an empty group); None when all is done."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._waiting or self._closing or self.tally or self._unsure)
            self._arrived.wait_for(lambda: self._waiting or self._closing, timeout=_COUNTS_EVERY)
            if self._waiting:
                left = self._since + LINGER - time.monotonic()
                self._arrived.wait_for(lambda: self._events >= GROUP or self._closing, timeout=left)
            elif self._closing and not self.tally and not self._unsure:
                return None
            return self._taken()

    def _taken(self) -> list[_Waiting]:
        group, self._waiting, self._events = self._waiting, [], 0
        return group

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Opened]:
        try:
            held: Opened | None = getattr(self._local, "opened", None)
            if held is None or not held.is_there():
                if held is not None:
                    held.close()
                held = self._local.opened = self._open()
            yield held
        except (sqlite3.Error, OSError) as why:
            if (held := getattr(self._local, "opened", None)) is not None:
                held.close()
                self._local.opened = None
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
