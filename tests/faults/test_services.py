"""PostgreSQL and Redis killed, frozen, black-holed, slow and full, behind proxies of ours."""

import contextlib
import tempfile
import time
import uuid
from pathlib import Path

import pytest

from kawaraban.press.pressing import address_of_problem
from kawaraban.rails import shelf
from tests.faults.house import ANSWERED, AT_LAST, LONG, SEARCH, House, never, served
from tests.faults.proxy import Proxy
from tests.faults.servers import Postgres, Redis
from tests.publication import until

# Once more, where a test fails: servers, proxies and a house of several processes are at the mercy of what
# the machine does besides, and not all of it is counted by `machine`.
pytestmark = [pytest.mark.own_servers, pytest.mark.flaky(reruns=1)]
FOR = 60 if LONG else 3  # seconds that a fault lasts


class Services(House):
    """A house whose database and stores are servers, each behind a proxy."""

    postgres: Postgres
    redis: Redis
    to_postgres: Proxy
    to_redis: Proxy

    @property
    def at_work(self):
        return [*self.processes, *self.postgres.processes, *self.redis.processes]

    def mend(self):
        """Ends whatever a test left broken, so that the next one begins with a house that is well."""
        self.to_postgres.heal()
        self.to_redis.heal()
        self.postgres.thaw()
        self.postgres.start_again()
        self.redis.start_again()
        self.recovers()
        until(self._keeps_the_503_page, AT_LAST, every=0.5)

    def _keeps_the_503_page(self):
        self.get(never())
        return self.redis.do("KEYS", f"*{address_of_problem(503)}*")


@pytest.fixture(scope="module")
def opened():
    # Not in pytest's own folder: PostgreSQL's user must be able to reach its data.
    with tempfile.TemporaryDirectory(prefix="kawaraban-services-") as name, _servers(Path(name)) as one:
        one.load()
        with served(one):
            yield one


@pytest.fixture
def house(opened):
    yield opened
    opened.mend()


@contextlib.contextmanager
def _servers(folder):
    folder.chmod(0o755)
    one = Services(folder / "var")
    for name in ("postgres", "redis"):
        (folder / name).mkdir()
    one.postgres, one.redis = Postgres(folder / "postgres"), Redis(folder / "redis")
    one.to_postgres, one.to_redis = Proxy(one.postgres.port), Proxy(one.redis.port)
    one.more = {
        "DATABASE_URL": one.postgres.at(one.to_postgres.port),
        "REDIS_URL": f"redis://127.0.0.1:{one.to_redis.port}/0",
    }
    try:
        yield one
    finally:
        one.to_postgres.close()
        one.to_redis.close()
        one.postgres.close()
        one.redis.kill()


def without_a_database(house):
    """What is promised as long as the database is away."""
    house.refuses_the_rest_at_once()
    house.still_serves()
    house.takes_no_comment()
    assert house.get(SEARCH).status == 503
    house.takes_beacons()
    end = time.monotonic() + FOR
    while time.monotonic() < end:
        house.still_serves()
        assert house.get(never()).status == 503


@pytest.mark.parametrize("forgetful", [False, True])
def test_postgresql_in_a_black_hole(house, forgetful):
    house.to_postgres.black_hole()
    without_a_database(house)
    house.to_postgres.heal(forgetful=forgetful)
    house.recovers(SEARCH)


def test_postgresql_frozen(house):
    house.postgres.freeze()
    without_a_database(house)
    house.postgres.thaw()
    house.recovers(SEARCH)


def test_postgresql_killed(house):
    house.postgres.kill()
    without_a_database(house)
    house.postgres.start()
    house.recovers(SEARCH)


def test_postgresql_refusing(house):
    house.to_postgres.reset()
    without_a_database(house)
    house.to_postgres.heal()
    house.recovers(SEARCH)


def test_redis_in_a_black_hole(house):
    house.to_redis.black_hole()
    without_a_store(house)
    house.to_redis.heal()
    house.recovers()


def test_redis_killed(house):
    house.redis.kill()
    without_a_store(house)
    house.redis.start()
    house.recovers()
    until(lambda: house.redis.do("EXISTS", f"kawaraban:editions:{shelf.EDITION}"), AT_LAST)
    assert house.redis.do("EXISTS", f"kawaraban:editions:{shelf.CATALOGUE}")


def without_a_store(house):
    """What is promised as long as there is no Redis."""
    house.says_how_old()
    end = time.monotonic() + FOR
    while time.monotonic() < end:
        serves_as_ever(house)


def test_redis_full(house):
    house.redis.do("CONFIG", "SET", "maxmemory", "1mb")
    house.read(str(uuid.uuid4()))
    until(lambda: "used memory > 'maxmemory'" in house.said.read_text(), AT_LAST)
    end = time.monotonic() + FOR
    while time.monotonic() < end:
        serves_as_ever(house)
    edition = house.edition()
    house.redis.do("CONFIG", "SET", "maxmemory", "0")
    house.recovers()
    until(lambda: house.edition() > edition, AT_LAST)  # the rails go on


@pytest.mark.parametrize("delay", [0.05, 0.4])
def test_redis_slow(house, delay):
    house.to_redis.delay(delay)
    end = time.monotonic() + FOR
    while time.monotonic() < end:
        serves_as_ever(house)
    house.to_redis.heal()
    house.recovers()


def test_redis_emptied(house):
    edition = house.edition()
    for _ in range(3):
        house.redis.do("FLUSHALL")
        serves_as_ever(house)
    house.recovers()
    until(lambda: house.edition() > edition, AT_LAST)


def test_postgresql_slow(house):
    house.to_postgres.delay(0.1)
    end = time.monotonic() + FOR
    while time.monotonic() < end:
        house.still_serves()
        house.takes_beacons()
        took, answer = house.comment(f"ゆっくり {uuid.uuid4()}")
        assert answer.status in (200, 422, 503) and took < ANSWERED, (answer.status, took)
    house.to_postgres.heal()
    house.recovers(SEARCH)


def test_a_house_that_opens_while_postgresql_is_away(house):
    house.stop()
    house.to_postgres.black_hole()
    house.serve(port=house.port)
    house.still_serves()
    house.refuses_the_rest_at_once()
    house.to_postgres.heal()
    house.recovers(SEARCH)


def serves_as_ever(house):
    """All but that pages made anew are kept."""
    house.still_serves()
    house.answers(lambda: house.get(f"/topics/harbor-{1 + uuid.uuid4().int % 12}/").status, 200)
    house.answers(lambda: house.get(never()).status, 404)
    house.takes_beacons()
    house.answers(lambda: house.comment(f"ここは無事です {uuid.uuid4()}")[1].status, 200, 422)
