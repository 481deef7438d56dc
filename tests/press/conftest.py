"""A kiosk on a small publication, asked through its ASGI interface."""

import asyncio
import concurrent.futures
import contextlib
import datetime as dt
import json
import queue
import threading
import uuid
from dataclasses import dataclass

import pytest

from kawaraban.audience import beacon
from kawaraban.audience.crowds import Crowds
from kawaraban.audience.log import EventLog
from kawaraban.audience.visitors import Visitors
from kawaraban.kit.stores import RedisStore, SqliteStore, open_store
from kawaraban.press import desk, mending, pressing, rebuilding
from kawaraban.press.desk import Desk
from kawaraban.press.health import Health
from kawaraban.press.kiosk import Kiosk
from kawaraban.press.plates import Plates
from kawaraban.press.sideboard import Sideboard
from kawaraban.press.supply import Supply
from kawaraban.rails.shelf import Shelf
from kawaraban.stories.elements import Paragraph
from kawaraban.stories.models import Section
from kawaraban.stories.publish import Finished, publish
from tests.conftest import postgres_url, redis_url

AT = dt.datetime(2026, 5, 1, 9, 0, tzinfo=dt.UTC)


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes


class Asker:
    """Asks the kiosk as a server would.

    The loop runs on a thread of its own, as it does in a server; slow work comes back to the test's
    thread, where the test's transaction is.
    """

    def __init__(self, kiosk):
        self.kiosk = kiosk
        self.loop = asyncio.new_event_loop()
        self.work = queue.Queue()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def run(self, coroutine):
        asked = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        asked.add_done_callback(lambda _: self.work.put(None))
        while (slow := self.work.get(timeout=60)) is not None:
            future, work, args = slow
            try:
                future.set_result(work(*args))
            except Exception as why:
                future.set_exception(why)
        return asked.result()

    def get(self, path, query=b"", headers=(), method="GET", body=b""):
        return self.run(self.ask(path, query, headers, method, body))

    async def ask(self, path, query=b"", headers=(), method="GET", body=b""):
        sent = []
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
            "client": ("127.0.0.1", 50000),
        }

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(message)

        await self.kiosk(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], headers, b"".join(one["body"] for one in sent[1:]))

    async def started(self):
        """What a server does before it takes the first request."""
        await self._lives("startup")

    async def ended(self):
        """And after the last."""
        await self._lives("shutdown")

    async def _lives(self, what):
        said = []

        async def receive():
            if said:
                raise asyncio.CancelledError
            return {"type": f"lifespan.{what}"}

        async def send(message):
            said.append(message)

        with contextlib.suppress(asyncio.CancelledError):
            await self.kiosk({"type": "lifespan"}, receive, send)

    def beacon(self, data, **headers):
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        named = {"content-type": "application/json", "user-agent": "A reader's browser", **headers}
        return self.get("/_/beacon", headers=named.items(), method="POST", body=body)


async def behind(scope, receive, send):
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


@pytest.fixture
def plates(tmp_path, monkeypatch):
    kept = Plates(open_store("plates", tmp_path))
    monkeypatch.setattr(pressing, "plates", lambda: kept)
    monkeypatch.setattr(mending, "plates", lambda: kept)
    monkeypatch.setattr(rebuilding, "plates", lambda: kept)
    return kept


THREE_STORES = [
    "sqlite",
    pytest.param("redis", marks=pytest.mark.redis),
    pytest.param("postgres", marks=pytest.mark.postgres),
]


@pytest.fixture(params=THREE_STORES)
def store_of_plates(request, tmp_path):
    """A store of each kind."""
    if request.param == "sqlite":
        yield SqliteStore(tmp_path / "plates.db")
        return
    if request.param == "redis":
        found = RedisStore(redis_url(), f"tests:{uuid.uuid4()}:")
    else:
        found = open_store("tests_of_plates", tmp_path, postgres_url())
    yield found
    for key in list(found.keys()):
        found.delete(key)


@pytest.fixture
def editions(tmp_path):
    return open_store("editions", tmp_path)


@pytest.fixture
def the_desk(plates, editions, monkeypatch):
    # Pages are looked up anew each time, and in the test's own thread and transaction.
    monkeypatch.setattr(desk, "FRESH", 0.0)
    monkeypatch.setattr(desk, "KEPT", 0.0)
    return Desk(Supply(plates, Shelf(editions)))


@pytest.fixture
def log(tmp_path, monkeypatch):
    kept = EventLog(tmp_path / "audience.db")
    door = beacon.Beacons(kept, Visitors(tmp_path, "tests"), Crowds(tmp_path / "crowds"))
    monkeypatch.setattr(beacon, "event_log", lambda: kept)
    monkeypatch.setattr(beacon, "beacons", lambda: door)
    yield kept
    kept.close()


@pytest.fixture
def asker(the_desk, log, plates, editions, db, monkeypatch):
    monkeypatch.setattr("kawaraban.press.health._ask", lambda: None)
    shelf = Shelf(editions)
    well = Health(the_desk, shelf, plates)
    asker = Asker(Kiosk(behind, the_desk, Sideboard(the_desk, shelf), well))

    async def on_the_tests_thread(self, work, *args):
        future = concurrent.futures.Future()
        asker.work.put((future, work, args))
        return await asyncio.wrap_future(future)

    monkeypatch.setattr(Desk, "on_thread", on_the_tests_thread)
    asker.run(asker.started())
    yield asker
    well.close()
    the_desk.close()
    asker.close()


@pytest.fixture
def section(db):
    return Section.objects.create(name="社会", slug="society")


@pytest.fixture
def story(section, plates):
    def make(number=7, **changes):
        return publish(
            Finished(
                **{
                    "id": number,
                    "path": f"/society/harbor-{number}/",
                    "section_id": section.pk,
                    "headline": f"港の再開発 {number}",
                    "published_at": AT + dt.timedelta(minutes=number),
                    "updated_at": AT + dt.timedelta(minutes=number),
                    "body": (Paragraph("倉庫街は<b>残す</b>。"),),
                    **changes,
                }
            )
        )

    return make
