"""What is acknowledged is on the disk, once."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from kawaraban.audience import logfile
from kawaraban.audience.events import Event
from kawaraban.audience.log import EventLog, LogUnavailable, Overloaded


def event(number=1):
    return Event(number.to_bytes(16, "big"), 1000 + number, 7, "view", b"visitor1")


@pytest.fixture
def log(tmp_path):
    log = EventLog(tmp_path / "audience.db")
    yield log
    log.close()


def test_many_appended_together_are_all_there_and_repeats_once(log):
    async def all_of_them():
        await asyncio.gather(*(log.append(event(number % 300)) for number in range(900)))

    asyncio.run(all_of_them())
    assert len(log.read(0, 10_000)) == 300


def test_nothing_is_acknowledged_before_its_commit(log, monkeypatch):
    order = []
    really = logfile.commit

    def commit(connection, events, counted):
        (level,) = connection.execute("PRAGMA synchronous").fetchone()
        assert level == 2  # FULL: a commit returns after its fsync
        time.sleep(0.05)
        kept = really(connection, events, counted)
        order.append("commit")
        return kept

    monkeypatch.setattr(logfile, "commit", commit)
    log.append_now(event())
    order.append("acknowledged")
    assert order == ["commit", "acknowledged"]


def test_a_full_queue_and_a_failing_disk_are_said_and_lose_nothing_acknowledged(tmp_path, monkeypatch):
    log = EventLog(tmp_path / "audience.db", most_waiting=0)
    with pytest.raises(Overloaded):
        log.append_now(event())
    log = EventLog(tmp_path / "audience.db")
    log.append_now(event(1))
    monkeypatch.setattr(logfile, "commit", _full)
    with pytest.raises(LogUnavailable):
        log.append_now(event(2))
    monkeypatch.undo()
    log.append_now(event(3))
    assert [row[1].at_ms for row in log.read(0, 9)] == [1001, 1003]
    log.close()


def _full(connection, events, counted):
    raise sqlite3.OperationalError("database or disk is full")


def test_what_was_acknowledged_survives_kill_9(tmp_path):
    program = (
        "import sys; from kawaraban.audience.log import *; from pathlib import Path\n"
        f"log = EventLog(Path({str(tmp_path / 'audience.db')!r}))\n"
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
    log = EventLog(tmp_path / "audience.db")
    assert len(log.read(0, 10**6)) >= acknowledged - 1
    log.close()


def test_old_events_are_forgotten(log):
    for number in range(1, 6):
        log.append_now(event(number))
    assert log.prune(1004) == 3
    assert [row[1].at_ms for row in log.read(0, 9)] == [1004, 1005]
