"""Editions as they lie in the store, read by this release and by others."""

import orjson
import pytest

from kawaraban.kit.stores import SqliteStore
from kawaraban.rails import editions
from kawaraban.rails.editions import Edition, Shelf, publish


@pytest.fixture
def store(tmp_path):
    return SqliteStore(tmp_path / "editions.db")


def looked(shelf, monkeypatch):
    monkeypatch.setattr(shelf, "_looks_at", 0.0)
    return shelf.current()


def test_what_another_release_made_is_left_alone_until_this_one_makes_its_own(store, monkeypatch, caplog):
    """A release may add a field: neither its workers nor the former ones may fail for it."""
    shelf = Shelf(store)
    ours = publish(store, Edition(as_of=1.0))
    assert looked(shelf, monkeypatch).number == ours.number
    for foreign in ({"as_of": 2.0}, {"format": "another", "as_of": 2.0}):
        store.put(editions.EDITION, orjson.dumps(foreign))
        assert looked(shelf, monkeypatch).number == ours.number
        assert looked(Shelf(store), monkeypatch).number == 0
    assert "another release" in caplog.text
    newer = publish(store, Edition(as_of=3.0))
    assert looked(shelf, monkeypatch).number == looked(Shelf(store), monkeypatch).number == newer.number


def test_a_foreign_edition_is_decoded_once(store, monkeypatch):
    store.put(editions.EDITION, orjson.dumps({"format": "another"}))
    shelf, got = Shelf(store), []
    monkeypatch.setattr(store, "get", lambda key: got.append(key) or SqliteStore.get(store, key))
    for _ in range(3):
        looked(shelf, monkeypatch)
    assert got == [editions.EDITION]


def test_the_format_is_another_with_another_field(monkeypatch):
    before = editions._format()
    monkeypatch.setattr(editions, "Ranking", editions.RisingTopic)
    assert editions._format() != before
