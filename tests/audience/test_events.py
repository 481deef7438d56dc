"""The schema: what an event of each kind tells, and that the log gives back what it was given."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.audience import events
from kawaraban.audience.events import KINDS, Event, Malformed, Told, told_by
from kawaraban.audience.log import EventLog
from kawaraban.rails.slots import SLOTS

RAIL = {"rail": "also-read", "edition": 41}
SOUND = {
    "view": ({}, Told()),
    "engaged": ({"seconds": 12}, Told(value=12)),
    "scroll": ({"quarter": 4}, Told(value=4)),
    "rail_shown": ({**RAIL, "stories": [3, 9]}, Told(0, "also-read", 41, (3, 9))),
    "rail_clicked": ({**RAIL, "place": 2, "target": 9}, Told(2, "also-read", 41, (9,))),
    "share": ({}, Told()),
    "discussion": ({}, Told()),
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_tells_what_it_should(kind):
    data, told = SOUND[kind]
    assert told_by(kind, data) == told
    for name in data:
        with pytest.raises(Malformed):
            told_by(kind, {**data, name: None})


@given(st.sampled_from(KINDS), st.data())
def test_what_is_told_is_within_bounds_or_refused(kind, draw):
    sound, _ = SOUND[kind]
    data = {name: draw.draw(anything | st.just(value)) for name, value in sound.items()}
    try:
        told = told_by(kind, data)
    except Malformed:
        return
    assert 0 <= told.value <= events.LONGEST_ENGAGED and len(told.stories) <= events.MOST_SHOWN
    assert all(type(story) is int and 0 < story < 2**63 for story in told.stories)
    assert told.rail in {"", *events.RAILS}


def test_every_rail_of_a_page_has_its_name_in_the_schema():
    assert set(SLOTS) <= events.RAILS


def test_the_log_gives_back_every_kind_as_it_was_told(tmp_path):
    log = EventLog(tmp_path / "audience.db")
    kept = [
        Event(bytes([n]) * 16, 1000 + n, 7, kind, b"visitor1", False, *SOUND[kind][1])
        for n, kind in enumerate(KINDS)
    ]
    log.append_now(*kept)
    assert [event for _, event in log.read(0, 99)] == kept
    log.close()


def test_a_log_of_the_former_schema_is_read_and_written_on(tmp_path):
    with sqlite3.connect(tmp_path / "audience.db") as former:
        former.execute(
            "CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE,"
            " at_ms INTEGER NOT NULL, story INTEGER NOT NULL, kind TEXT NOT NULL,"
            " visitor BLOB NOT NULL, simulated INTEGER NOT NULL)"
        )
        former.execute("INSERT INTO events VALUES (5, ?, 1000, 7, 'view', ?, 1)", (b"i" * 16, b"v" * 8))
    former.close()
    log = EventLog(tmp_path / "audience.db")
    old, new = Event(b"i" * 16, 1000, 7, "view", b"v" * 8, True), Event(b"j" * 16, 2000, 8, "view", b"w" * 8)
    log.append_now(new, old)
    assert log.read(0, 9) == [(5, old), (6, new)]
    log.close()
