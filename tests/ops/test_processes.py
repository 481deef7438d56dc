"""Processes that are looked after."""

import logging
import os
import signal
import threading
import time
from functools import partial

import pytest

from kawaraban.ops.processes import Kept, Told

# Each child sleeps, and ends with the test run should the test fail.
SLEEP = partial(time.sleep, 30)


@pytest.fixture
def kept(caplog):
    caplog.set_level(logging.CRITICAL)
    kept = Kept("sleeper", SLEEP)
    yield kept
    kept.stop()
    kept.end(time.monotonic() + 5)


def looked_at_until(kept, is_so):
    until = time.monotonic() + 5
    while not is_so() and time.monotonic() < until:
        kept.look()
        time.sleep(0.02)
    return is_so()


def test_what_dies_is_started_again_and_later_each_time(kept):
    kept.look()
    waits = []
    for _ in range(3):
        first = kept._process.pid
        os.kill(first, signal.SIGKILL)
        assert looked_at_until(kept, lambda before=first: kept._process and kept._process.pid != before)
        waits.append(kept._wait)
    assert waits == sorted(waits) and waits[0] < waits[-1]


def test_what_is_told_to_end_ends(kept):
    kept.look()
    kept.stop()
    kept.end(time.monotonic() + 5)
    assert kept._process.exitcode == -signal.SIGTERM


def test_no_thread_of_ours_is_alive_when_processes_are_forked():
    assert [one.name for one in threading.enumerate() if one.name.startswith("desk")] == []


def test_a_signal_ends_a_wait_at_whatever_moment_it_comes():
    # Stays the handler of a signal that nobody else uses: one still under way would meet none, and end us.
    told = Told(signal.SIGUSR1)
    assert not told and not told.wait(0.01)
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    began = time.monotonic()
    assert told.wait(30) and told and time.monotonic() - began < 5
    # A handler that took a lock would hang within some thousands of these.
    sender = threading.Thread(target=_send_many)
    sender.start()
    while sender.is_alive():
        told.forget()
        told.wait(0.00001)
    sender.join()


def _send_many():
    for _ in range(20_000):
        os.kill(os.getpid(), signal.SIGUSR1)
