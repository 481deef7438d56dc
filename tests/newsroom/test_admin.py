"""The newsroom as people who sign in to it meet it."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import Page, Site
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from kawaraban.kit import clock
from kawaraban.newsroom import filing
from kawaraban.newsroom.articles import Article, Newsroom
from kawaraban.people.models import Account, Person
from kawaraban.rails.editions import Edition
from kawaraban.stories.models import Publication, Section, Story, Storyline, Topic

PLACES = [
    "wagtailadmin_home",
    "articles:index",
    "wagtailsnippets_stories_section:list",
    "wagtailsnippets_stories_section:add",
    "wagtailsnippets_stories_storyline:list",
    "wagtailsnippets_stories_storyline:add",
    "wagtailsnippets_stories_topic:list",
    "wagtailsnippets_stories_topic:add",
    "wagtailsnippets_people_person:list",
    "wagtailsnippets_people_person:add",
    "wagtailsnippets_discussion_comment:list",
    "wagtailimages:index",
    "wagtailimages:add",
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ja"])
def test_who_signs_in_is_spoken_to_in_a_language_of_theirs(client, language):
    page = client.get("/newsroom/login/", headers={"accept-language": language})
    assert page["content-language"] == language and f'lang="{language}"' in page.content.decode()


def posted(section, **changes):
    """What the article's form sends."""
    return nested_form_data(
        {
            "title": "港の再開発",
            "slug": "harbor",
            "kicker": "",
            "short_headline": "",
            "dek": "",
            "section": section.pk,
            "lead_photo": "",
            "storyline": "",
            "comments_open": "on",
            "body": streamfield([("paragraph", rich_text("<p>倉庫街は残す。</p>"))]),
            "bylines": inline_formset([]),
            "corrections": inline_formset([]),
            "other_wordings": inline_formset([]),
            "comments": inline_formset([]),
            **changes,
        }
    )


@pytest.fixture
def add_address(db):
    return reverse("wagtailadmin_pages:add", args=["newsroom", "article", Newsroom.objects.get().pk])


def test_the_newsroom_is_the_only_page_to_begin_with(db):
    assert [page.specific_class for page in Page.objects.filter(depth=2)] == [Newsroom]
    assert Site.objects.get().root_page.specific == Newsroom.objects.get()


@pytest.mark.parametrize("place", PLACES)
def test_editors_reach_every_desk(editor, place):
    assert editor.get(reverse(place)).status_code == 200


def test_lists_and_forms_show_what_is_there(editor, published, section, photo_of):
    article = published(lead_photo_id=photo_of().pk)
    topic = Topic.objects.create(name="港", slug="port")
    person = Person.objects.create(name="青木", slug="aoki")
    assert "港の再開発" in editor.get(reverse("articles:index")).content.decode()
    for name, kept in (("stories_section", section), ("stories_topic", topic), ("people_person", person)):
        answer = editor.get(reverse(f"wagtailsnippets_{name}:edit", args=[kept.pk]))
        assert kept.name in answer.content.decode()
    page = editor.get(reverse("wagtailadmin_pages:edit", args=[article.pk]))
    assert page.status_code == 200 and "/society/harbor/" in page.content.decode()
    assert editor.get(
        reverse("wagtailsettings:edit", args=["newsroom", "publicationsettings"])
    ).status_code in (200, 302)


def test_an_editor_publishes_and_readers_have_it(editor, add_address, section, committed):
    with committed():
        answer = editor.post(add_address, {**posted(section), "action-publish": "1"})
    assert answer.status_code == 302
    assert Story.objects.get().path == "/society/harbor/"


def test_what_is_pasted_into_a_line_becomes_one_and_keeps_its_blanks(editor, add_address, section):
    wording = {"headline": "残す\n倉庫", "photo": ""}
    form = posted(
        section, title="港の\r\n再開発　残る倉庫", dek="一\n二", other_wordings=inline_formset([wording])
    )
    assert editor.post(add_address, form).status_code == 302
    article = Article.objects.get()
    assert (article.title, article.dek) == ("港の 再開発　残る倉庫", "一 二")
    assert [one.headline for one in article.other_wordings.all()] == ["残す 倉庫"]


def test_a_reporter_writes_and_cannot_publish(client, account_in, add_address, section, committed):
    client.force_login(account_in("Reporters"))
    with committed():
        client.post(add_address, {**posted(section), "action-publish": "1"})
    assert not Article.objects.get().live and not Story.objects.exists()
    assert client.get(reverse("wagtailsnippets_stories_section:add")).status_code == 302


def test_a_moderator_sees_comments_and_no_articles(client, account_in, add_address):
    client.force_login(account_in("Moderators"))
    assert client.get(reverse("wagtailsnippets_discussion_comment:list")).status_code == 200
    assert client.get(add_address).status_code == 302
    assert client.get(reverse("wagtailsnippets_stories_topic:add")).status_code == 302


@pytest.mark.parametrize("where", ["lead_photo", "body", "gallery"])
@pytest.mark.parametrize("scheduled", [False, True])
def test_an_editor_is_told_at_the_field_that_a_photo_says_not_whose_it_is(
    editor, add_address, section, photo_of, committed, where, scheduled
):
    photo = photo_of(credit="")
    blocks = {
        "lead_photo": {"lead_photo": photo.pk},
        "body": {"body": streamfield([("photo", photo.pk)])},
        "gallery": {"body": streamfield([("gallery", streamfield([]))])},
    }[where]
    form = posted(section, **blocks)
    if where == "gallery":
        form |= {"body-0-value-count": "2"}
        for place in ("0", "1"):
            form |= {
                f"body-0-value-{place}-deleted": "",
                f"body-0-value-{place}-order": place,
                f"body-0-value-{place}-value": str(photo.pk),
                f"body-0-value-{place}-id": "",
            }
    if scheduled:
        form["go_live_at"] = "2099-01-01 09:00"
    with committed():
        refused = editor.post(add_address, {**form, "action-publish": "1"})
    assert refused.status_code == 200 and not Article.objects.exists()
    field = "body" if where == "gallery" else where
    assert field in refused.context["form"].errors
    told = refused.content.decode()
    # A block's errors come as JSON, whose letters are escaped.
    assert "クレジット" in told or ascii("クレジット")[1:-1] in told
    with committed():
        kept = editor.post(add_address, form)
    assert kept.status_code == 302 and not Article.objects.get().live


def test_a_live_article_keeps_its_draft_with_a_bare_photo_to_itself(
    editor, published, photo_of, section, committed
):
    article = published()
    form = posted(section, title="下書き", lead_photo=photo_of(licence="").pk)
    with committed():
        answer = editor.post(reverse("wagtailadmin_pages:edit", args=[article.pk]), form)
    assert answer.status_code == 302
    article.refresh_from_db()
    assert article.has_unpublished_changes and article.draft_title == "下書き"
    assert Story.objects.get().headline == "港の再開発"


def test_the_editor_is_told_when_readers_do_not_have_it(editor, add_address, section, committed, monkeypatch):
    from kawaraban.newsroom import publishing

    def fail(_finished, **_):
        raise OSError("no room on the disk")

    monkeypatch.setattr(publishing.stories, "publish", fail)
    monkeypatch.setattr(publishing.transaction, "on_commit", lambda work: work())
    answer = editor.post(add_address, {**posted(section), "action-publish": "1"}, follow=True)
    assert "no room on the disk" in answer.content.decode()
    assert "no room on the disk" in editor.get(reverse("wagtailadmin_home")).content.decode()


def test_a_preview_is_the_page(editor, published):
    article = published()
    article.title = "まだ言えないこと"
    article.save_revision()
    seen = editor.get(reverse("wagtailadmin_pages:view_draft", args=[article.pk]))
    page = seen.content.decode()
    assert seen.status_code == 200 and "まだ" in page and f'data-story="{article.pk}"' in page
    assert "<!--[slot" not in page


def test_view_live_leads_to_the_readers_address(published, settings):
    article = published()
    assert article.full_url == f"{settings.PUBLIC_URL}/society/harbor/"


def test_a_section_cannot_take_an_address_of_the_house(editor):
    add = reverse("wagtailsnippets_stories_section:add")
    form = {"name": "人", "slug": "people", "description": "", "colour": "#333333", "position": "1"}
    assert "slug" in editor.post(add, form).context["form"].errors
    assert editor.post(add, {**form, "slug": "city"}).status_code == 302
    assert Section.objects.get().slug == "city"


def test_the_newsroom_says_that_readers_are_simulated(editor):
    Publication.objects.update_or_create(pk=1, defaults={"simulated_readers": True})
    assert 'id="simulated-readers' in editor.get(reverse("wagtailadmin_home")).content.decode()


def test_the_newsroom_counts_nothing_that_it_does_not_have(editor):
    assert reverse("wagtaildocs:index") not in editor.get(reverse("wagtailadmin_home")).content.decode()


def test_the_newsroom_says_since_when_the_rails_stand_still(editor, monkeypatch):
    edition = Edition(as_of=clock.stamp(clock.now()), number=1)
    monkeypatch.setattr("kawaraban.newsroom.preview.Shelf.current", lambda _: edition)
    home = reverse("wagtailadmin_home")
    assert "late-rails" not in editor.get(home).content.decode()
    edition = replace(edition, as_of=edition.as_of - 3600)
    told = editor.get(home).content.decode()
    since = timezone.localtime(clock.moment(edition.as_of))
    assert "late-rails" in told and date_format(since, "SHORT_DATETIME_FORMAT") in told


def test_aliases_are_refused(editor, published):
    article = published()
    newsroom = Newsroom.objects.get()
    form = {"new_title": "同じ", "new_slug": "twin", "new_parent_page": newsroom.pk, "alias": "on"}
    editor.post(reverse("wagtailadmin_pages:copy", args=[article.pk]), form)
    assert Article.objects.count() == 1


def test_a_storyline_is_put_in_order_by_its_editor(editor, published, committed):
    storyline = Storyline.objects.create(name="港", slug="port")
    first, second = (published(slug=slug, storyline_id=storyline.pk) for slug in ("one", "two"))
    third = published(slug="three")
    places = [{"id": "", "article": str(one.pk)} for one in (third, second)]
    form = nested_form_data(
        {"name": "港", "slug": "port", "summary": "港の話。", "places": inline_formset(places)}
    )
    for place in storyline.places.all():
        place.delete()
    with committed():
        answer = editor.post(reverse("wagtailsnippets_stories_storyline:edit", args=[storyline.pk]), form)
    assert answer.status_code == 302
    told = Story.objects.filter(storyline=storyline).order_by("storyline_position")
    assert [story.pk for story in told] == [third.pk, second.pk]
    assert Story.objects.get(pk=first.pk).storyline is None


def test_nothing_of_wagtail_is_served_to_readers(client, db):
    for address in ("/", "/documents/1/x.pdf", "/api/v2/pages/", "/society/harbor/"):
        assert client.get(address).status_code == 404


def test_a_photo_is_uploaded_with_its_four_fields(editor):
    page = editor.get(reverse("wagtailimages:add")).content.decode()
    for name in ("alt_text", "caption", "credit", "licence"):
        assert f'name="{name}"' in page


def test_strangers_are_asked_to_sign_in(client, db):
    assert client.get(reverse("wagtailadmin_home"))["location"].startswith("/newsroom/login/")
    client.force_login(Account.objects.create_user("nobody"))
    assert client.get(reverse("articles:index")).status_code == 302


def test_filing_needs_no_signed_in_account(draft_of):
    assert filing.file(draft_of(), publish=False).owner is None


def test_an_article_not_yet_saved_is_previewed(editor, section):
    newsroom = Newsroom.objects.get()
    address = reverse("wagtailadmin_pages:preview_on_add", args=["newsroom", "article", newsroom.pk])
    assert editor.post(address, posted(section, title="まだ無い話")).json()["is_valid"]
    page = editor.get(address)
    assert page.status_code == 200 and "倉庫街は残す。" in page.content.decode()
    assert not Article.objects.exists()


def test_many_are_published_at_once_unless_one_may_not_be(editor, draft_of, photo_of, committed):
    good = filing.file(draft_of(slug="good"), publish=False)
    bare = filing.file(draft_of(slug="bare", lead_photo_id=photo_of(credit="").pk), publish=False)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    home = reverse("wagtailadmin_home")
    with committed():
        answer = editor.post(f"{address}?id={good.pk}&id={bare.pk}&next={home}", follow=True)
    assert not Story.objects.exists()
    assert any("クレジット" in str(message) for message in answer.context["messages"])
    with committed():
        editor.post(f"{address}?id={good.pk}")
    assert Story.objects.get().pk == good.pk


def test_what_a_reporter_submits_an_editor_approves(client, account_in, add_address, section, committed):
    client.force_login(account_in("Reporters"))
    client.post(add_address, {**posted(section), "action-submit": "1"})
    article = Article.objects.get()
    client.force_login(account_in("Editors"))
    task = article.current_workflow_task_state
    with committed():
        client.post(reverse("wagtailadmin_pages:workflow_action", args=[article.pk, "approve", task.pk]))
    assert Story.objects.get().pk == article.pk
