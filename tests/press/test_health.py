"""What is said to whoever watches a process."""

import json
import time

import pytest
from django.db import DatabaseError, connection

from kawaraban.kit.stores import StoreUnavailable
from kawaraban.press import desk, health, pressing
from kawaraban.rails.editions import Edition
from kawaraban.rails.shelf import publish


@pytest.fixture(autouse=True)
def looked_at_anew(monkeypatch):
    monkeypatch.setattr(health.Health, "_looked", property(lambda _: float("-inf"), lambda *_: None))


def ready(asker):
    answer = asker.get("/readyz")
    assert answer.headers["cache-control"] == "no-store"
    return answer.status, json.loads(answer.body)


def test_a_process_says_that_it_lives_though_nothing_else_does(asker, monkeypatch):
    async def fails(*_):
        raise StoreUnavailable

    monkeypatch.setattr(desk.Desk, "page", fails)
    answer = asker.get("/healthz")
    assert answer.status == 200 and json.loads(answer.body)["alive"]


def test_a_publication_that_is_well_is_ready(asker, story, editions):
    story()
    publish(editions, Edition(as_of=time.time()))
    status, said = ready(asker)
    assert status == 200 and said["ready"] and said["not_well"] == [] and said["edition"] > 0


def test_what_is_not_well_is_said_though_readers_are_served(asker, story, editions, plates, monkeypatch):
    story()
    publish(editions, Edition(as_of=time.time() - 300))
    asker.get("/")

    def gone(*_):
        raise StoreUnavailable("no route to it")

    monkeypatch.setattr(plates.outdating, "now", gone)
    monkeypatch.setattr(health, "_ask", gone)
    status, said = ready(asker)
    assert status == 200 and said["ready"]
    assert len(said["not_well"]) == 3 and all(
        any(word in line for line in said["not_well"])
        for word in ("plate store", "database", "do the jobs run")
    )


def test_an_empty_database_is_not_well(db, monkeypatch):
    """As one that was made by mistake while the publication's was away."""
    monkeypatch.setattr(health, "close_old_connections", lambda: None)  # the test's own would be closed
    health._ask()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO away")
    with pytest.raises(DatabaseError, match="django_migrations"):
        health._ask()


def test_what_hangs_is_not_waited_for(asker, story, monkeypatch):
    story()
    monkeypatch.setattr(health, "PATIENCE", 0.2)
    monkeypatch.setattr(health, "_ask", lambda: time.sleep(2))
    began = time.monotonic()
    assert any("no answer" in line for line in ready(asker)[1]["not_well"])
    assert time.monotonic() - began < 1.8


def test_without_a_front_page_it_is_not_ready(asker, monkeypatch):
    def fails(*_):
        raise RuntimeError

    monkeypatch.setattr(pressing, "made", fails)
    status, said = ready(asker)
    assert status == 503 and said["not_well"][0] == "the front page can't be made"


def test_one_that_is_ending_asks_for_no_more_readers(asker, story):
    story()
    asker.kiosk.health.draining = True
    assert ready(asker)[0] == 503 and asker.get("/").status == 200
