"""Pages that are made at once: from what lies ready, and with what was looked up beside them."""

import datetime as dt
from types import SimpleNamespace

import pytest

from kawaraban.kit import clock, database
from kawaraban.kit.stores import StoreUnavailable
from kawaraban.press import outdating, supply, unmarked
from kawaraban.press.pressing import Elsewhere
from kawaraban.press.supply import Supply
from kawaraban.rails.editions import Edition
from kawaraban.rails.shelf import Shelf, publish
from kawaraban.stories import following
from kawaraban.stories.models import ToFollow
from kawaraban.stories.publish import withdraw


@pytest.fixture
def ready(plates, editions, story):
    """A supply for which a story's plate and an edition lie ready."""
    story()
    publish(editions, Edition(as_of=1.0))
    ready = Supply(plates, Shelf(editions))
    ready.newest("/society/harbor-7/", None, ["identity"])
    return ready


def test_nothing_is_made_at_once_before_plates_and_edition_were_looked_up(ready, plates, editions):
    unlooked = Supply(plates, Shelf(editions))
    unlooked.plates.outdating.last = outdating.Looked(outdating.Marks(), 0.0)
    assert unlooked.at_hand("/society/harbor-7/", "identity") is None
    unlooked.look()
    assert "港の再開発 7".encode() in unlooked.at_hand("/society/harbor-7/", "identity").body


def test_a_look_takes_no_waiting_where_nothing_changed(ready, plates, editions, monkeypatch):
    monkeypatch.setattr(supply, "_LOOKED_AT_EVERY", 0.0)
    monkeypatch.setattr("kawaraban.rails.shelf.LOOKS_EVERY", 0.0)
    assert ready.look_at_once()
    publish(editions, Edition(as_of=2.0))
    assert not ready.look_at_once(), "a new edition is read by a thread"
    ready.look()
    assert ready.look_at_once() and ready.shelf.at_hand.as_of == 2.0


def test_a_page_that_became_old_is_not_made_at_once(ready, plates, monkeypatch):
    monkeypatch.setattr(supply, "_LOOKED_AT_EVERY", 0.0)
    assert ready.at_hand("/society/harbor-7/", "identity") is not None
    plates.outdating.everything()
    assert ready.look_at_once()
    assert ready.at_hand("/society/harbor-7/", "identity") is None


def test_a_page_is_as_new_as_the_look_it_was_made_by(ready, monkeypatch):
    looked = ready.plates.outdating.last.at
    assert ready.at_hand("/society/harbor-7/", "identity").checked == looked
    monkeypatch.setattr(outdating, "LATELY", 0.0)
    assert ready.at_hand("/society/harbor-7/", "identity") is None


@pytest.fixture
def store_away(ready):
    def away(*_):
        raise StoreUnavailable("gone")

    with pytest.MonkeyPatch.context() as patch:
        yield SimpleNamespace(
            goes=lambda: patch.setattr(outdating.Outdating, "now", away), comes_back=patch.undo
        )


def test_what_is_withdrawn_while_the_store_is_away_is_not_handed_out_of_memory(
    ready, store_away, section, story, monkeypatch
):
    story(8)
    addresses = ("/society/harbor-7/", "/society/harbor-8/", "/society/")
    withdrawn, other, shown_by = (ready.newest(one, None, ["identity"]) for one in addresses)
    store_away.goes()
    for address, page in zip(addresses, (withdrawn, other, shown_by), strict=True):
        again = ready.newest(address, page, ["identity"])
        assert again.body == page.body and again.matter.behind_times
    withdraw(7)
    with monkeypatch.context() as database_away:
        database_away.setattr(database, "read", fail)
        assert ready.newest(addresses[0], withdrawn, ["identity"]).body == withdrawn.body
    assert ready.newest(addresses[0], withdrawn, ["identity"]) == Elsewhere("", 410)
    assert withdrawn.barred
    assert ready.newest(addresses[1], other, ["identity"]).body == other.body
    listed = ready.newest("/society/", shown_by, ["identity"]).body.decode()
    assert addresses[1] in listed and addresses[0] not in listed
    # What once was known to be withdrawn is not handed out because the database goes away as well.
    monkeypatch.setattr(database, "read", fail)
    with pytest.raises(database.Away):
        ready.newest(addresses[0], withdrawn, ["identity"])


def test_a_page_that_is_kept_nowhere_is_another_one_when_it_was_pressed_anew(ready, store_away, story):
    story(8)
    store_away.goes()
    unkept = ready.newest("/society/", None, ["identity"])
    assert b"harbor-7" in unkept.body
    withdraw(7)
    again = ready.newest("/society/", unkept, ["identity"])
    assert b"harbor-7" not in again.body and b"harbor-8" in again.body


def test_what_was_withdrawn_while_the_store_was_away_is_not_seen_when_it_comes_back(
    ready, store_away, section, story, plates, monkeypatch
):
    monkeypatch.setattr(supply, "_LOOKED_AT_EVERY", 0.0)
    monkeypatch.setattr(unmarked, "_ASKED_EVERY", 0.0)
    story(8)
    before = ready.newest("/society/", None, ["identity"])
    store_away.goes()
    with pytest.raises(StoreUnavailable):
        ready.look()
    withdraw(7)
    assert ToFollow.objects.count() == 1
    store_away.comes_back()
    assert ready.look_at_once() and ready.at_hand("/society/harbor-7/", "identity") is None
    # The plate from before lies in the store, and no mark says anything against it.
    assert b"harbor-7" in b"".join(plates.get("/society/")[1].parts)
    assert not ready.bars(before)
    assert ready.newest("/society/harbor-7/", None, ["identity"]) == Elsewhere("", 410)
    assert ready.bars(before)
    for old in (before, None):
        assert b"harbor-7" not in ready.newest("/society/", old, ["identity"]).body
    ToFollow.objects.update(since=clock.now() - dt.timedelta(minutes=1))
    assert following.follow_up() and not ToFollow.objects.exists()
    ready.look()
    assert ready.look_at_once() and ready.at_hand("/society/harbor-8/", "identity") is not None


def fail(*_):
    raise database.Away("gone")
