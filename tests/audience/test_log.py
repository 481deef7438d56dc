"""What is acknowledged is on the disk, once: in a file, and in a stream of Redis."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from threading import Event as Told
from threading import Thread

import pytest

from kawaraban.audience.events import Event, NoEvent
from kawaraban.audience.log import EventLog, LogUnavailable, Overloaded
from kawaraban.audience.logfile import LogFile
from kawaraban.audience.logstream import LogStream


def event(number=1):
    return Event(number.to_bytes(16, "big"), 1000 + number, 7, "view", b"visitor1")


@pytest.fixture(params=["file", pytest.param("stream", marks=pytest.mark.own_servers)])
def place(request, tmp_path):
    """Where a log lies."""
    return tmp_path / "audience.db" if request.param == "file" else request.getfixturevalue("stream")


@pytest.fixture
def log(place):
    log = EventLog(place)
    yield log
    log.close()


def test_many_appended_together_are_all_there_and_repeats_once(log):
    async def all_of_them():
        await asyncio.gather(*(log.append(event(number % 300)) for number in range(900)))

    asyncio.run(all_of_them())
    assert len(log.read(0, 10_000)) == 300


def test_nothing_is_acknowledged_before_its_commit(log, monkeypatch):
    order = []
    kind = type(log._open())
    really = kind.commit

    def commit(opened, events, counted, turn):
        if kind is LogFile:
            (level,) = opened.connection.execute("PRAGMA synchronous").fetchone()
            assert level == 2  # FULL: a commit returns after its fsync
        time.sleep(0.05)
        kept = really(opened, events, counted, turn)
        order.append("commit")
        return kept

    monkeypatch.setattr(kind, "commit", commit)
    log.append_now(event())
    order.append("acknowledged")
    assert order == ["commit", "acknowledged"]


def test_a_full_queue_and_a_failing_disk_are_said_and_lose_nothing_acknowledged(place, monkeypatch):
    log = EventLog(place, most_waiting=0)
    with pytest.raises(Overloaded):
        log.append_now(event())
    log = EventLog(place)
    log.append_now(event(1))
    for kind in (LogFile, LogStream):
        monkeypatch.setattr(kind, "commit", _full)
    with pytest.raises(LogUnavailable):
        log.append_now(event(2))
    monkeypatch.undo()
    log.append_now(event(3))
    assert [row[1].at_ms for row in log.read(0, 9)] == [1001, 1003]
    log.close()


def test_what_is_handed_over_while_the_last_group_fails_is_answered_and_counted(place, monkeypatch):
    log, begun, go_on = EventLog(place), Told(), Told()

    def fails(*_):
        begun.set()
        go_on.wait(5)
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(type(log._open()), "commit", fails)

    async def readers():
        first = asyncio.create_task(log.append(event(1)))
        await asyncio.to_thread(begun.wait, 5)
        others = [asyncio.create_task(log.append(event(2), event(3))) for _ in range(2)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(asyncio.to_thread(log.close))
        while not log._closing:
            await asyncio.sleep(0.01)
        go_on.set()
        await closing
        return await asyncio.wait_for(asyncio.gather(first, *others, return_exceptions=True), 5)

    answers = asyncio.run(readers())
    assert [type(one) for one in answers] == [LogUnavailable] * 3
    assert log.tally.ended["unavailable"] == 5


def _full(opened, events, counted, turn):
    raise sqlite3.OperationalError("database or disk is full")


def test_what_was_acknowledged_survives_kill_9(place):
    at = repr(place) if isinstance(place, str) else f"Path({str(place)!r})"
    program = (
        "import sys; from kawaraban.audience.log import *; from pathlib import Path\n"
        f"log = EventLog({at})\n"
        "for n in range(10**6):\n"
        "    log.append_now(Event(n.to_bytes(16, 'big'), n, 7, 'view', b'visitor1')); print(n, flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    for _ in range(20):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    acknowledged = 20 + len(process.stdout.read().split())
    process.wait()
    process.stdout.close()
    log = EventLog(place)
    assert len(log.read(0, 10**6)) >= acknowledged - 1
    log.close()


def test_every_kind_comes_back_as_it_was_told_and_numbers_go_on(log):
    told = [
        event(1)._replace(kind="engaged", value=30, simulated=True, story=2**62),
        event(2)._replace(kind="rail_shown", rail="topics", edition=9, stories=(3, 2, 1)),
        event(3)._replace(visitor=b"\xff\x00'\n,]\"\xf0"),
    ]
    log.append_now(*told)
    log.append_now(event(4))
    rows = log.read(0, 99)
    assert [one for _, one in rows] == [*told, event(4)]
    numbers = [number for number, _ in rows]
    assert numbers == sorted(set(numbers)) and log.last_seq() == numbers[-1]
    # From any number on, and no more than asked for, also from within a group.
    for place, number in enumerate(numbers):
        assert log.read(number, 99) == rows[place + 1 :]
        assert log.read(number, 1) == rows[place + 1 : place + 2]


def test_how_events_ended_is_counted_for_all_to_see(log, place):
    log.append_now(event(1), event(2))
    log.count({"robot": 3})
    log.append_now(event(2), event(3))
    log.close()
    other = EventLog(place)
    assert other.tallied(60) == {"accepted": 3, "repeated": 1, "robot": 3}
    other.close()


def test_many_that_append_at_once_lose_and_double_nothing(place):
    logs = [EventLog(place) for _ in range(3)]
    rows = []

    def append(log, first):
        for number in range(first, first + 200, 4):
            log.append_now(*(event(one) for one in range(number, number + 4)))

    threads = [Thread(target=append, args=(log, 100 * place)) for place, log in enumerate(logs)]
    for thread in threads:
        thread.start()
    reader = EventLog(place)
    while len(rows) < 400 and any(thread.is_alive() for thread in threads):
        rows += reader.read(rows[-1][0] if rows else 0, 50)
    for thread in threads:
        thread.join()
    while more := reader.read(rows[-1][0], 50):
        rows += more
    # Who follows by number sees all, each once: none gets a number below one that was read already.
    assert sorted(one.at_ms for _, one in rows) == [1000 + number for number in range(400)]
    for one in (*logs, reader):
        one.close()


def test_of_many_old_events_some_are_forgotten_at_a_time(log, monkeypatch):
    """All of a day at once would hold up the rails of every page."""
    for kind in ("logfile", "logstream"):
        monkeypatch.setattr(f"kawaraban.audience.{kind}._PRUNED_AT_ONCE", 2)
    for number in range(1, 6):
        log.append_now(event(number))
    assert [log.prune(1004) for _ in range(3)] == [2, 1, 0]
    assert [row[1].at_ms for row in log.read(0, 9)] == [1004, 1005]


def test_old_events_are_forgotten(log):
    for number in range(1, 6):
        log.append_now(event(number))
    assert log.prune(1004) == 3
    assert [row[1].at_ms for row in log.read(0, 9)] == [1004, 1005]
    # With it its number went: nothing is left by which it would be known again.
    log.append_now(event(2))
    assert log.last_seq() == 6 and log.read(5, 9) == [(6, event(2))]
    assert log.tallied(60)["accepted"] == 6
    log.prune(int((time.time() + 7_200) * 1000))
    assert log.read(0, 9) == [] and log.tallied(60) == {}


def test_what_a_wrong_clock_put_ahead_is_forgotten_with_what_came_after_it(log):
    ahead = int(time.time() + 86_400) * 1000
    for number in (1, 2, 3, 4, 5):
        log.append_now(event(number)._replace(at_ms=ahead) if number in (1, 3, 5) else event(number))
    assert log.prune(1002) == 0
    assert log.prune(1003) == 2 and [seq for seq, _ in log.read(0, 9)] == [3, 4, 5]
    assert log.prune(1005) == 2 and [seq for seq, _ in log.read(0, 9)] == [5]


@pytest.mark.parametrize(
    "torn",
    [
        "kind = CAST(x'76ff' AS TEXT)",
        "stories = CAST(x'31ff' AS TEXT)",
        "stories = x'312c32'",
        "stories = 'torn'",
    ],
)
def test_a_row_that_is_no_event_is_passed_over_by_its_number(tmp_path, torn):
    log = EventLog(tmp_path / "audience.db")
    for number in range(1, 6):
        log.append_now(event(number))
    with sqlite3.connect(tmp_path / "audience.db") as file:
        file.execute(f"UPDATE events SET {torn} WHERE seq = 4")
        file.execute("DELETE FROM events WHERE seq = 3")
    file.close()
    assert log.read(0, 9) == [(1, event(1)), (2, event(2))]
    with pytest.raises(NoEvent) as none:
        log.read(2, 9)
    assert none.value.seq == 4 and "7" in repr(none.value.found) and "visitor1" not in repr(none.value.found)
    assert log.read(4, 9) == [(5, event(5))]
    log.close()
