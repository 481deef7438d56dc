"""Readers have what is published, and nothing else."""

import pytest
from django.core.exceptions import ValidationError

from kawaraban.newsroom import filing, publishing
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.failures import Failure
from kawaraban.people.models import Person
from kawaraban.stories import queries
from kawaraban.stories.elements import Byline, Paragraph
from kawaraban.stories.models import Story


def test_publishing_makes_a_story_and_unpublishing_takes_it_away(published, committed):
    article = published()
    story = Story.objects.get()
    assert (story.pk, story.path, story.headline) == (article.pk, "/society/harbor/", "港の再開発")
    assert story.text == "倉庫街は残す。"
    with committed():
        article.unpublish()
    assert not Story.objects.exists()
    assert queries.once_at("/society/harbor/").path == ""


def test_deleting_takes_the_story_away(published, committed):
    article = published()
    with committed():
        article.delete()
    assert not Story.objects.exists()


def test_a_draft_never_reaches_readers(draft_of, published, committed):
    with committed():
        filing.file(draft_of(slug="quiet"), publish=False)
    assert not Story.objects.exists()
    article = published()
    article.title = "まだ言えないこと"
    with committed():
        article.save_revision()
    assert Story.objects.get().headline == "港の再開発"


def test_a_new_slug_and_a_new_section_lead_on(published, committed, section):
    article = published()
    article.slug = "port"
    with committed():
        article.save_revision().publish()
    assert queries.once_at("/society/harbor/").path == "/society/port/"
    with committed():
        section.slug = "city"
        section.save()
    assert Story.objects.get().path == "/city/port/"
    assert queries.once_at("/society/harbor/").path == "/city/port/"


def test_a_photo_without_credit_keeps_an_article_from_being_published(draft_of, photo_of, committed):
    bare = photo_of(credit="", licence="")
    for changes in ({"lead_photo_id": bare.pk}, {"body": (filing.Photograph(bare.pk),)}):
        with pytest.raises(ValidationError, match="クレジット"), committed():
            filing.file(draft_of(**changes), publish=True)
        assert not Article.objects.exists()
        with committed():
            filing.file(draft_of(**changes), publish=False).delete()
    assert not Story.objects.exists()


def test_the_updated_time_moves_with_what_readers_read(published, committed):
    article = published()
    first = Story.objects.get().updated_at
    article.short_headline = "港"
    with committed():
        article.save_revision().publish()
    assert Story.objects.get().updated_at == first
    article.refresh_from_db()
    article.title, article.minor_change = "港の再開発へ", True
    with committed():
        article.save_revision().publish()
    story = Story.objects.get()
    assert (story.headline, story.updated_at) == ("港の再開発へ", first)
    article.refresh_from_db()
    assert not article.minor_change
    article.dek = "倉庫は残る。"
    with committed():
        article.save_revision().publish()
    assert Story.objects.get().updated_at > first


def test_a_person_renamed_is_renamed_in_stories_and_that_is_no_update(published, committed, section):
    person = Person.objects.create(name="青木", slug="aoki")
    published(bylines=(Byline("", person.pk),))
    before = Story.objects.get()
    person.name = "青木汐"
    with committed():
        person.save()
    story = Story.objects.get()
    assert story.bylines[0]["name"] == "青木汐" and story.updated_at == before.updated_at


def test_an_alias_has_no_story(published, committed, draft_of):
    from wagtail.models import Page

    with committed():
        article = filing.file(draft_of(), publish=False)
        article.create_alias(update_slug="twin")
        article.save_revision().publish()
    assert list(Story.objects.values_list("pk", flat=True)) == [article.pk]
    assert Page.objects.filter(alias_of=article, live=True).exists()


def test_a_failing_handover_stands_on_the_desk_until_it_succeeds(published, committed, monkeypatch, caplog):
    def fail(_finished, **_how):
        raise OSError("no room on the disk")

    with monkeypatch.context() as broken:
        broken.setattr(publishing.stories, "publish", fail)
        article = published()
    assert article.live and not Story.objects.exists()
    assert "could not be handed over" in caplog.text
    assert Failure.objects.get().reason == "no room on the disk"
    publishing.try_now(article.pk)
    assert Story.objects.exists() and not Failure.objects.exists()


def test_links_to_other_articles_get_their_address(published):
    target = published()
    html = f'<a linktype="page" id="{target.pk}">港</a>と<a linktype="page" id="999">幻</a>'
    published(slug="second", body=(Paragraph(html),))
    story = Story.objects.get(path="/society/second/")
    assert story.body[0]["html"] == '<a href="/society/harbor/">港</a>と幻'


@pytest.fixture
def meanwhile(monkeypatch, committed):
    """Has something happen while an article's handover makes the story, the first time."""

    def happens(what):
        whole, happened = publishing.finished_from, []

        def slowly(article):
            finished = whole(article)
            if not happened:
                happened.append(True)
                with committed():
                    what()
            return finished

        monkeypatch.setattr(publishing, "finished_from", slowly)

    return happens


def test_what_is_unpublished_while_it_is_handed_over_does_not_come_back(draft_of, meanwhile):
    article = filing.file(draft_of(), publish=True)
    meanwhile(Article.objects.get().unpublish)
    assert publishing.bring_in_line(article.pk) is None
    assert not Story.objects.exists()


def test_what_is_deleted_while_it_is_handed_over_does_not_come_back(draft_of, meanwhile):
    article = filing.file(draft_of(), publish=True)
    meanwhile(Article.objects.get().delete)
    assert publishing.bring_in_line(article.pk) is None
    assert not Story.objects.exists()


def test_what_is_published_while_an_older_version_is_handed_over_stays(published, meanwhile):
    newer = Article.objects.get(pk=published().pk)
    newer.title = "港の再開発へ"
    meanwhile(lambda: newer.save_revision().publish())
    publishing.bring_in_line(newer.pk)
    story, newer = Story.objects.get(), Article.objects.get()
    assert story.headline == "港の再開発へ" and newer.handed_over_at == newer.last_published_at


def test_a_name_changed_while_an_older_one_is_handed_over_stays(draft_of, committed, meanwhile):
    person = Person.objects.create(name="青木", slug="aoki")
    article = filing.file(draft_of(bylines=(Byline("", person.pk),)), publish=True)
    person.name = "青木汐"
    meanwhile(person.save)
    publishing.bring_in_line(article.pk)
    assert Story.objects.get().bylines[0]["name"] == "青木汐"


def test_what_is_published_again_while_it_is_withdrawn_stays(published, monkeypatch, committed):
    article = published()
    article.unpublish()
    whole = publishing.stories.withdraw

    def late(number, **how):
        monkeypatch.setattr(publishing.stories, "withdraw", whole)
        article.save_revision().publish()
        return whole(number, **how)

    monkeypatch.setattr(publishing.stories, "withdraw", late)
    publishing.bring_in_line(article.pk)
    assert Story.objects.get().pk == article.pk


def test_an_article_that_is_never_left_alone_is_said_to_be_so(published, monkeypatch):
    article = published()
    monkeypatch.setattr(publishing, "_still", lambda *_: lambda: False)
    assert not publishing.try_now(article.pk)
    assert Failure.objects.get().act == Failure.Act.HAND_OVER and Story.objects.exists()
