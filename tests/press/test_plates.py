"""Plates as they are kept."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kawaraban.kit.stores import RedisStore, SqliteStore
from kawaraban.press import plates as room
from kawaraban.press.plates import Discussion, Plate, Plates, Stamps
from tests.conftest import redis_url

STAMPS = Stamps(3, "abc", 7)


def plate(parts=(b"<html>", b"</html>"), **changes):
    slots = tuple(f"rail {number}" for number in range(len(parts) - 1))
    told = {"address": "/society/港/", "kind": "story", "story_id": 5, "standing": (5, 9), **changes}
    return Plate(parts=parts, slots=slots, stamps=STAMPS, pressed_at=time.time(), **told)


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=pytest.mark.redis)])
def store(request, tmp_path):
    if request.param == "sqlite":
        yield SqliteStore(tmp_path / "plates.db")
        return
    found = RedisStore(redis_url(), f"tests:{tmp_path}:")
    yield found
    for key in list(found.keys()):
        found.delete(key)


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


def test_the_store_knows_which_pages_show_a_story(store):
    plates = Plates(store)
    plates.put(plate())
    plates.put(plate(address="/", kind="front"))
    assert plates.stories_that_show(9) == ["/society/港/"]
    assert plates.stories_that_show(90) == []


def test_further_pages_of_a_list_are_dropped_alone(store):
    plates = Plates(store)
    for address in ("/society/", "/society/?page=2", "/society/?page=3", "/society/a/"):
        plates.put(plate(address=address, kind="section"))
    plates.drop_further_pages("/society/")
    assert list(plates.addresses()) == ["/society/", "/society/a/"]


def test_a_new_generation_is_a_greater_number(store):
    plates = Plates(store)
    assert plates.generation() == 0
    first = plates.new_generation()
    assert plates.new_generation() > first > 0 and plates.generation() > first


def test_a_discussion_is_kept_with_its_count(store):
    plates = Plates(store)
    said = Discussion(5, "<p>声</p>".encode(), 3, STAMPS)
    version = plates.put_discussion(said)
    assert plates.discussion(5) == (version, said)
    plates.drop_discussion(5)
    assert plates.discussion(5) is None
