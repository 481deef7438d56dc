"""The jobs process, round by round."""

from kawaraban.ops.jobs import Job, jobs


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
