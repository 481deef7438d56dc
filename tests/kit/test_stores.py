"""One promise, two stores."""

import uuid

import pytest

from kawaraban.kit.stores import RedisStore, SqliteStore, StoreUnavailable, open_store
from tests.conftest import redis_url


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=pytest.mark.redis)])
def store(request, tmp_path):
    if request.param == "sqlite":
        yield SqliteStore(tmp_path / "deep" / "store.db")
        return
    found = RedisStore(redis_url(), f"tests:{uuid.uuid4()}:")
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


def test_a_store_that_is_away_says_so(tmp_path):
    (tmp_path / "store.db").mkdir()
    with pytest.raises(StoreUnavailable):
        open_store("store", tmp_path).get("a")
    with pytest.raises(StoreUnavailable):
        open_store("store", tmp_path, "redis://127.0.0.1:1/0").get("a")
