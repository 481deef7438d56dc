"""The jobs process, round by round."""

from kawaraban.kit.counts import counts
from kawaraban.ops import jobs as module
from kawaraban.ops import leading
from kawaraban.ops.jobs import Job, jobs
from kawaraban.ops.slots import slots


def test_a_job_that_fails_is_logged_and_comes_again(caplog):
    def fails():
        raise ValueError("no such thing")

    job = Job("folding", 5, fails)
    job.run_if_due(100)
    assert "folding failed" in caplog.text and job.due > 0


def test_a_job_is_not_run_before_its_time():
    ran = []
    job = Job("folding", 5, lambda: ran.append(1), due=50)
    job.run_if_due(49)
    assert ran == []
    job.run_if_due(50)
    assert ran == [1]


def test_the_house_has_its_jobs():
    assert {job.every for job in jobs()} >= {0.25, 5, 60}


class AfterOneRound:
    """Told to end."""

    def __init__(self, *_):
        self._rounds = iter([False, True])

    def __bool__(self):
        return next(self._rounds)

    def wait(self, _):
        pass


class Elsewhere:
    """A lease that another house has."""

    def held(self):
        return False

    def give_up(self):
        pass


def test_a_house_that_does_not_lead_shows_how_its_own_jobs_went(monkeypatch):
    def fails():
        raise ValueError("no DuckDB")

    counts.clear()
    monkeypatch.setattr(module, "Told", AfterOneRound)
    monkeypatch.setattr(module, "own_jobs", lambda: [Job("rolling", 5, fails)])
    monkeypatch.setattr(leading, "lease", Elsewhere)
    (slot,) = slots(1)
    module.run(slot)
    assert slot.get().counters == {"job run:rolling": 0, "job failure:rolling": 1} and not slot.get().gauges
