"""What follows a change of what many pages show is done, late or at once, whatever fails meanwhile."""

import datetime as dt
import math

import pytest

from kawaraban.kit import clock
from kawaraban.kit.shown import change_of
from kawaraban.newsroom import changes
from kawaraban.newsroom.changes import follow_up
from kawaraban.newsroom.settings import PublicationSettings
from kawaraban.newsroom.storylines import StorylinePlace
from kawaraban.newsroom.untold import Untold
from kawaraban.people.models import Person
from kawaraban.stories import ledger, queries
from kawaraban.stories.elements import Byline
from kawaraban.stories.models import Publication, Story, Storyline, Topic


@pytest.fixture
def told(section, settings):
    """What the steps are told, while they do what they should."""
    TOLD.clear()
    Untold.objects.all().delete()  # the section's, whose commit runs nothing here
    settings.AFTER_PUBLICATION_CHANGED = [f"{__name__}.note"]
    return TOLD


@pytest.fixture
def topic(committed, told):
    with committed():
        topic = Topic.objects.create(name="港", slug="port")
    told.clear()
    return topic


def left_a_while_ago():
    Untold.objects.update(since=clock.now() - dt.timedelta(minutes=1))


def test_what_was_told_leaves_nothing_behind(topic, told, committed):
    topic.name = "港湾"
    with committed():
        topic.save()
    assert [one.thing for one in told] == [f"topic {topic.pk}"] and not Untold.objects.exists()


def test_what_could_not_be_told_is_told_later(topic, told, committed, settings):
    working, settings.AFTER_PUBLICATION_CHANGED = settings.AFTER_PUBLICATION_CHANGED, [f"{__name__}.fail"]
    topic.name = "港湾"
    with committed():
        topic.save()
    counted = ledger.changes()
    assert follow_up() == []  # a moment ago
    left_a_while_ago()
    (line,) = follow_up()
    assert f"stories.topic {topic.pk}" in line and "直せませんでした" in line
    settings.AFTER_PUBLICATION_CHANGED = working
    left_a_while_ago()
    (line,) = follow_up()
    assert "直せませんでした" not in line
    # It counted as a change when it was handed over, with the first try.
    assert (change_of(topic).where_named, False) in [(one.where_named, one.counted) for one in told]
    assert not Untold.objects.exists() and ledger.changes() == counted


def test_what_a_crash_kept_from_being_told_is_told_later_with_the_stories_that_carry_it(
    published, told, committed
):
    with committed():
        person = Person.objects.create(name="青木", slug="aoki")
    published(bylines=(Byline("", person.pk),))
    told.clear()
    person.name = "青木汐"
    person.save()  # the commit's own work is not run here
    left_a_while_ago()
    assert len(follow_up()) == 1
    assert Story.objects.get().bylines[0]["name"] == "青木汐"
    assert f"person {person.pk}" in [one.thing for one in told]


def test_what_was_noted_before_the_clock_was_put_back_is_told(topic, told):
    topic.save()
    Untold.objects.update(since=clock.now() + dt.timedelta(hours=2))
    assert len(follow_up()) == 1 and not Untold.objects.exists()


def test_a_note_that_cannot_be_followed_holds_up_no_other_and_counts_as_undone(topic, told):
    Untold.objects.create(model="people.nobody", number=1, since=clock.now())
    topic.save()
    assert changes.undone() == 0
    left_a_while_ago()
    assert changes.undone() == 2
    (failed,), (done,) = follow_up(), follow_up()
    assert "直せませんでした" in failed and "stories.topic" in done
    assert Untold.objects.get().number == 1 and changes.undone() == 1


def test_who_follows_up_takes_no_more_than_its_time_and_goes_on_where_it_was(
    committed, told, published, monkeypatch
):
    with committed():
        line = Storyline.objects.create(name="港の再開発", slug="redevelopment")
    articles = [published(slug=f"harbor-{number}", storyline_id=line.pk).pk for number in range(3)]
    StorylinePlace.objects.filter(storyline=line).delete()  # all leave it
    line.save()
    handed_over = []
    monkeypatch.setattr(changes, "try_now", handed_over.append)
    monkeypatch.setattr(changes, "_LONGEST", 0.0)
    for _ in articles:
        assert Untold.objects.exists() and handed_over != articles
        left_a_while_ago()
        (said,) = follow_up()
        assert "直せませんでした" not in said
    assert handed_over == articles and not Untold.objects.exists() and not changes._left


def test_what_was_deleted_is_told_later(topic, told):
    number = topic.pk
    topic.delete()
    left_a_while_ago()
    assert len(follow_up()) == 1
    assert change_of(Topic(), number).thing in [one.thing for one in told]


def test_settings_that_were_handed_over_and_not_told_are_told_later(told, committed, settings):
    with committed():
        kept = PublicationSettings.load()
    working, settings.AFTER_PUBLICATION_CHANGED = settings.AFTER_PUBLICATION_CHANGED, [f"{__name__}.fail"]
    kept.name = "川岸新報"
    with committed():
        kept.save()
    assert Publication.objects.get().name == "川岸新報"
    settings.AFTER_PUBLICATION_CHANGED = working
    left_a_while_ago()
    assert len(follow_up()) == 1
    assert change_of(queries.publication()) in told and not Untold.objects.exists()


def test_what_goes_on_failing_stops_no_other_for_long(topic, told, committed, settings):
    settings.AFTER_PUBLICATION_CHANGED = [f"{__name__}.fail"]
    with committed():
        topic.save()
        Topic.objects.create(name="川", slug="river")
    left_a_while_ago()
    (first,), (second,) = follow_up(), follow_up()
    assert first != second and follow_up() == []


def test_who_is_still_at_it_says_so(published, told, committed, monkeypatch):
    with committed():
        person = Person.objects.create(name="青木", slug="aoki")
    published(bylines=(Byline("", person.pk),))
    note = Untold.objects.create(
        model="people.person", number=person.pk, since=clock.now() - dt.timedelta(seconds=20)
    )
    monkeypatch.setattr(changes, "renditions", None)
    seen = []
    monkeypatch.setattr(changes, "_keep_up", lambda one, *_: seen.append(one.pk))
    assert changes._hand_over(note, person, math.inf)
    assert seen == [note.pk]


TOLD = []


def note(change):
    TOLD.append(change)


def fail(change):
    raise RuntimeError("the plates are away")
