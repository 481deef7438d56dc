"""Gates before slow work: so much of it at once, a short wait for the rest, and a plain no to the others.

Under a load that can't be borne, a queue without an end makes everybody wait and serves nobody. Who is
told no within half a second may come again; who is let in is served quickly.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from kawaraban.kit.counts import begin, counts

_MORE, _FEWER = 0.1, 0.95


class Full(Exception):
    """More wait than can be served soon: this one was not let in."""


@dataclass
class Gate:
    """Lets `at_once` in; others wait in their order, for `patience` seconds at most.

    How many may wait is learned: fewer when one's patience ended, more when one was let in. So most of
    those who are told no are told at once, which costs least.
    """

    name: str
    at_once: int
    patience: float
    most_waiting: int = 1000
    _waiting: int = 0
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._bearable: float = self.most_waiting
        self._let_in, self._shed = f"let in:{self.name}", f"shed:{self.name}"
        begin(self._let_in, self._shed)
        self._places = asyncio.Semaphore(self.at_once)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place inside, for as long as the work takes. Raises Full."""
        self.refuse_if_full()
        if self._places.locked():
            await self._wait()
        else:
            await self._places.acquire()
        counts[self._let_in] += 1
        try:
            yield
        finally:
            self._places.release()

    def refuse_if_full(self) -> None:
        """Raises Full, counted, where as many wait as may: before any work is done for one more."""
        if self._waiting >= self._bearable and self._places.locked():
            raise self.full()

    def full(self) -> Full:
        """One more that is not let in, counted."""
        counts[self._shed] += 1
        return Full(self.name)

    async def _wait(self) -> None:
        self._waiting += 1
        try:
            async with asyncio.timeout(self.patience):
                await self._places.acquire()
            self._bearable = min(self._bearable + _MORE, self.most_waiting)
        except TimeoutError:
            self._bearable = max(self.at_once, min(self._bearable, self._waiting) * _FEWER)
            raise self.full() from None
        finally:
            self._waiting -= 1
