"""The demo goes in as editors would put it in: once, whole, and never stale."""

import datetime as dt

import pytest

from kawaraban.discussion.models import Comment
from kawaraban.kit import clock
from kawaraban.newsroom.articles import Article
from kawaraban.ops.demo import data, dating, loading
from kawaraban.stories import queries
from kawaraban.stories.models import Publication, Story

DAY = dt.timedelta(days=1)


def quietly(what, done, every):
    pass


@pytest.fixture
def few(monkeypatch):
    """A demo of three stories, one of them corrected, two discussed."""
    every = data.stories()
    corrected = next(story for story in every if "correction" in story.data)
    discussed = [story for story in every if story.data.get("comments") and story is not corrected][-2:]
    chosen = [corrected, *discussed]
    monkeypatch.setattr(data, "stories", lambda: chosen)
    return chosen


@pytest.fixture
def loaded(few, transactional_db, tmp_path, settings, monkeypatch):
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    loading.load(quietly)
    return few


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_loaded_reads_as_it_was_written(loaded):
    for story in loaded:
        told = queries.story_at(f"/{story.section}/{story.slug}/")
        assert told.headline == story.data["headline"] and told.dek == story.data["dek"]
        assert [byline["name"] for byline in told.bylines]
        assert told.lead["credit"] == loading.CREDIT and told.lead["alt"] == story.data["picture"]["alt"]
        assert abs(told.published_at - story.published_at(clock.now())) < dt.timedelta(minutes=5)
    assert Publication.objects.get().name == "潮騒日報"
    shown = sum(len(story.data.get("comments", [])) for story in loaded)
    assert Comment.objects.filter(state=Comment.State.SHOWN).count() == shown
    assert Comment.objects.filter(state=Comment.State.HELD).count() == 3


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_loading_again_doubles_nothing_and_brings_back_what_was_lost(loaded):
    numbers = {story.pk: story.version for story in Story.objects.all()}
    assert loading.load(quietly) == 0
    assert {story.pk: story.version for story in Story.objects.all()} == numbers
    # Killed between the article and its story:
    lost = Story.objects.first().pk
    Story.objects.filter(pk=lost).delete()
    assert loading.load(quietly) == 0
    assert Story.objects.filter(pk=lost).exists() and Article.objects.count() == len(loaded)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_old_demo_is_dated_anew_as_its_editors_left_it(loaded, monkeypatch):
    article = Article.objects.get(slug=loaded[0].slug)
    article.title = "編集者が直した見出し"
    article.save_revision().publish()
    before = {story.pk: (story.published_at, story.updated_at) for story in Story.objects.all()}
    said = dict(Comment.objects.values_list("pk", "posted_at"))
    assert dating.lag() < dating.STALE

    later = clock.now() + 3 * DAY
    monkeypatch.setattr(clock, "now", lambda: later)
    assert dating.lag() >= dating.STALE and dating.freshen(quietly) == len(loaded)

    assert dating.lag() < dt.timedelta(minutes=1)
    for story in Story.objects.all():
        published, _ = before[story.pk]
        assert abs(story.published_at - published - 3 * DAY) < dt.timedelta(minutes=1)
        assert published < story.published_at <= story.updated_at <= later
    corrected = Story.objects.get(pk=article.pk)
    assert corrected.headline == "編集者が直した見出し"
    at = dt.datetime.fromisoformat(corrected.corrections[0]["at"])
    assert corrected.published_at <= at <= later
    assert all(at > said[pk] for pk, at in Comment.objects.values_list("pk", "posted_at"))
