"""Each kind of drift between articles and stories, mended and said."""

import pytest

from kawaraban.newsroom import reconcile
from kawaraban.newsroom.articles import Article
from kawaraban.stories import publish
from kawaraban.stories.models import Publication, Story


@pytest.fixture
def quiet(section):
    reconcile.mend()


@pytest.mark.parametrize("thorough", [False, True])
def test_where_all_is_well_nothing_is_said(quiet, published, thorough):
    published()
    assert reconcile.mend(thorough=thorough) == reconcile.Report(1, ())


def test_a_missing_story(quiet, published):
    article = published()
    Story.objects.all().delete()
    (line,) = reconcile.mend(thorough=False).lines
    assert "港の再開発" in line
    assert Story.objects.get().pk == article.pk


def test_a_story_of_an_article_that_is_not_published(quiet, published):
    published()
    Article.objects.update(live=False)
    (line,) = reconcile.mend(thorough=False).lines
    assert "/society/harbor/" in line and not Story.objects.exists()


def test_a_story_of_a_deleted_article(quiet, published):
    published().delete()  # the commit's own work is not run here
    assert Story.objects.exists()
    assert len(reconcile.mend(thorough=False).lines) == 1 and not Story.objects.exists()


def test_an_older_version(quiet, published):
    article = published()
    article.title = "港の再開発へ"
    article.save_revision().publish()
    assert len(reconcile.mend(thorough=False).lines) == 1
    assert Story.objects.get().headline == "港の再開発へ"


def test_a_wrong_address(quiet, published):
    published()
    Article.objects.update(slug="port")
    assert len(reconcile.mend(thorough=False).lines) == 1
    assert Story.objects.get().path == "/society/port/"


def test_what_no_number_shows_is_found_thoroughly(quiet, published):
    published()
    Article.objects.update(title="港")
    assert reconcile.mend(thorough=False).lines == ()
    assert len(reconcile.mend().lines) == 1
    assert Story.objects.get().headline == "港"


def test_settings_that_did_not_arrive(quiet):
    Publication.objects.update(name="違う名前")
    assert len(reconcile.mend().lines) == 1
    assert Publication.objects.get().name == "Kawaraban"


def test_what_cannot_be_mended_is_said_and_stops_no_other(quiet, published, monkeypatch):
    published(slug="one")
    published(slug="two")
    Story.objects.all().delete()
    whole = publish.publish

    def fail(finished, **how):
        if finished.path == "/society/one/":
            raise OSError("no room on the disk")
        return whole(finished, **how)

    monkeypatch.setattr(publish, "publish", fail)
    report = reconcile.mend(thorough=False)
    assert report.failed == 1 and len(report.lines) == 2
    assert Story.objects.get().path == "/society/two/"


def test_a_story_that_never_was_an_article_stays(quiet, published, section):
    article = published()
    finished = publish.Finished(
        id=10**12,
        path="/society/archive/",
        section_id=section.pk,
        headline="古い話",
        published_at=article.first_published_at,
        updated_at=article.first_published_at,
    )
    publish.publish(finished)
    assert reconcile.mend().lines == ()
    assert Story.objects.count() == 2
