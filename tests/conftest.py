"""What all tests share: what is real here, and what to do about what is not."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
import redis
from django.utils import translation
from hypothesis import HealthCheck, settings

from kawaraban.audience import swaps
from kawaraban.kit import database
from tests.faults.servers import program
from tests.publication import Served

# REQUIRE_ALL=1: what can't be run here fails rather than being skipped.
REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
NODE_MODULES = Path(__file__).parent / "browser" / "node_modules"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


# A browser that asks nobody for anything by itself.
QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("kawaraban", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kawaraban")

_SLOW = 300  # seconds for a test that may be the one to load the publication


def redis_url() -> str:
    return os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0"


def postgres_url() -> str:
    """A PostgreSQL to keep finished things in, whatever database the tests themselves run on."""
    told = os.environ.get("DATABASE_URL", "")
    return told if told.startswith("postgres") else "postgres://postgres@127.0.0.1:5432/postgres"


def _has_postgres() -> bool:
    try:
        psycopg.connect(postgres_url(), connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True


def _has_redis() -> bool:
    try:
        return bool(redis.Redis.from_url(redis_url(), socket_connect_timeout=0.5).ping())
    except redis.RedisError:
        return False


def _program(name):
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin") is not None


# What a marker needs, and how to get it.
_NEEDS = {
    "redis": (_has_redis, "no Redis answers: start redis-server, or set REDIS_URL"),
    "postgres": (_has_postgres, "no PostgreSQL answers: start it, or set DATABASE_URL=postgres://…"),
    "nginx": (lambda: _program("nginx"), "no nginx: apt-get install nginx-light"),
    "varnish": (lambda: _program("varnishd"), "no Varnish: apt-get install varnish"),
    "own_servers": (
        lambda: bool(program("initdb")) and _program("redis-server"),
        "no programs of PostgreSQL and Redis: apt-get install postgresql redis-server",
    ),
    "mounting": (lambda: os.geteuid() == 0, "not root: small disks can't be mounted"),
    "fiu": (lambda: _program("fiu-ctrl"), "no libfiu: apt-get install fiu-utils"),
    "faketime": (
        lambda: bool(list(Path("/usr/lib").glob("*/faketime"))),
        "no libfaketime: apt-get install libfaketime",
    ),
    "browser": (lambda: CHROMIUM is not None, "no Chromium: apt-get install chromium"),
    "node": (
        lambda: shutil.which("node") is not None and (NODE_MODULES / "html-validate").is_dir(),
        "no page checkers: install Node.js and npm, then `make browser`",
    ),
    "sudachi": (
        lambda: find_spec("sudachipy") is not None,
        "no SudachiPy: pip install -r requirements/japanese.txt",
    ),
}


def pytest_collection_modifyitems(items):
    there = {}
    for item in items:
        if "served" in item.fixturenames:
            item.add_marker(pytest.mark.timeout(_SLOW))
        for marker, (is_there, how) in _NEEDS.items():
            if item.get_closest_marker(marker) is None:
                continue
            if marker not in there:
                there[marker] = is_there()
            if not there[marker]:
                item.add_marker(_missing(how))


def _missing(how):
    return pytest.mark.needs_missing(how) if REQUIRE_ALL else pytest.mark.skip(reason=how)


def pytest_runtest_setup(item):
    missing = item.get_closest_marker("needs_missing")
    if missing is not None:
        pytest.fail(f"REQUIRE_ALL=1, but {missing.args[0]}", pytrace=False)


@pytest.fixture(autouse=True)
def in_the_publications_language():
    """A page asked for in another one leaves its thread in it."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def asked_on_the_tests_own_thread(monkeypatch):
    """The database is asked where the test's transaction is."""
    monkeypatch.setattr(database, "read", lambda work, *args: work(*args))
    monkeypatch.setattr(database, "search", lambda work, *args: work(*args))
    monkeypatch.setattr(database, "write", lambda work, *args: work(*args))


@pytest.fixture(autouse=True)
def swap_share(monkeypatch):
    """No two places of a rail are swapped, whatever number an edition gets; tests of swaps override this."""
    monkeypatch.setattr(swaps, "SHARE", 0.0)


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A small demo publication in a folder of its own, served for as long as the tests run."""
    one = Served(tmp_path_factory.mktemp("publication"))
    one.start()
    yield one
    one.stop()


_TOLD_OF: list[int] = []


def told_of_a_discussion(story_id):
    _TOLD_OF.append(story_id)


@pytest.fixture
def discussions_told(settings, django_capture_on_commit_callbacks):
    """Runs what it is given, and says of which stories' discussions was told as changed."""
    settings.AFTER_DISCUSSION_CHANGED = ["tests.conftest.told_of_a_discussion"]

    def run(work):
        _TOLD_OF.clear()
        with django_capture_on_commit_callbacks(execute=True):
            work()
        return list(_TOLD_OF)

    return run


# Of a module and no longer: while Playwright is at work its thread counts as an asynchronous one,
# where Django refuses to use the database for the tests of other rooms.
@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        yield browser
        browser.close()
