"""The embedded house: its SQLite files locked, moved away, damaged."""

import contextlib
import sqlite3
import time
import uuid

import pytest

from tests.faults.house import ADDRESSES, LONG, SEARCH, House, served
from tests.publication import until

HELD = 60 if LONG else 3  # seconds


@pytest.fixture(scope="module")
def opened(copied):
    with served(copied("files")) as one:
        yield one


@pytest.fixture
def house(opened):
    """One that is whole: what the test before broke, or left half mended, is no fault of this one."""
    _recovers_with_new_plates(opened)
    return opened


@contextlib.contextmanager
def held(file):
    """Another process's writing, which does not end."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA busy_timeout=20000")
    connection.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    try:
        yield lambda: time.monotonic() - began < HELD
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@contextlib.contextmanager
def away(house, name):
    """The file lies elsewhere for a while, as when a disk is exchanged."""
    files = [one for one in house.var.glob(f"{name}*") if one.name.removeprefix(name) in ("", "-wal", "-shm")]
    aside = house.var.parent / "aside"
    aside.mkdir(exist_ok=True)
    for file in files:
        file.rename(aside / file.name)
    try:
        yield
    finally:
        for file in files:
            (aside / file.name).rename(file)


def test_a_writer_that_holds_the_database_stops_comments_alone(house):
    cold = iter(f"/topics/harbor-{number}/" for number in range(1, 7))
    with held(house.var / "kawaraban.db") as holding:
        while holding():
            house.still_serves()
            house.takes_no_comment()
            assert house.read()[1] == 204
            if (page := next(cold, None)) is not None:
                assert house.get(page).status == 200
    house.recovers()


def test_a_writer_that_holds_the_log_stops_beacons_alone(house):
    with held(house.var / "audience.db") as holding:
        while holding():
            house.still_serves()
            house.takes_no_beacon()
    assert house.read()[1] == 204
    house.recovers()


def test_a_writer_that_holds_the_stores_stops_nothing(house):
    with held(house.var / "plates.db"), held(house.var / "editions.db") as holding:
        words = f"書き込み中 {time.time()}"
        assert house.comment(words)[1].status == 200  # once: more would be a flood
        while holding():
            house.still_serves()
            assert house.read()[1] == 204
            assert house.get("/topics/harbor-7/").status == 200
    house.recovers()
    until(lambda: words in house.get(ADDRESSES[0]).body, 15)


def test_a_database_that_is_away_stops_what_was_never_pressed_and_comments(house):
    with away(house, "kawaraban.db"):
        house.refuses_the_rest_at_once()
        house.still_serves()
        # An open connection goes on with the file it has, wherever that lies, for five seconds at most.
        until(lambda: house.comment(f"まだ届きます {uuid.uuid4()}")[1].status == 503, 15, every=0.5)
        house.takes_no_comment()
        assert house.get(SEARCH).status == 503
        assert house.get("/newsroom/login/").status == 503
        assert house.read()[1] == 204
        assert not (house.var / "kawaraban.db").exists()  # nobody made an empty one
        house.takes_no_comment()
    time.sleep(3)  # in which each worker finds out by itself, though nobody asks
    assert house.comment(f"また届きます {uuid.uuid4()}")[1].status == 200
    house.recovers(SEARCH)


def test_a_damaged_database_is_as_one_that_is_away_until_a_good_one_is_put_back(house, tmp_path):
    database = house.var / "kawaraban.db"
    with contextlib.closing(sqlite3.connect(database)) as live:
        with contextlib.closing(sqlite3.connect(tmp_path / "good.db")) as good:
            live.backup(good)
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with database.open("r+b") as file:
        file.write(b"\xff" * database.stat().st_size)
    house.refuses_the_rest_at_once()
    house.still_serves()
    house.takes_no_comment()
    for beside in ("-wal", "-shm"):
        (house.var / f"kawaraban.db{beside}").unlink(missing_ok=True)
    (tmp_path / "good.db").rename(database)
    house.recovers()


@pytest.mark.parametrize("store", ["plates.db", "editions.db"])
def test_a_damaged_store_is_made_anew(house, store):
    file = house.var / store
    with contextlib.closing(sqlite3.connect(file)) as live:
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as damaged:
        damaged.write(b"\xff" * file.stat().st_size)
    house.still_serves()

    def is_put_aside():
        house.still_serves()
        house.read("a reader", ADDRESSES[5])
        return file.with_suffix(".damaged").exists() and file.exists()

    until(is_put_aside, 30, every=0.5)
    _recovers_with_new_plates(house)
    until(lambda: _counts(house, ADDRESSES[5]), 30, every=0.5)


@pytest.mark.parametrize("store", ["plates.db", "editions.db"])
def test_a_store_that_is_thrown_away_is_made_anew(house, store):
    for file in house.var.glob(f"{store}*"):
        file.unlink()
    house.still_serves()
    _recovers_with_new_plates(house)
    house.read("after", ADDRESSES[6])
    until(lambda: house.get(f"/topics/{uuid.uuid4()}/") and (house.var / store).exists(), 30, every=0.5)
    until(lambda: _counts(house, ADDRESSES[6]), 30, every=0.5)


def test_a_log_that_is_moved_away_is_begun_anew_and_no_beacon_lost(house, tmp_path):
    kept_before = _events(house.var / "audience.db")
    (house.var / "audience.db").rename(tmp_path / "audience.db")
    for beside in ("-wal", "-shm"):
        (house.var / f"audience.db{beside}").rename(tmp_path / f"audience.db{beside}")
    for number in range(5):
        assert house.read(f"moved {number}")[1] == 204
    assert _events(tmp_path / "audience.db") == kept_before
    assert _events(house.var / "audience.db") == 5


def test_it_starts_without_its_database_and_shows_what_is_pressed(copied):
    house = copied("start")
    with served(house):
        pass
    with away(house, "kawaraban.db"):
        house.serve()
        try:
            house.still_serves()
            house.refuses_the_rest_at_once()
            until(lambda: house.get("/newsroom/login/").status == 503, 60)
            house.takes_no_comment()
        finally:
            house.stop()
    assert "away" in house.said.read_text()


def _recovers_with_new_plates(house):
    """`recovers`, and what was in memory is pressed anew, too: the next fault finds a house that is whole."""
    house.recovers()

    def all_are_pressed():
        house.still_serves()
        try:
            with contextlib.closing(
                sqlite3.connect(f"file:{house.var}/plates.db?mode=ro", uri=True)
            ) as plates:
                kept = {key for (key,) in plates.execute("SELECT key FROM kept_values")}
        except sqlite3.OperationalError:  # it is begun anew this very moment
            return False
        return all(any(key.endswith(page) for key in kept) for page in house.warmed)

    until(all_are_pressed, 30, every=0.5)


def _counts(house: House, address):
    """Whether the house still knows the story well enough to count its comments."""
    return house.get(f"/_/counts?story={1_000_001 + ADDRESSES.index(address)}").status == 200


def _events(file):
    with contextlib.closing(sqlite3.connect(file)) as log:
        return log.execute("SELECT count(*) FROM events").fetchone()[0]
