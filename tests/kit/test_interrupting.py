"""Slow work on the database: it ends soon after nobody waits for it, and others are answered meanwhile."""

import logging
import threading
import time

import pytest
from django.db import OperationalError, connection, connections

from kawaraban.kit import database
from kawaraban.kit.circuit import Away
from kawaraban.kit.database import read, search
from kawaraban.kit.interrupting import Interruptible, is_interruption
from tests.publication import until

ENDLESS = {
    "sqlite": (
        "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted)"
        " SELECT max(n) FROM counted"
    ),
    "postgresql": "SELECT pg_sleep(60)",
}
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def closed(work):
    """The work, with its thread's connection closed behind it: a test's database goes after the test."""

    def done():
        try:
            return work()
        finally:
            connections.close_all()

    return done


class Slow:
    """A query without an end, and how it ended."""

    def __init__(self):
        self.begun, self.ended = threading.Event(), threading.Event()

    def __call__(self):
        self.begun.set()
        try:
            with connection.cursor() as cursor:
                cursor.execute(ENDLESS[connection.vendor])
                cursor.fetchall()
        finally:
            connections.close_all()
            self.ended.set()


@closed
def quick():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone()[0]


def given_up(work):
    with pytest.raises(Away, match="no answer"):
        search(work)


def test_slow_searches_hold_up_no_page_and_are_interrupted():
    slow = [Slow() for _ in range(database._SEARCHES)]
    asking = [threading.Thread(target=given_up, args=(one,)) for one in slow]
    for one in asking:
        one.start()
    until(lambda: all(one.begun.is_set() for one in slow), 10)
    assert [read(quick) for _ in range(30)] == [1] * 30
    for one in asking:
        one.join()
    assert all(one.ended.wait(5) for one in slow)
    assert not database._searching.circuit.is_open and not database._reading.circuit.is_open
    assert search(quick) == 1


def test_a_slow_page_shuts_out_no_other(caplog):
    caplog.set_level(logging.ERROR)
    slow = Slow()
    with pytest.raises(Away, match="no answer"):
        read(slow)
    assert slow.ended.wait(5) and read(quick) == 1
    assert not database._reading.circuit.is_open and not caplog.records


def test_work_of_many_small_queries_ends_at_its_next():
    asked, ended, began = threading.Event(), threading.Event(), time.monotonic()

    def many():
        try:
            while time.monotonic() < began + 20:
                quick()
                asked.set()
        finally:
            ended.set()

    work = Interruptible(many)

    failed = []

    def done():
        try:
            work()
        except (Away, OperationalError) as why:
            failed.append(why)

    thread = threading.Thread(target=done)
    thread.start()
    assert asked.wait(10)
    work.interrupt()
    thread.join(10)
    assert ended.is_set() and time.monotonic() - began < 10
    # Before the next one was asked, as a rule; or in the middle of one.
    assert isinstance(failed[0], Away) or is_interruption(failed[0])


def test_a_query_that_was_cut_off_is_no_sign_that_the_database_is_away():
    slow = Slow()
    work = Interruptible(slow)
    failed = []

    def done():
        try:
            work()
        except Exception as why:
            failed.append(why)

    thread = threading.Thread(target=done)
    thread.start()
    assert slow.begun.wait(10)
    work.interrupt()
    thread.join(10)
    assert failed and not database._is_away(failed[0])
