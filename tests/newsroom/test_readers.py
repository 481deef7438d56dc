"""The newsroom sees how readers' events ended, and is not counted itself."""

from dataclasses import replace

import pytest
from django.urls import reverse

from kawaraban.audience.beacon import STAFF_COOKIE
from kawaraban.audience.events import Event
from kawaraban.audience.log import EventLog
from kawaraban.audience.pipeline import REASONS
from kawaraban.kit import clock
from kawaraban.kit.stores import open_store
from kawaraban.newsroom import preview, readers
from kawaraban.people.models import Account
from kawaraban.rails.editions import Catalogue, Charts, Edition
from kawaraban.rails.shelf import Shelf, publish
from tests.ops.test_demo_readers import CARD


@pytest.fixture
def editor(client, db):
    client.force_login(Account.objects.create_superuser("editor"))
    return client


@pytest.fixture
def log(tmp_path, monkeypatch):
    log = EventLog(tmp_path / "audience.db")
    monkeypatch.setattr(readers, "event_log", lambda: log)
    yield log
    log.close()


def home_of(editor):
    return editor.get(reverse("wagtailadmin_home"), headers={"accept-language": "en"}).content.decode()


def test_the_home_says_how_readers_events_ended(editor, log):
    assert 'id="readers-events' not in home_of(editor)
    log.append_now(Event(b"i" * 16, 1000, 7, "view", b"visitor1"))
    log.count({"robot": 11, "not-json": 2, "wrong-type": 3})
    log.close()
    page = home_of(editor)
    panel = page[page.index('id="readers-events') :]
    for words in ("robots", ">11<", "malformed", ">5<", "counted", ">1<"):
        assert words in panel, words


def test_the_home_says_how_many_different_readers_a_story_had_today(editor, log, monkeypatch, tmp_path):
    assert 'id="readers-today' not in home_of(editor)
    cards = {number: replace(CARD, id=number, headline=f"Harbor {number}") for number in (1, 2)}
    now = clock.stamp(clock.now())
    edition = Edition(
        as_of=now, catalogue=Catalogue(cards=cards), charts=Charts(now, visitors=((1, 40), (2, 77), (3, 9)))
    )
    store = open_store("editions", tmp_path)
    publish(store, edition)
    monkeypatch.setattr(preview, "shelf", lambda: Shelf(store))
    panel = home_of(editor)
    panel = panel[panel.index('id="readers-today') :]
    assert panel.index("Harbor 2") < panel.index(">77<") < panel.index("Harbor 1") < panel.index(">40<")


def test_every_reason_has_words_or_is_a_faulty_programs(editor):
    assert readers.IN_WORDS.keys() <= REASONS.keys()


def test_a_browser_of_the_newsroom_tells_the_beacons_door_alone(editor):
    cookie = editor.get(reverse("wagtailadmin_home")).cookies[STAFF_COOKIE]
    assert cookie["path"] == "/_/beacon" and cookie["httponly"] and cookie["samesite"] == "Strict"


def test_readers_get_no_cookie(client, db):
    assert STAFF_COOKIE not in client.get(reverse("wagtailadmin_login")).cookies
    assert not client.get("/search?q=x").cookies
