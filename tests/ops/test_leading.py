"""Whose jobs run, where several houses share one database."""

import os
import signal
import time

import pytest
from django.db import connection

from kawaraban.ops import leading
from kawaraban.ops.leading import FileLease, PostgresLease


def test_one_holds_the_lease_and_the_next_has_it_when_it_is_given_up(tmp_path):
    first, second = FileLease(tmp_path / "lock"), FileLease(tmp_path / "lock")
    assert first.held() and first.held() and not second.held()
    first.give_up()
    assert second.held() and not first.held()
    second.give_up()


def test_a_holder_that_is_killed_holds_nothing(tmp_path):
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        FileLease(tmp_path / "lock").held()
        os.write(writes, b"!")
        time.sleep(60)
        os._exit(0)
    assert os.read(reads, 1) == b"!"
    ours = FileLease(tmp_path / "lock")
    assert not ours.held()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert ours.held()
    ours.give_up()
    os.close(reads)
    os.close(writes)


def test_a_folder_that_cannot_be_written_gives_no_lease(tmp_path):
    assert not FileLease(tmp_path / "nowhere" / "lock").held()


@pytest.fixture
def asked_at_once(monkeypatch):
    monkeypatch.setattr(leading, "ASKS_EVERY", 0.0)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="on PostgreSQL alone: DATABASE_URL=postgres://…"
)
@pytest.mark.django_db
def test_postgresql_gives_it_to_one_and_takes_it_from_a_connection_that_is_cut(asked_at_once):
    first, second = PostgresLease(), PostgresLease()
    try:
        assert first.held() and first.held() and not second.held()
        with first._connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
        assert not first.held()
        assert second.held() and not first.held()
    finally:
        first.give_up()
        second.give_up()
