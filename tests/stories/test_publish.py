"""Publishing and withdrawing, as the rooms above rely on it."""

import datetime as dt

import pytest

from kawaraban.kit import clock
from kawaraban.stories import publish as publishing
from kawaraban.stories import queries
from kawaraban.stories.elements import Paragraph
from kawaraban.stories.models import Section, Story, ToFollow
from kawaraban.stories.publish import Finished, Outcome, follow_up, publish, withdraw

AT = dt.datetime(2026, 5, 1, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def section(db):
    return Section.objects.create(name="社会", slug="society")


def finished(section, **changes):
    return Finished(
        **{
            "id": 7,
            "path": "/society/harbor/",
            "section_id": section.pk,
            "headline": "港の再開発",
            "published_at": AT,
            "updated_at": AT,
            "body": (Paragraph("倉庫街は<b>残す</b>。"),),
            **changes,
        }
    )


def test_the_same_story_again_changes_nothing(section):
    assert publish(finished(section)).change == "new"
    again = publish(finished(section))
    assert (again.change, again.version) == ("unchanged", 1)
    assert Story.objects.get().text == "倉庫街は残す。"


def test_a_changed_address_leads_on_and_back(section):
    publish(finished(section))
    moved = publish(finished(section, path="/society/port/"))
    assert (moved.change, moved.old_path) == ("changed", "/society/harbor/")
    assert queries.once_at("/society/harbor/").path == "/society/port/"
    publish(finished(section))
    assert queries.once_at("/society/harbor/") is None
    assert queries.once_at("/society/port/").path == "/society/harbor/"


def test_a_withdrawn_story_is_gone_and_may_come_back(section):
    publish(finished(section))
    assert withdraw(7).change == "withdrawn"
    assert queries.once_at("/society/harbor/").path == ""
    assert not Story.objects.exists()
    back = publish(finished(section))
    assert back.change == "new" and back.version > 1
    assert withdraw(8) is None


def test_a_failing_step_leaves_the_story_published(section, settings, caplog):
    settings.AFTER_STORY_PUBLISHED = [
        "tests.stories.test_publish.fail",
        "tests.stories.test_publish.note",
    ]
    SEEN.clear()
    publish(finished(section))
    assert Story.objects.exists() and SEEN == [7]
    assert "fail failed after publication" in caplog.text


def left_a_while_ago():
    ToFollow.objects.update(since=clock.now() - dt.timedelta(minutes=1))


@pytest.mark.parametrize("withdrawn", [False, True])
def test_what_failed_after_a_publication_is_done_later(section, settings, withdrawn):
    publish(finished(section))
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_publish.fail"]
    outcome = withdraw(7) if withdrawn else publish(finished(section, path="/society/port/"))
    assert follow_up() == []  # it may be under way yet
    left_a_while_ago()
    (line,) = follow_up()
    assert outcome.path in line and "直せませんでした" in line
    assert follow_up() == []  # the others' turn first
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_publish.keep"]
    KEPT.clear()
    left_a_while_ago()
    (line,) = follow_up()
    assert [outcome] == KEPT and "直せませんでした" not in line
    left_a_while_ago()
    assert follow_up() == []


def test_what_a_crash_kept_from_following_is_done_later(section, settings):
    def dies(outcome):
        raise Killed

    with pytest.MonkeyPatch.context() as crash, pytest.raises(Killed):
        crash.setattr("tests.stories.test_publish.keep", dies)
        settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_publish.keep"]
        publish(finished(section))
    KEPT.clear()
    left_a_while_ago()
    assert len(follow_up()) == 1 and [one.story_id for one in KEPT] == [7]


def test_what_goes_on_failing_takes_no_more_than_its_time(section, settings, monkeypatch):
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_publish.fail"]
    publish(finished(section))
    publish(finished(section, id=8, path="/society/port/"))
    left_a_while_ago()
    monkeypatch.setattr(publishing, "_LONGEST", 0.0)
    (first,), (second,) = follow_up(), follow_up()  # in turn
    assert "/society/harbor/" in first and "/society/port/" in second
    assert follow_up() == []


def test_who_does_what_follows_by_themselves_leave_nothing_behind(section, settings):
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_publish.fail"]
    publish(finished(section), and_then=False)
    withdraw(7, and_then=False)
    assert not ToFollow.objects.exists()


class Killed(BaseException):
    """What no handler of errors holds up."""


SEEN: list[int] = []
KEPT: list[Outcome] = []


def fail(outcome):
    raise RuntimeError("the search index is away")


def note(outcome):
    SEEN.append(outcome.story_id)


def keep(outcome):
    KEPT.append(outcome)
