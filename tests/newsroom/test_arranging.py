"""What editors arrange by hand, from their forms to the rails of a page."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from kawaraban.audience.log import EventLog
from kawaraban.kit import clock
from kawaraban.kit.stores import open_store
from kawaraban.newsroom import arranging
from kawaraban.newsroom.arranging import NotBeside, Pin
from kawaraban.newsroom.reconcile import mend
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.models import Arrangement
from kawaraban.rails.refresh import Refresher
from kawaraban.rails.shelf import Shelf
from kawaraban.stories.models import Topic


@pytest.fixture
def rails(tmp_path):
    store = open_store("editions", tmp_path)
    refresher = Refresher(EventLog(tmp_path / "audience.db"), store)

    def rails(story_id=None):
        refresher.tick()
        page = PageSlots("story" if story_id else "front", story_id, "society", rails=("pinned", "also-read"))
        made = compose(Shelf(store).current(), page, clock.now())
        return {name: [item.card.id for item in rail.items] for name, rail in made.items()}

    return rails


def test_an_editor_pins_a_story_and_unpins_it(editor, published, committed, rails):
    article, other = published(), published(slug="other")
    form = {"article": article.pk, "section": "", "beside": "", "since": "", "until": "", "place": "1"}
    with committed():
        answer = editor.post(reverse("wagtailsnippets_newsroom_pin:add"), form)
    assert answer.status_code == 302
    assert rails()["pinned"] == rails(other.pk)["pinned"] == [article.pk]
    assert "pinned" not in rails(article.pk)
    with committed():
        Pin.objects.all().delete()
    assert "pinned" not in rails()


def test_the_form_says_that_the_ranking_is_never_thinned(editor, section):
    for model in ("pin", "notbeside"):
        page = editor.get(reverse(f"wagtailsnippets_newsroom_{model}:add"))
        assert "ランキング" in page.content.decode()


def test_a_reporter_pins_nothing(client, account_in, section):
    client.force_login(account_in("Reporters"))
    assert client.get(reverse("wagtailsnippets_newsroom_pin:add")).status_code == 302


def test_a_pin_waits_for_its_time_and_for_its_story(draft_of, published, committed, rails):
    from kawaraban.newsroom import filing

    hour = dt.timedelta(hours=1)
    shown, later, past = (published(slug=slug) for slug in ("shown", "later", "past"))
    draft = filing.file(draft_of(slug="embargoed"), publish=False)
    with committed():
        Pin.objects.create(article=draft)
        Pin.objects.create(article=later, since=clock.now() + hour)
        Pin.objects.create(article=past, until=clock.now() - hour)
        Pin.objects.create(article=shown, since=clock.now() - hour, until=clock.now() + hour)
    assert rails()["pinned"] == [shown.pk]
    with committed():
        draft.save_revision().publish()
    assert set(rails()["pinned"]) == {shown.pk, draft.pk}


def test_a_war_and_a_comedy_stand_on_neither_s_page(published, committed, rails):
    war, comedy = Topic.objects.create(name="戦争", slug="war"), Topic.objects.create(name="喜劇", slug="fun")
    grave, other_grave = published(slug="grave", topic_ids=(war.pk,)), published(slug="grave-too")
    merry = published(slug="merry", topic_ids=(comedy.pk,))
    assert merry.pk in rails(grave.pk)["also-read"] and grave.pk in rails(merry.pk)["also-read"]
    with committed():
        NotBeside.objects.create(topic=war, other_topic=comedy)
        NotBeside.objects.create(article=other_grave, other_article=merry)
    assert rails(grave.pk)["also-read"] == [other_grave.pk]
    assert "also-read" not in rails(merry.pk)
    comedy.slug = "comedy"
    with committed():
        comedy.save()
    assert rails(grave.pk)["also-read"] == [other_grave.pk]


@pytest.mark.parametrize(
    ("sides", "field"),
    [
        ({"article": 1, "topic": 1, "other_topic": 2}, "topic"),
        ({"topic": 1}, "other_topic"),
        ({"topic": 1, "other_topic": 1}, "other_topic"),
    ],
)
def test_each_side_is_an_article_or_a_topic_and_the_sides_differ(sides, field):
    with pytest.raises(ValidationError) as refused:
        NotBeside(**{f"{name}_id": number for name, number in sides.items()}).clean()
    assert field in refused.value.message_dict


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"section_id": 1, "beside_id": 2}, "beside"),
        ({"beside_id": 1}, "beside"),
        ({"since": clock.now(), "until": clock.now() - dt.timedelta(days=1)}, "until"),
    ],
)
def test_a_pin_that_makes_no_sense_is_refused(changes, field):
    with pytest.raises(ValidationError) as refused:
        Pin(article_id=1, **changes).clean()
    assert field in refused.value.message_dict


def test_what_a_crash_kept_from_the_rails_reconcile_brings(published, committed):
    Pin.objects.create(article=published())  # committed, and what follows the commit was lost
    assert mend(thorough=False).lines and Arrangement.objects.get().pins
    assert not arranging.hand_over() and not mend(thorough=False).lines
