"""Plates as they are kept."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kawaraban.press import plates as room
from kawaraban.press.outdating import Marks, Stamps
from kawaraban.press.plates import Discussion, Plate, Plates

STAMPS = Stamps(3, "abc", 7)
MARKS = Marks(number=9, dress="abc")


def plate(parts=(b"<html>", b"</html>"), **changes):
    slots = tuple(f"rail {number}" for number in range(len(parts) - 1))
    told = {"address": "/society/港/", "kind": "story", "story_id": 5, "standing": (5, 9), **changes}
    return Plate(parts=parts, slots=slots, stamps=STAMPS, pressed_at=time.time(), **told)


@pytest.fixture
def store(store_of_plates):
    return store_of_plates


@given(some.lists(some.binary(max_size=300), min_size=1, max_size=6))
def test_a_plate_comes_back_as_it_was_kept(parts):
    kept = plate(tuple(parts), section="society")
    assert room._plate_from(room._packed_plate(kept)) == kept


def test_plates_of_another_format_and_damaged_ones_are_as_good_as_missing(store):
    plates = Plates(store)
    plates.put(plate())
    _, kept = store.get("plate:/society/港/")
    for damaged in (b"KP\x63" + kept[3:], kept[:-5], kept[:9] + b"x" + kept[10:], b""):
        store.put("plate:/society/港/", damaged)
        assert plates.get("/society/港/") is None


def test_a_plate_of_another_release_is_read_whatever_its_header_has_more_or_less(store):
    plates = Plates(store)
    kept = plate(shows=("person 3",))
    header, markup = room._unpacked(room._packed_plate(kept))
    header["of_tomorrow"] = {"any": 1}
    header["stamps"].append("more")
    del header["shows"], header["content_type"]
    store.put("plate:/society/港/", room._packed(header, markup))
    assert plates.get("/society/港/")[1] == replace(kept, shows=())


def test_a_plate_of_another_dress_is_old_for_the_release_that_opened_last_alone():
    kept = plate()
    assert kept.condition(MARKS, "abc") == "new"
    assert kept.condition(MARKS, "old release's") == "new"
    assert kept.condition(replace(MARKS, dress="new release's"), "new release's") == "old"
    assert kept.condition(replace(MARKS, dress=""), "new release's") == "old"


def test_many_plates_are_put_at_once(store):
    plates = Plates(store)
    plates.put_many([plate(address="/a/"), plate(address="/b/")])
    assert list(plates.addresses()) == ["/a/", "/b/"] and plates.get("/b/")[1].address == "/b/"


def test_a_discussion_is_kept_with_its_count(store):
    plates = Plates(store)
    said = Discussion(5, "<p>声</p>".encode(), 3, STAMPS)
    version = plates.swap_discussion(said, None)
    assert plates.discussion(5) == (version, said)
    assert plates.swap_discussion(said, None) is None and plates.discussion_version(5) == version
    assert plates.swap_discussion(said, version) == version + 1
    plates.drop_discussion(5)
    assert plates.discussion(5) is None
