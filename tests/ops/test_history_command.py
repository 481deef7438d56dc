import datetime as dt
import json
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner
from django.utils import timezone

from kawaraban.audience import rolling, snapshot
from kawaraban.audience.beacon import event_log
from kawaraban.audience.events import Event
from kawaraban.audience.fold import Fold
from kawaraban.kit import clock
from kawaraban.ops import leading
from kawaraban.ops import rolling as process
from kawaraban.ops.commands.audience import command
from kawaraban.ops.jobs import own_jobs, run
from kawaraban.stories.elements import Paragraph
from kawaraban.stories.models import Section
from kawaraban.stories.publish import Finished, publish
from tests.publication import until

MONDAY = dt.date(2026, 11, 2)


def history(*options):
    return CliRunner().invoke(command, ["history", *options], env={"COLUMNS": "160"})


def at(day, hour):
    return dt.datetime.combine(day, dt.time(hour), timezone.get_default_timezone())


@pytest.fixture
def log(tmp_path, settings):
    settings.VAR = tmp_path
    event_log.cache_clear()
    log = event_log()
    yield log
    log.close()
    event_log.cache_clear()


def read(log, day, story, readers, **told):
    at_ms = int(at(day, 9).timestamp() * 1000)
    for visitor in range(readers):
        number = log.last_seq() + 1
        event = Event(number.to_bytes(16, "big"), at_ms, story, "view", bytes([visitor]) * 8, **told)
        log.append_now(event)


@pytest.fixture
def two_days(db, log):
    section = Section.objects.create(name="社会", slug="society")
    for number in (1, 2):
        publish(
            Finished(
                id=number, path=f"/society/story-{number}/", section_id=section.pk, body=(Paragraph("話。"),),
                headline=f"話し合い その{number}", published_at=at(MONDAY, 1), updated_at=at(MONDAY, 1),
            )
        )  # fmt: skip
    read(log, MONDAY, 1, 3)
    read(log, MONDAY, 2, 2)
    read(log, MONDAY + dt.timedelta(days=1), 2, 4, simulated=True)
    zone = timezone.get_default_timezone()
    rolling.roll(log, process.history(), zone, at(MONDAY + dt.timedelta(days=2), 1))


def test_what_was_most_read_on_the_newest_day_on_one_and_in_a_span(two_days, tmp_path):
    told = history()
    assert told.exit_code == 0, told.output
    assert "2026-11-03" in told.output and "話し合い その2" in told.output
    assert "その1" not in told.output and "4 of these events are simulated" in told.output
    monday = history("--days", "2026-11-02", "--most", "1").output
    assert "その1" in monday and "その2" not in monday and "simulated" not in monday
    file = tmp_path / "week.json"
    history("--days", "2026-11-01..2026-11-07", "--json", str(file))
    found = json.loads(file.read_bytes())
    assert found["days"] == ["2026-11-02", "2026-11-03"]
    assert [(one["story"], one["readers"]) for one in found["most_read"]] == [(2, 6), (1, 3)]


def test_how_one_story_was_read_day_by_day(two_days, tmp_path):
    file = tmp_path / "story.json"
    told = history("--story", "2", "--json", str(file)).output
    assert "その2" in told and "2026-11-02" in told and "2026-11-03" in told
    found = json.loads(file.read_bytes())
    assert [(one["day"], one["readers"]) for one in found["days"]] == [("2026-11-02", 2), ("2026-11-03", 4)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--days", "2026-13-01"], "--days wants"),
        (["--days", "yesterday..today"], "--days wants"),
        (["--days", "2025-01-01"], "there are days from 2026-11-02 to 2026-11-03"),
        (["--story", "99"], "Nobody read story 99"),
    ],
)
def test_what_can_not_be_answered_is_said_in_a_line(two_days, options, said):
    told = history(*options)
    assert told.exit_code == 2 and said in told.output and len(told.output.splitlines()) == 1


def test_a_torn_day_is_named_and_left_as_it_is(two_days):
    torn = process.history().folder / "2026-11-03.parquet"
    torn.write_bytes(torn.read_bytes()[:100])
    told = history()
    assert told.exit_code == 2 and "2026-11-03.parquet can't be read" in told.output
    assert torn.stat().st_size == 100 and history("--days", "2026-11-02").exit_code == 0


def test_without_the_extra_it_says_what_to_install_and_the_log_forgets_as_ever(two_days, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    told = history()
    assert told.exit_code == 2 and "pip install -r requirements/audience.txt" in told.output
    assert not process.is_possible()
    eight_days_ago = clock.stamp(clock.now() - dt.timedelta(days=8)) * 1000
    assert abs(process.forgettable() - eight_days_ago) < 5_000


def test_before_the_first_day_there_is_nothing_to_answer_from(log):
    told = history()
    assert told.exit_code == 2 and "No day is written" in told.output


def test_the_jobs_have_finished_days_rolled_by_a_process_of_its_own(log, tmp_path, monkeypatch):
    assert "rolling finished days" in {job.name for job in own_jobs()}
    monkeypatch.setenv("KAWARABAN_VAR", str(tmp_path))
    day = timezone.localdate() - dt.timedelta(days=2)
    read(log, day, 1, 3)
    job = process.Rolling()
    until(lambda: job.tick() is None and job._process is None, 60)
    ((story, reading),) = process.history().most_read([day], 5)
    assert (story, reading.readers) == (1, 3)


class NotOurs:
    """Another house leads, and someone ends this one when it looks for the second time."""

    looks = 0

    def held(self):
        self.looks += 1
        if self.looks > 1:
            raise KeyboardInterrupt
        return False


def test_each_house_forgets_its_salts_and_old_beacons_whether_it_leads_or_not(log, tmp_path, monkeypatch):
    old, new = timezone.localdate() - dt.timedelta(days=20), timezone.localdate() - dt.timedelta(days=1)
    salt = tmp_path / f"visitor-salt-{new}"
    salt.write_text("gone with its day")
    read(log, old, 1, 3)
    read(log, new, 1, 2)
    fold = Fold()
    fold.take(log.read(0, 9))
    snapshot.write(tmp_path / snapshot.FILE, fold, {})
    rolled = []
    monkeypatch.setattr(process.Rolling, "tick", lambda self: rolled.append(self))
    monkeypatch.setattr(leading, "lease", NotOurs)
    monkeypatch.setattr("kawaraban.ops.jobs.signal.signal", lambda *_: None)
    due = [replace(job, due=0) for job in own_jobs()]
    monkeypatch.setattr("kawaraban.ops.jobs.own_jobs", lambda: due)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert rolled and not salt.exists() and len(log.read(0, 9)) == 2
    left = Fold()
    assert snapshot.read(tmp_path / snapshot.FILE, left) == {}
    assert fold.kept()["uniques visitors"].size == 2 and not left.kept()["uniques visitors"].size


def test_a_process_that_can_not_write_is_a_job_that_failed(log, tmp_path, monkeypatch):
    monkeypatch.setenv("KAWARABAN_VAR", str(tmp_path))
    read(log, timezone.localdate() - dt.timedelta(days=2), 1, 3)
    (tmp_path / "history").write_text("in the way")
    job = process.Rolling()
    job.tick()
    assert job._process.wait(60) == 1
    with pytest.raises(RuntimeError, match="ended"):
        job.tick()
    assert log.last_seq() == 3
