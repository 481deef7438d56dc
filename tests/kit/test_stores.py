"""One promise, three stores."""

import contextlib
import logging
import socket
import threading
import time
import uuid
from urllib.parse import urlsplit

import pytest

from kawaraban.kit import lines
from kawaraban.kit.stores import RedisStore, SqliteStore, StoreUnavailable, open_store
from tests.conftest import postgres_url, redis_url
from tests.faults.proxy import Proxy
from tests.publication import until

THREE = [
    "sqlite",
    pytest.param("redis", marks=pytest.mark.redis),
    pytest.param("postgres", marks=pytest.mark.postgres),
]


@pytest.fixture(params=THREE)
def store(request, tmp_path):
    if request.param == "sqlite":
        yield SqliteStore(tmp_path / "deep" / "store.db")
        return
    if request.param == "redis":
        found = RedisStore(redis_url(), f"tests:{uuid.uuid4()}:")
    else:
        found = open_store("tests", tmp_path, postgres_url())
    yield found
    for key in list(found.keys()):
        found.delete(key)


def test_what_is_put_is_there_with_a_version_that_grows(store):
    assert store.get("a") is None and store.version("a") is None
    first = store.put("a", b"\x00one")
    assert store.get("a") == (first, b"\x00one")
    second = store.put("a", b"two")
    assert second > first and store.version("a") == second


def test_a_deleted_key_comes_back_with_a_greater_version(store):
    first = store.put("a", b"one")
    store.delete("a")
    assert store.get("a") is None
    assert store.put("a", b"two") > first


def test_keys_are_listed_by_their_beginning(store):
    for key in ("plate:/b/", "plate:/a/", "edition", "plate:/漢字/"):
        store.put(key, b"")
    assert list(store.keys("plate:")) == ["plate:/a/", "plate:/b/", "plate:/漢字/"]
    store.put("plate:/a/?page=2", b"")
    assert list(store.keys("plate:/a/?")) == ["plate:/a/?page=2"]
    assert list(store.keys("plate:*")) == []


def test_keys_come_in_parts_and_each_once(tmp_path, monkeypatch):
    monkeypatch.setattr("kawaraban.kit.stores._KEYS_AT_ONCE", 3)
    store = SqliteStore(tmp_path / "store.db")
    store.put_many({f"a{number:02}": b"" for number in range(10)} | {"b": b""})
    assert list(store.keys("a")) == [f"a{number:02}" for number in range(10)]


def test_of_many_who_swap_the_same_version_one_is_first(store):
    assert store.swap("a", b"none", 5) is None and store.get("a") is None
    first = store.swap("a", b"one", None)
    assert store.get("a") == (first, b"one") and store.swap("a", b"other", None) is None
    won = []

    def try_it(number):
        if store.swap("a", b"%d" % number, first):
            won.append(number)

    threads = [threading.Thread(target=try_it, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(won) == 1 and store.get("a") == (first + 1, b"%d" % won[0])


def test_many_are_put_at_once(store):
    first = store.put("a", b"one")
    store.put_many({"a": b"two", "b": b"\x00three"})
    assert store.get("a")[1] == b"two" and store.version("a") > first
    assert store.get("b")[1] == b"\x00three"


def test_a_glance_waits_for_nobody(tmp_path):
    store = SqliteStore(tmp_path / "store.db")
    version = store.put("a", b"one")
    assert store.glance("a") == (version, b"one") and store.glance("b") is None
    assert store.glance_at_version("a") == version and store.glance_at_version("b") is None
    (tmp_path / "folder.db").mkdir()
    away = SqliteStore(tmp_path / "folder.db")
    assert away.glance("a") is None and away.glance_at_version("a") is None


def test_many_who_open_a_new_file_at_once_wait_for_each_other(tmp_path):
    failed = []

    def put_there(name, together):
        together.wait()
        try:
            SqliteStore(tmp_path / f"{name}.db").put("a", b"one")
        except StoreUnavailable as why:
            failed.append(why)

    for name in range(30):
        together = threading.Barrier(8)
        threads = [threading.Thread(target=put_there, args=(name, together)) for _ in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert not failed


@pytest.mark.postgres
def test_a_server_that_takes_everything_and_answers_nothing_is_given_up(tmp_path, caplog):
    """As one that is frozen: what it is sent is acknowledged, and no timeout of TCP's ends."""
    caplog.set_level(logging.CRITICAL)
    told = urlsplit(postgres_url())
    proxy = Proxy(told.port or 5432)
    through = f"{told.username or 'postgres'}:{told.password or ''}@127.0.0.1:{proxy.port}"
    found = open_store("tests", tmp_path, told._replace(netloc=through).geturl())
    try:
        version = found.put("frozen", b"kept")
        proxy.black_hole()
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            found.get("frozen")
        assert time.monotonic() - began < 5
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            found.get("frozen")
        assert time.monotonic() - began < 0.5
        proxy.heal()

        def is_back():
            try:
                return found.get("frozen") == (version, b"kept")
            except StoreUnavailable:
                return False

        until(is_back, 15)
    finally:
        found.delete("frozen")
        proxy.close()


def test_a_line_is_cut_for_whoever_waits_too_long_and_for_nobody_else(monkeypatch):
    monkeypatch.setattr(lines, "_LOOKS_EVERY", 0.02)
    watch = lines.Watch()
    with contextlib.ExitStack() as opened:
        here, _, other, _ = (opened.enter_context(one) for _ in "ab" for one in socket.socketpair())
        with watch.answered_within(20, other.fileno()), watch.answered_within(0.1, here.fileno()):
            assert here.recv(1) == b""  # what one reads of a line that was cut
        with watch.answered_within(0.1, other.fileno()):
            other.send(b"still there")
        time.sleep(0.3)
        other.send(b"still there")


def test_a_store_that_is_away_says_so(tmp_path):
    (tmp_path / "store.db").mkdir()
    with pytest.raises(StoreUnavailable):
        open_store("store", tmp_path).get("a")
    with pytest.raises(StoreUnavailable):
        open_store("store", tmp_path, "redis://127.0.0.1:1/0").get("a")
    with pytest.raises(StoreUnavailable):
        open_store("store", tmp_path, "postgres://127.0.0.1:1/none").get("a")
