"""Publishing and withdrawing, as the rooms above rely on it."""

import datetime as dt

import pytest

from kawaraban.stories import queries
from kawaraban.stories.elements import Paragraph
from kawaraban.stories.models import Section, Story
from kawaraban.stories.publish import Finished, publish, withdraw

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


SEEN: list[int] = []


def fail(outcome):
    raise RuntimeError("the search index is away")


def note(outcome):
    SEEN.append(outcome.story_id)
