"""The fold goes on through poison, wrong clocks and a log that takes long to count."""

import sqlite3
import time
from itertools import count, islice

import pytest

from kawaraban.audience import snapshot
from kawaraban.audience.deadletters import FILE, DeadLetters
from kawaraban.audience.events import Event
from kawaraban.audience.log import EventLog, LogUnavailable
from kawaraban.rails import readers
from kawaraban.rails.readers import Readers

NOW = 1_780_000_000.0
DAY, YEAR = 86_400.0, 365 * 86_400.0
GOOD, BAD = 7, 8  # stories


class House:
    def __init__(self, folder):
        self.folder = folder
        self.log = EventLog(folder / "audience.db")
        self.readers = Readers(self.log, folder)
        self._ids = count(1)

    def read(self, story, at, visitors):
        events = []
        for number in islice(self._ids, visitors):
            one = number.to_bytes(8, "little")
            events.append(Event(number.to_bytes(16, "big"), int(at * 1000), story, "view", one))
        self.log.append_now(*events)

    def letters(self):
        return DeadLetters(self.folder / FILE).all()

    def counts(self, now):
        return self.readers.fold.counts(now, 300.0)


@pytest.fixture
def house(tmp_path, monkeypatch):
    # A round is as long as a busy machine needs for what little a test has to count.
    monkeypatch.setattr(readers, "_A_ROUND", 60.0)
    house = House(tmp_path)
    yield house
    house.log.close()


@pytest.mark.parametrize("ahead", [DAY, YEAR, 600.0])
def test_what_is_ahead_of_the_clock_is_left_out_and_told_of_once(house, ahead):
    house.read(GOOD, NOW, 20)
    house.read(BAD, NOW + ahead, 3)
    house.read(GOOD, NOW + 200, 5)  # machines' clocks may differ by as much
    house.read(BAD, NOW + ahead, 3)
    house.readers.take_in(NOW)
    assert house.counts(NOW + 200).keys() == {GOOD} and house.readers.fold.after == 31
    house.readers.rankings(NOW)
    ((seq, why, _),) = house.letters()
    assert seq == 21 and "ahead of the clock" in why


@pytest.mark.parametrize("ahead", [3 * 3600.0, DAY, YEAR])
def test_counts_that_a_clock_brought_ahead_are_given_up_and_what_was_learnt_is_not(house, ahead):
    house.read(GOOD, NOW, 20)
    house.readers.take_in(NOW)
    learnt = house.readers.engine.tuner
    house.read(BAD, NOW + ahead, 3)
    house.readers.take_in(NOW + ahead)  # the clock jumped for all of the house
    snapshot.write(house.folder / snapshot.FILE, house.readers.fold, house.readers.engine.kept())
    house.read(GOOD, NOW + 60, 5)
    again = Readers(house.log, house.folder)
    for one in (house.readers, again):
        one.take_in(NOW + 60)
        assert one.caught_up and one.fold.readers(NOW + 60) == {GOOD: 25}
        one.rankings(NOW + 60)
    assert house.readers.engine.tuner is learnt and house.readers.engine.fold is house.readers.fold


def test_a_clock_that_was_behind_and_is_set_right_loses_nothing(house):
    house.read(GOOD, NOW, 20)
    house.readers.take_in(NOW)
    house.readers.take_in(NOW - 2 * 3600)
    house.read(GOOD, NOW - 2 * 3600, 5)
    house.readers.take_in(NOW - 2 * 3600 + 1)
    assert house.readers.fold.readers(NOW - 2 * 3600 + 1) == {GOOD: 5}
    house.readers.take_in(NOW + 60)
    assert house.readers.fold.readers(NOW + 60) == {GOOD: 25}


def test_a_clock_set_back_by_what_machines_differ_changes_nothing(house):
    house.read(GOOD, NOW, 20)
    house.readers.take_in(NOW)
    fold = house.readers.fold
    house.readers.take_in(NOW - 590)
    assert house.readers.fold is fold


@pytest.mark.parametrize(
    "torn",
    [
        "kind = CAST(x'76ff' AS TEXT)",
        "kind = x'76696577'",
        "stories = CAST(x'31ff' AS TEXT)",
        "stories = x'31'",
        "stories = 'torn'",
        "at_ms = 9000000000000000000",
        "at_ms = 'late'",
        "at_ms = -1",
        "story = -1",
        "story = 'none'",
        "visitor = 7",
    ],
)
def test_poison_in_the_log_costs_its_own_event_alone(house, torn):
    house.read(GOOD, NOW, 100)
    with sqlite3.connect(house.folder / "audience.db") as file:
        file.execute(f"UPDATE events SET {torn} WHERE seq = 50")
    file.close()
    house.readers.take_in(NOW)
    assert house.readers.caught_up and house.readers.fold.readers(NOW) == {GOOD: 99}
    assert house.readers.fold.after == 100
    house.readers.rankings(NOW)
    assert [seq for seq, _, _ in house.letters()] == [50]


def test_what_was_forgotten_before_a_row_that_is_none_is_not_told_of(house):
    house.read(GOOD, NOW, 3000)
    with sqlite3.connect(house.folder / "audience.db") as file:
        file.execute("DELETE FROM events WHERE seq < 2500")
        file.execute("UPDATE events SET stories = 'torn' WHERE seq = 2500")
    file.close()
    house.readers.take_in(NOW)
    assert [seq for seq, _, _ in house.letters()] == [2500] and house.readers.fold.after == 3000


def test_a_long_log_is_counted_a_slice_at_a_time(house, monkeypatch):
    house.read(GOOD, NOW, 5000)
    monkeypatch.setattr(readers, "_AT_ONCE", 500)
    monkeypatch.setattr(readers, "_A_ROUND", 0.0)
    assert house.readers.take_in(NOW) and not house.readers.caught_up and house.readers.fold.after == 500
    for _ in range(20):
        house.readers.take_in(NOW)
    assert house.readers.caught_up and house.readers.fold.after == 5000


def test_a_log_that_is_away_at_first_costs_neither_the_snapshot_nor_what_was_learnt(house, monkeypatch):
    house.read(GOOD, NOW, 20)
    house.readers.take_in(NOW)
    house.readers.engine.facts.sections = {"society": 4}
    snapshot.write(house.folder / snapshot.FILE, house.readers.fold, house.readers.engine.kept())

    def away(*_):
        raise LogUnavailable("gone")

    monkeypatch.setattr(readers, "_KEPT_EVERY", 0.0)
    with monkeypatch.context() as broken:
        broken.setattr(house.log, "last_seq", away)
        broken.setattr(house.log, "read", away)
        again = Readers(house.log, house.folder)
        assert not again.take_in(NOW) and not again.caught_up
        again.keep()
    read, really = [], house.log.read
    monkeypatch.setattr(house.log, "read", lambda after, most: read.append(after) or really(after, most))
    again.take_in(NOW)
    assert read == [20] and again.caught_up and again.engine.facts.sections == {"society": 4}


def test_counting_takes_half_a_second_at_a_time(house, monkeypatch):
    house.read(GOOD, NOW, 4000)
    monkeypatch.setattr(readers, "_AT_ONCE", 10)
    monkeypatch.setattr(readers, "_A_ROUND", 0.02)
    began = time.monotonic()
    house.readers.take_in(NOW)
    assert time.monotonic() - began < 5 and house.readers.fold.after < 4000
