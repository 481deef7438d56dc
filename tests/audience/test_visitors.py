"""Readers are told apart for a day, and nothing is kept by which they could be found."""

import datetime as dt
from pathlib import Path

import pytest

from kawaraban.audience import visitors as room
from kawaraban.audience.visitors import Visitors, throw_other_salts_away


@pytest.fixture
def on(monkeypatch):
    def day(number):
        at = dt.datetime(2026, 5, number, 12, 0, tzinfo=dt.UTC)
        monkeypatch.setattr(room.clock, "now", lambda: at)
        monkeypatch.setattr(room.time, "time", at.timestamp)

    return day


def test_a_visitor_is_the_same_all_day_in_every_process_and_another_tomorrow(tmp_path, on):
    on(1)
    one, other = Visitors(tmp_path, "a"), Visitors(tmp_path, "a")
    known = one.of("11.0.0.1", "browser")
    assert one.of("11.0.0.1", "browser") == other.of("11.0.0.1", "browser") == known
    different = [one.of("11.0.0.2", "browser"), one.of("11.0.0.1", "another")]
    different.append(Visitors(tmp_path, "b").of("11.0.0.1", "browser"))
    assert len({known.id, *(visitor.id for visitor in different)}) == 4
    assert different[0].wide == known.wide != different[0].own
    on(2)
    assert one.of("11.0.0.1", "browser").id != known.id
    assert [file.name for file in tmp_path.glob("visitor-salt-*")] == ["visitor-salt-2026-05-02"]


def test_a_salt_goes_with_its_day_though_nobody_reads(tmp_path, on):
    on(1)
    Visitors(tmp_path, "a").of("11.0.0.1", "browser")
    (salt,) = tmp_path.glob("visitor-salt-*")
    assert salt.stat().st_mode & 0o077 == 0
    on(2)
    throw_other_salts_away(tmp_path)
    assert not list(tmp_path.glob("visitor-salt-*"))


def test_a_clock_that_was_ahead_leaves_no_salt_and_no_day_of_its_own(tmp_path, on):
    on(1)
    one, other = Visitors(tmp_path, "a"), Visitors(tmp_path, "a")
    known = [one.of("11.0.0.1", "browser").id, other.of("11.0.0.1", "browser").id]
    on(20)
    ahead = one.of("11.0.0.1", "browser").id  # the other gets no beacon meanwhile
    on(1)
    assert one.of("11.0.0.1", "browser") == Visitors(tmp_path, "a").of("11.0.0.1", "browser")
    assert one.of("11.0.0.1", "browser").day == other.of("11.0.0.1", "browser").day
    assert [file.name for file in tmp_path.glob("visitor-salt-*")] == ["visitor-salt-2026-05-01"]
    on(2)
    known += [one.of("11.0.0.1", "browser").id, ahead]
    on(20)
    known.append(one.of("11.0.0.1", "browser").id)
    assert known[0] == known[1] and len(set(known)) == 4


def test_a_salt_made_ahead_goes_though_nobody_reads(tmp_path, on):
    on(20)
    Visitors(tmp_path, "a").of("11.0.0.1", "browser")
    on(1)
    throw_other_salts_away(tmp_path)
    assert not list(tmp_path.glob("visitor-salt-*"))


def test_a_salt_that_is_made_at_midnight_is_thrown_away_by_nobody(tmp_path, on, monkeypatch):
    on(1)
    Visitors(tmp_path, "a").of("11.0.0.1", "browser")
    listed = Path.glob

    def at_midnight(folder, pattern):
        on(2)
        (tmp_path / "visitor-salt-2026-05-02").write_text("another process's")
        return listed(folder, pattern)

    monkeypatch.setattr(Path, "glob", at_midnight)
    throw_other_salts_away(tmp_path)
    assert [file.name for file in listed(tmp_path, "visitor-salt-*")] == ["visitor-salt-2026-05-02"]


def test_two_stories_of_who_asks_not_to_be_tracked_cannot_be_joined(tmp_path):
    visitors = Visitors(tmp_path, "a")
    reader = visitors.of("11.0.0.1", "browser")
    assert visitors.alone(reader, 7) == visitors.alone(reader, 7)
    assert len({reader.id, visitors.alone(reader, 7), visitors.alone(reader, 8)}) == 3


def test_a_publication_on_the_machines_own_address_has_no_readers_to_be_protected_from(tmp_path):
    trials = ("http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000")
    assert not any(Visitors(tmp_path, trial).of("11.0.0.1", "browser").public for trial in trials)
    assert Visitors(tmp_path, "https://news.example").of("11.0.0.1", "browser").public
