"""Finished days of the log go into the history once, whole, and without visitors."""

import datetime as dt
import fcntl
import os
import sqlite3
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest

from kawaraban.audience import history as histories
from kawaraban.audience import rolling
from kawaraban.audience.events import Event
from kawaraban.audience.history import History, InRail, Unreadable
from kawaraban.audience.log import EventLog

TOKYO = ZoneInfo("Asia/Tokyo")
MONDAY = dt.date(2026, 11, 2)
TUESDAY, WEDNESDAY = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=2)


def at(day, hour=0, minute=0):
    return dt.datetime.combine(day, dt.time(hour, minute), TOKYO)


class House:
    """A log, and the history that is made of it."""

    def __init__(self, folder):
        self.log = EventLog(folder / "audience.db")
        self.history = History(folder / "history")
        self._last = 0

    def happens(self, when, story=7, kind="view", visitor=1, **told):
        self._last += 1
        at_ms = int(when.timestamp() * 1000)
        event = Event(self._last.to_bytes(16, "big"), at_ms, story, kind, bytes([visitor]) * 8, **told)
        self.log.append_now(event)

    def keeps(self, *moments):
        """Views at these times, all in one go."""
        self._last += 1
        told = [
            (self._last * 10**6 + number, int(when.timestamp() * 1000)) for number, when in enumerate(moments)
        ]
        self.log.append_now(
            *(Event(one.to_bytes(16, "big"), at_ms, 7, "view", bytes(8)) for one, at_ms in told)
        )

    def watched(self, monkeypatch):
        """The numbers after which the log is read from now on."""
        read, really = [], self.log.read
        monkeypatch.setattr(self.log, "read", lambda after, most: read.append(after) or really(after, most))
        return read

    def roll(self, now):
        return rolling.roll(self.log, self.history, TOKYO, now)

    def read(self, story=7, day=MONDAY):
        ((_, reading),) = self.history.of_story([day], story)
        return reading


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    yield house
    house.log.close()


def test_a_finished_day_says_how_each_story_was_read(house):
    for hour, visitor in ((8, 1), (9, 2), (9, 1)):
        house.happens(at(MONDAY, hour), visitor=visitor)
    house.happens(at(MONDAY, 9), kind="engaged", value=40)
    house.happens(at(MONDAY, 9), kind="engaged", value=20, visitor=2)
    house.happens(at(MONDAY, 9), kind="scroll", value=4)
    house.happens(at(MONDAY, 9), kind="scroll", value=2, visitor=2)
    house.happens(at(MONDAY, 9), kind="share")
    house.happens(at(MONDAY, 9), kind="discussion")
    for visitor in (1, 2):
        house.happens(at(MONDAY, 9), 5, "rail_shown", visitor, rail="topics", edition=3, stories=(9, 7))
    house.happens(at(MONDAY, 9), 5, "rail_clicked", value=2, rail="topics", edition=3, stories=(7,))
    house.happens(at(MONDAY, 23), visitor=3)
    assert house.roll(at(TUESDAY, 1)) == [MONDAY]
    assert house.read() == histories.Reading(
        readers=3, views=4, seconds=60, scrolled=2, to_the_end=1, shown=2, chosen=1, shares=1, discussions=1,
        simulated=0,
    )  # fmt: skip
    assert house.history.in_rails([MONDAY], 7) == [InRail("topics", 2, 1, 2.0)]
    assert house.read(9).shown == 2 and not house.read(9).views


def test_nobody_counts_more_in_half_an_hour_than_one_reader_can(house):
    for visitor in (2, 3, 4):
        house.happens(at(MONDAY, 9), visitor=visitor)
        house.happens(at(MONDAY, 9, 1), kind="engaged", value=60, visitor=visitor)
        house.happens(at(MONDAY, 9, 1), kind="scroll", value=1, visitor=visitor)
    house.happens(at(MONDAY, 8, 59))
    for number in range(93):  # three batches
        when = at(MONDAY, 9, 1 + number // 31)
        house.happens(when, kind="engaged", value=1800)
        house.happens(when, kind="scroll", value=1 + number % 4)
        house.happens(when, kind="share")
        house.happens(when, kind="discussion")
        house.happens(when, 5, "rail_clicked", value=1, rail="topics", edition=3, stories=(7,))
        house.happens(when, kind="scroll", value=4, visitor=50 + number)  # who never opened it
        house.happens(when, kind="share", visitor=50 + number)
    house.roll(at(TUESDAY, 1))
    assert house.read() == histories.Reading(
        readers=4, views=4, seconds=180 + 900, scrolled=4, to_the_end=1, shown=0, chosen=1, shares=1,
        discussions=1, simulated=0,
    )  # fmt: skip


def test_what_is_still_being_read_at_midnight_counts_where_it_is_done(house):
    house.happens(at(MONDAY, 23, 45))
    house.happens(at(TUESDAY, 0, 5), kind="engaged", value=60)
    house.happens(at(TUESDAY, 0, 5), kind="scroll", value=3)
    house.happens(at(TUESDAY, 0, 25))  # another reading, half an hour after the first
    house.happens(at(TUESDAY, 0, 26), kind="scroll", value=4)
    house.roll(at(WEDNESDAY, 1))
    assert (house.read(day=MONDAY).seconds, house.read(day=MONDAY).scrolled) == (0, 0)
    tuesday = house.read(day=TUESDAY)
    assert (tuesday.seconds, tuesday.scrolled, tuesday.to_the_end, tuesday.readers) == (60, 2, 1, 1)


def test_a_day_is_the_publications_and_readers_are_counted_by_it(house):
    for when in (at(MONDAY, 23, 59), at(TUESDAY, 0, 0), at(TUESDAY, 23), at(WEDNESDAY, 0)):
        house.happens(when)
    assert house.roll(at(WEDNESDAY, 5)) == [MONDAY, TUESDAY]
    assert house.read(day=MONDAY).views == 1
    assert (house.read(day=TUESDAY).views, house.read(day=TUESDAY).readers) == (2, 1)
    assert house.history.most_read([MONDAY, TUESDAY], 5)[0][1].readers == 2


def test_a_day_of_twenty_five_hours_is_one_day(house):
    berlin = ZoneInfo("Europe/Berlin")
    day = dt.date(2026, 10, 25)
    for minutes in (1, 24 * 60 + 30):
        began = dt.datetime.combine(day, dt.time(), berlin).timestamp()
        house.happens(dt.datetime.fromtimestamp(began + 60 * minutes, dt.UTC))
    rolling.roll(house.log, house.history, berlin, at(day + dt.timedelta(days=2)))
    assert house.read(day=day).views == 2


def test_a_day_is_written_once_and_when_it_is_over(house):
    house.happens(at(MONDAY, 12))
    assert house.roll(at(TUESDAY, 0, 5)) == []  # what was sent at midnight may still be on its way
    assert house.roll(at(TUESDAY, 0, 10)) == [MONDAY]
    house.happens(at(TUESDAY, 12))
    assert house.roll(at(WEDNESDAY, 1)) == [TUESDAY]
    assert house.roll(at(WEDNESDAY, 1)) == []
    assert house.read().views == 1


def test_events_that_were_committed_out_of_order_are_found(house):
    for minute in range(300):
        house.happens(at(MONDAY, 20) + dt.timedelta(minutes=minute))
    house.happens(at(MONDAY, 23, 55))
    house.happens(at(TUESDAY, 12))
    house.roll(at(WEDNESDAY, 1))
    assert house.read(day=MONDAY).views == 241
    assert house.read(day=TUESDAY).views == 61


def test_a_day_without_readers_is_written_too_so_that_it_is_known(house):
    house.happens(at(MONDAY, 12))
    house.happens(at(WEDNESDAY, 12))
    assert house.roll(at(WEDNESDAY, 13)) == [MONDAY, TUESDAY]
    assert house.history.most_read([TUESDAY], 5) == []


def test_rows_that_are_no_events_are_passed_over(house, tmp_path):
    house.happens(at(MONDAY, 11))
    house.happens(at(MONDAY, 12), kind="rail_shown", rail="front", stories=(7,))
    house.happens(at(MONDAY, 13))
    with sqlite3.connect(tmp_path / "audience.db") as file:
        file.execute("UPDATE events SET stories = 'torn' WHERE kind = 'rail_shown'")
        file.execute("INSERT INTO events SELECT 9, x'09', 'never', 7, 'view', x'01', 0, 0, '', 0, ''")
    file.close()
    house.happens(at(MONDAY, 14))
    assert house.roll(at(TUESDAY, 1)) == [MONDAY]
    assert house.read().views == 3


@pytest.mark.parametrize("ahead", [4, 5, 64, 201])
@pytest.mark.parametrize("after", [0, 1, 50])
def test_a_long_run_ahead_of_the_clock_is_not_read_to_find_what_is_behind_it(
    house, monkeypatch, ahead, after
):
    monkeypatch.setattr(rolling, "_NEAR", 4)
    house.keeps(*[at(WEDNESDAY + dt.timedelta(days=9))] * ahead, *[at(MONDAY, 12)] * after, at(TUESDAY, 12))
    read = house.watched(monkeypatch)
    missing = rolling.unwritten(house.log, house.history, TOKYO, at(WEDNESDAY, 1))
    assert missing == ([MONDAY, TUESDAY] if after else [TUESDAY])
    assert len(read) < 24
    read.clear()
    assert rolling.unwritten(house.log, house.history, TOKYO, at(MONDAY, 1)) == []  # all of it is ahead
    assert len(read) < 24


def test_no_visitor_nor_what_leads_from_one_story_to_the_next_is_written(house):
    visitor = b"\xa1visitor"
    for story in (7, 8):
        event = Event(bytes([story]) * 16, int(at(MONDAY, 9).timestamp() * 1000) + 77, story, "view", visitor)
        house.log.append_now(event)
    house.happens(at(MONDAY, 9), 4321, "rail_clicked", value=2, rail="topics", edition=3, stories=(7,))
    house.roll(at(TUESDAY, 1))
    with histories.duckdb().connect() as connection:
        rows = connection.sql(f"SELECT * FROM read_parquet('{house.history.folder}/*.parquet')")
        assert rows.columns == ["day", *histories.COLUMNS]
        assert 4321 not in {told for row in rows.fetchall() for told in row}
    (file,) = house.history.folder.iterdir()
    assert visitor not in file.read_bytes()


KILLED = """
import os, sys
from pathlib import Path
from zoneinfo import ZoneInfo
import datetime as dt
from kawaraban.audience import history, rolling
from kawaraban.audience.log import EventLog
folder, step = Path(sys.argv[1]), sys.argv[2]
if step == "written":
    history._sync = lambda path: os.kill(os.getpid(), 9)
elif step == "renamed":
    really = history._sync
    history._sync = lambda path: os.kill(os.getpid(), 9) if path.is_dir() else really(path)
else:
    history.Page.add = lambda page, **columns: os.kill(os.getpid(), 9)
rolling.roll(
    EventLog(folder / "audience.db"), history.History(folder / "history"), ZoneInfo("Asia/Tokyo"),
    dt.datetime.fromisoformat(sys.argv[3]),
)
"""


@pytest.mark.parametrize(("step", "has"), [("counting", False), ("written", False), ("renamed", True)])
def test_killed_at_any_step_a_day_is_there_whole_or_not_and_is_never_doubled(house, tmp_path, step, has):
    for hour in range(20):
        house.happens(at(MONDAY, hour), visitor=hour + 1)
    now = at(TUESDAY, 1)
    command = [sys.executable, "-c", KILLED, str(tmp_path), step, now.isoformat()]
    assert subprocess.run(command, check=False, timeout=60).returncode == -9
    assert house.history.days() == ([MONDAY] if has else [])
    # Of what is not written nothing may go.
    assert len(house.log.read(0, 99)) == 20
    assert house.roll(now) == ([] if has else [MONDAY])
    assert (house.read().views, house.read().readers) == (20, 20)
    assert [file.name for file in house.history.folder.iterdir()] == [f"{MONDAY}.parquet"]


def test_a_day_that_can_not_be_written_is_said_and_written_later(house):
    house.happens(at(MONDAY, 12))
    house.history.folder.mkdir()
    in_the_way = house.history.folder / f"{MONDAY}.parquet.new"
    in_the_way.mkdir()
    with pytest.raises(OSError, match=r"parquet\.new"):
        house.roll(at(TUESDAY, 1))
    assert house.history.days() == [] and len(house.log.read(0, 9)) == 1
    in_the_way.rmdir()
    assert house.roll(at(TUESDAY, 1)) == [MONDAY]


def test_two_that_roll_at_once_do_not_meet(house):
    house.happens(at(MONDAY, 12))
    house.history.folder.mkdir()
    other = os.open(house.history.folder, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    assert house.roll(at(TUESDAY, 1)) == []
    os.close(other)
    assert house.roll(at(TUESDAY, 1)) == [MONDAY]


def test_the_log_forgets_a_day_after_it_is_written_and_keeps_the_promise_where_it_can_not_be(house):
    house.happens(at(MONDAY, 12))
    later = at(MONDAY, 12) + dt.timedelta(days=8, hours=1)

    def forgettable(history, now=later):
        return rolling.forgettable(house.log, history, TOKYO, now) / 1000

    assert forgettable(None) == (later - dt.timedelta(days=8)).timestamp()
    # Its first half is more than eight days old, so it would not be written if it were the first ever.
    house.history.folder.mkdir()
    (house.history.folder / f"{MONDAY - dt.timedelta(days=1)}.parquet").touch()
    assert forgettable(house.history) == at(MONDAY).timestamp()
    end = later + dt.timedelta(days=1)
    # Nine days are the end of it, and of the whole day: its other half would pass for a whole one.
    assert forgettable(house.history, end) == at(TUESDAY).timestamp()
    assert rolling.unwritten(house.log, house.history, TOKYO, end)[:1] == [MONDAY]
    house.roll(later)
    assert forgettable(house.history) == (later - dt.timedelta(days=8)).timestamp()
    assert house.log.prune(int(forgettable(house.history) * 1000)) == 1
    assert house.roll(later) == [] and house.read().views == 1


def test_a_day_of_which_hours_may_be_gone_is_not_written_as_if_it_were_whole(house):
    house.happens(at(MONDAY, 23))
    house.happens(at(TUESDAY, 23))
    assert house.roll(at(MONDAY, 22) + dt.timedelta(days=8)) == [
        MONDAY + dt.timedelta(days=after) for after in range(1, 8)
    ]


def test_a_torn_file_and_one_of_another_kind_are_named(house):
    house.happens(at(MONDAY, 12))
    house.happens(at(TUESDAY, 12))
    house.roll(at(WEDNESDAY, 1))
    file = house.history.folder / f"{TUESDAY}.parquet"
    whole = file.read_bytes()
    rotten = whole[:8] + b"?" * 200 + whole[208:]
    for torn in (b"", whole[:-9], whole[: len(whole) // 2], b"PAR1" * 99, rotten):
        file.write_bytes(torn)
        with pytest.raises(Unreadable, match=f"{TUESDAY}.parquet can't be read"):
            house.history.most_read([MONDAY, TUESDAY], 5)
    assert house.history.most_read([MONDAY], 5)
    with histories.duckdb().connect() as connection:
        connection.sql("SELECT DATE '2026-11-03' AS day, 7 AS story").write_parquet(str(file))
    with pytest.raises(Unreadable, match=f"{TUESDAY}.parquet can't be read"):
        house.history.of_story([TUESDAY], 7)
