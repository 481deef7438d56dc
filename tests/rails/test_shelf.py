"""Editions as they lie in the store, read by this release and by others."""

import datetime as dt
import functools

import orjson
import pytest

from kawaraban.kit.stores import SqliteStore
from kawaraban.rails import keeping
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.editions import Catalogue, Edition
from kawaraban.rails.shelf import CATALOGUE, EDITION, Shelf, publish
from tests.rails.test_compose import card


def of_another_release(**told):
    head = orjson.dumps({"format": "another", "tables": [], **told})
    return len(head).to_bytes(4, "big") + head


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
    store.put(EDITION, of_another_release(as_of=2.0))
    assert looked(shelf, monkeypatch).number == ours.number
    assert looked(Shelf(store), monkeypatch).number == 0
    assert "another release" in caplog.text
    newer = publish(store, Edition(as_of=3.0))
    assert looked(shelf, monkeypatch).number == looked(Shelf(store), monkeypatch).number == newer.number


def test_a_foreign_edition_is_decoded_once(store, monkeypatch):
    store.put(EDITION, of_another_release())
    shelf, got = Shelf(store), []
    monkeypatch.setattr(store, "get", lambda key: got.append(key) or SqliteStore.get(store, key))
    for _ in range(3):
        looked(shelf, monkeypatch)
    assert got == [EDITION]


def test_the_format_is_another_with_another_field(monkeypatch):
    before = keeping._format()
    monkeypatch.setattr(keeping, "Ranking", keeping.RisingTopic)
    assert keeping._format() != before


@pytest.mark.parametrize("value", ["edition", "catalogue"])
def test_what_is_damaged_is_left_alone_too(store, monkeypatch, caplog, value):
    """A file system may give back a file cut short."""
    shelf, cards = Shelf(store), {1: card(1)}
    first = publish(store, Edition(as_of=1.0, also_read={1: ((2, 0.5),)}, catalogue=Catalogue(cards=cards)))
    assert looked(shelf, monkeypatch).number == first.number
    publish(store, Edition(as_of=2.0, also_read={1: ((2, 0.5),)}, catalogue=Catalogue(cards=cards)))
    key = {"edition": EDITION, "catalogue": CATALOGUE}[value]
    version, kept = store.get(key)
    monkeypatch.setattr(store, "get", lambda asked: (version, kept[:-1]) if asked == key else get(asked))
    get = functools.partial(SqliteStore.get, store)
    assert looked(shelf, monkeypatch).number == first.number
    assert "is damaged" in caplog.text
    monkeypatch.undo()
    newer = publish(store, Edition(as_of=3.0, catalogue=Catalogue(cards=cards)))
    assert looked(shelf, monkeypatch).number == newer.number


def test_a_page_makes_the_cards_it_shows_and_no_others(store, monkeypatch):
    """A catalogue has twenty thousand, and every worker reads it whenever a story is published."""
    cards = {number: card(number) for number in range(1, 61)}
    made, make = [], keeping._card_from
    monkeypatch.setattr(keeping, "_card_from", lambda kept: made.append(kept[0]) or make(kept))
    publish(store, Edition(as_of=1.0, catalogue=Catalogue(cards=cards, newest={"": tuple(cards)})))
    edition = looked(Shelf(store), monkeypatch)
    assert len(edition.cards) == 60 and made == []
    rails = compose(edition, PageSlots("front"), dt.datetime.now(dt.UTC))
    shown = {item.card.id for rail in rails.values() for item in rail.items}
    assert shown and set(made) == shown and len(made) == len(shown)
    assert [edition.cards[number] for number in cards] == list(cards.values())
