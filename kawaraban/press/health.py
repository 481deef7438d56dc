"""Whether this process is alive (/healthz), and whether it can serve readers (/readyz)."""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import close_old_connections, connection

from kawaraban.kit import clock
from kawaraban.press.desk import Desk, Unavailable
from kawaraban.press.gates import Full
from kawaraban.press.pages import Page
from kawaraban.press.plates import Plates
from kawaraban.press.requests import Send
from kawaraban.press.sideboard import answer
from kawaraban.rails.shelf import Shelf

ALIVE, READY = "/healthz", "/readyz"
PATHS = frozenset({ALIVE, READY})
PATIENCE = 1.0  # seconds that one look may take

Found = dict[str, Any]


@dataclass
class Health:
    """Answers both. What is looked at for /readyz is looked at once a second, however often it is asked."""

    desk: Desk
    shelf: Shelf
    plates: Plates
    draining: bool = False
    _found: Found = field(default_factory=dict)
    _looked: float = 0.0
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        # Threads of its own: one that hangs at a database which doesn't answer holds up no reader.
        self._threads = {
            name: ThreadPoolExecutor(1, thread_name_prefix=f"health-{name}")
            for name in ("plates", "database")
        }

    async def answer(self, path: str, send: Send) -> None:
        if path == ALIVE:
            body, status = orjson.dumps({"alive": True, "pid": os.getpid()}), 200
        else:
            async with self._looking:
                if time.monotonic() - self._looked > PATIENCE:
                    self._found, self._looked = await self._look(), time.monotonic()
            found = {**self._found, "pid": os.getpid()}
            if self.draining:
                found |= {"ready": False, "not_well": [*found["not_well"], "this process is ending"]}
            body, status = orjson.dumps(found), 200 if found["ready"] else 503
        await answer(send, status, body, b"application/json", b"no-store")

    def close(self) -> None:
        for threads in self._threads.values():
            threads.shutdown(wait=False, cancel_futures=True)

    async def _look(self) -> Found:
        edition = self.shelf.current()
        age = clock.stamp(clock.now()) - edition.as_of
        front, plates, database = await asyncio.gather(
            self._front(), self._reached("plates", self.plates.outdating.now), self._reached("database", _ask)
        )
        not_well = [
            *([front] if front else []),
            *([f"the plate store: {plates}"] if plates else []),
            *([f"the database: {database}"] if database else []),
        ]
        if not edition.number:
            not_well.append("no edition yet: have the jobs ever run?")
        elif edition.is_late(clock.stamp(clock.now())):
            not_well.append(f"the edition is {age:.0f} s old: do the jobs run?")
        return {
            "ready": not front,
            "not_well": not_well,
            "edition": edition.number,
            "edition_age": round(age, 3) if edition.number else None,
        }

    async def _front(self) -> str:
        """Why readers get no front page, "" if they do: from memory, from the store, or pressed now."""
        try:
            found = await self.desk.page("/", "identity")
        except (Unavailable, Full):
            return "the front page can't be made"
        return "" if isinstance(found, Page) else "there is no front page"

    async def _reached(self, name: str, ask: Callable[[], object]) -> str:
        asking = asyncio.get_running_loop().run_in_executor(self._threads[name], ask)
        try:
            await asyncio.wait_for(asking, PATIENCE)
        except TimeoutError:
            return f"no answer in {PATIENCE:.0f} s"
        except Exception as why:
            return str(why) or type(why).__name__
        return ""


def _ask() -> None:
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")  # an empty database answers the rest
