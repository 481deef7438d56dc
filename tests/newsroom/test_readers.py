"""The newsroom sees how readers' events ended, and is not counted itself."""

import pytest
from django.urls import reverse

from kawaraban.audience.beacon import STAFF_COOKIE
from kawaraban.audience.events import Event
from kawaraban.audience.log import EventLog
from kawaraban.audience.pipeline import REASONS
from kawaraban.newsroom import readers
from kawaraban.people.models import Account


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


def test_every_reason_has_words_or_is_a_faulty_programs(editor):
    assert readers.IN_WORDS.keys() <= REASONS.keys()


def test_a_browser_of_the_newsroom_tells_the_beacons_door_alone(editor):
    cookie = editor.get(reverse("wagtailadmin_home")).cookies[STAFF_COOKIE]
    assert cookie["path"] == "/_/beacon" and cookie["httponly"] and cookie["samesite"] == "Strict"


def test_readers_get_no_cookie(client, db):
    assert STAFF_COOKIE not in client.get(reverse("wagtailadmin_login")).cookies
    assert not client.get("/search?q=x").cookies
