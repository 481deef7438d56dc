"""Publishing and withdrawing, as the rooms above rely on it."""

from kawaraban.stories import queries
from kawaraban.stories.models import Story
from kawaraban.stories.publish import publish, withdraw
from tests.stories.conftest import finished


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
