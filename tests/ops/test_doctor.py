"""`kawaraban doctor`: what is wrong, in words, and what to do."""

import datetime as dt
import json
import subprocess
import time

import pytest

from kawaraban.audience.deadletters import FILE, DeadLetters
from kawaraban.discussion import models as discussions
from kawaraban.kit import clock
from kawaraban.newsroom.untold import Untold
from kawaraban.ops import doctor
from kawaraban.ops.doctor import services, surroundings, work
from kawaraban.stories.models import ToFollow
from tests.conftest import redis_url
from tests.publication import KAWARABAN, ROOT


def told(house, **environment):
    command = [*KAWARABAN, "doctor", "--json"]
    env = {**house.environment(), **environment}
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120)
    said = json.loads(done.stdout)
    assert done.returncode == (0 if said["well"] else 1), done.stderr
    return {one["about"]: one for one in said["found"]}


def test_a_publication_that_is_well_has_nothing_wrong(served):
    found = told(served)
    assert [one for one in found.values() if one["state"] == "wrong"] == []
    assert len(found) == len(doctor.LOOKS)
    assert "by itself" in found["front door"]["said"]


def test_it_works_with_the_database_down_and_says_so(served):
    found = told(served, DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing")
    assert found["database"]["state"] == "wrong" and found["database"]["do"]
    assert found["stores"]["state"] == "well" and found["disk"]["state"] != "wrong"
    assert "without the database" in found["schedule"]["said"]


def test_a_database_that_was_moved_away_is_not_made_anew_by_whoever_looks(served, tmp_path):
    """As when its disk is not there: an empty one in its place would be in its way when it comes back."""
    found = told(served, KAWARABAN_VAR=str(tmp_path))
    assert found["database"]["state"] == "wrong" and "rebuild --migrate" in found["database"]["do"]
    assert not (tmp_path / "kawaraban.db").exists()


def test_an_empty_database_is_not_taken_for_one_of_another_release(served, tmp_path):
    (tmp_path / "kawaraban.db").touch()
    found = told(served, KAWARABAN_VAR=str(tmp_path))["tables"]
    assert found["state"] == "wrong" and "empty" in found["said"] and "copy" in found["do"]


@pytest.fixture
def var(settings, tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    settings.VAR = tmp_path
    return tmp_path


def test_a_secret_that_others_can_read_is_wrong(var):
    (var / "secret").write_text("s" * 64)
    (var / "secret").chmod(0o644)
    state, said, do = surroundings.secret()
    assert state == "wrong" and "644" in said and "chmod 600" in do
    (var / "secret").chmod(0o600)
    assert surroundings.secret()[0] == "well"


def test_a_disk_that_is_full_or_slow_is_said(var, monkeypatch):
    assert surroundings.disk()[0] != "wrong" and list(var.iterdir()) == []
    monkeypatch.setattr(surroundings.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10_000_000}))
    assert surroundings.disk()[0] == "wrong"


@pytest.mark.parametrize(
    ("public", "allowed", "proxy", "state"),
    [
        ("https://news.example", ["news.example"], "127.0.0.1", "well"),
        ("http://news.example", ["news.example"], "", "odd"),
        ("http://127.0.0.1:8000", ["127.0.0.1"], "", "odd"),
        ("https://news.example", ["www.news.example"], "", "wrong"),
        ("", ["*"], "", "wrong"),
        ("https://news.example", ["*"], "nginx", "wrong"),
    ],
)
def test_addresses_are_held_against_each_other(settings, public, allowed, proxy, state):
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS, settings.TRUSTED_PROXY = public, allowed, proxy
    found = surroundings.addresses()
    assert found[0] == state and (found[2] or state == "well")


@pytest.mark.redis
def test_a_redis_that_would_refuse_plates_is_wrong(settings, monkeypatch):
    settings.STORE_URL = redis_url()
    assert services.redis()[0] in ("well", "odd")
    full = {"maxmemory": 1_000_000, "maxmemory_policy": "noeviction"}
    monkeypatch.setattr(services.redis_client.Redis, "info", lambda *_: full)
    state, _, do = services.redis()
    assert state == "wrong" and "allkeys-lru" in do


def test_a_redis_that_is_gone_is_said(settings):
    settings.STORE_URL = "redis://127.0.0.1:9/0"
    assert services.redis()[0] == "wrong" and services.stores()[0] == "wrong"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)  # each look closes its connection
def test_what_has_not_followed_a_publication_is_said():
    assert work.what_follows()[0] == "well"
    ago = clock.now() - dt.timedelta(minutes=5)
    ToFollow.objects.create(outcome={}, noted_at=ago, since=clock.now())
    state, said, do = work.what_follows()
    assert state == "wrong" and said.startswith("1 ") and "log" in do
    ToFollow.objects.all().delete()
    Untold.objects.create(model="people.person", number=7, since=ago)
    state, said, do = work.what_follows()
    assert state == "wrong" and said.startswith("1 changes") and "log" in do
    Untold.objects.all().delete()
    for _ in range(2):
        discussions.ToFollow.objects.create(story_id=7, noted_at=ago, since=clock.now())
    state, said, do = work.what_follows()
    assert state == "wrong" and "of 1 stories" in said and "log" in do


def test_what_hangs_or_fails_keeps_no_other_look_waiting(monkeypatch):
    def hangs():
        time.sleep(3)

    def fails():
        raise RuntimeError("no such thing")

    monkeypatch.setattr(doctor, "PATIENCE", 0.2)
    monkeypatch.setattr(doctor, "LOOKS", [hangs, fails, surroundings.python])
    found = list(doctor.look_over())
    assert [one.state for one in found] == ["wrong", "wrong", "well"]
    assert "No answer" in found[0].said and "no such thing" in found[1].said


def test_events_that_could_not_be_counted_are_said(var):
    assert work.readers()[0] == "well" and list(var.iterdir()) == []
    DeadLetters(var / FILE).put(7, None, "torn")
    state, said, do = work.readers()
    assert state == "odd" and "1 events" in said and "number 7: torn" in said and FILE in do
