"""Pages that are made at once: from what lies ready, and with what was looked up beside them."""

import pytest

from kawaraban.press import outdating, supply
from kawaraban.press.supply import Supply
from kawaraban.rails.editions import Edition
from kawaraban.rails.shelf import Shelf, publish


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
