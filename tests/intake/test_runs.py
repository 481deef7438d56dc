"""Runs over a source: what they file, and what a second one leaves alone."""

import datetime as dt
from dataclasses import dataclass, replace

import pytest

from kawaraban.discussion import comments
from kawaraban.discussion.models import Comment, ToFollow
from kawaraban.intake import runs, steps
from kawaraban.intake.incoming import IncomingComment, IncomingPerson, IncomingStory, Label, NoStory
from kawaraban.intake.models import Run, Taken
from kawaraban.newsroom.articles import Article
from kawaraban.people.models import Account, Person
from kawaraban.stories import queries
from kawaraban.stories.elements import Paragraph, Subheading
from kawaraban.stories.models import Section, Story, Topic

AT = dt.datetime(2014, 5, 1, 3, 0, tzinfo=dt.UTC)


def comment(number, answering=0, **changes):
    parent = f"t:c{answering}" if answering else ""
    said = IncomingComment(f"t:c{number}", f"読者{number}", "なるほど。", AT, "shown", parent)
    return replace(said, **changes)


STORY = IncomingStory(
    origin="t:1",
    headline="【独自】南港に午後の競り",
    body=(Paragraph("船を<b>待たせない</b>。"), Subheading("夕方の便")),
    public=True,
    slug="afternoon-auction",
    by=(IncomingPerson("港野あかり", "akari", "akari@minami.example"),),
    sections=(Label("地域", "local"), Label("経済")),
    topics=(Label("魚市場"),),
    published_at=AT,
    comments=(comment(1), comment(2, answering=1), comment(3, state="held")),
    former_addresses=("/2014/05/afternoon/", "/?p=31"),
)
DRAFT = replace(STORY, origin="t:2", headline="書きかけ", slug="", public=False, comments=())


@dataclass
class Listed:
    them: list
    kind: str = "test"

    @property
    def total(self):
        return len(self.them)

    def items(self):
        yield from self.them


@pytest.fixture
def take_in(db):
    def run(*them):
        return runs.take_in(Listed(list(them)), "export.xml", lambda report: None)

    return run


def told(tally):
    return (tally.seen, tally.new, tally.changed, tally.unchanged, tally.skipped, tally.failed)


def everything():
    """All that a run can have written, but its own row."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Article, Story, Comment, Person, Section, Topic, Taken, Account)
    ] + [list(Article.objects.order_by("pk").values_list("_revisions__pk", flat=True))]


def test_a_public_story_stands_before_readers_as_it_did_there(take_in):
    report = take_in(STORY, DRAFT, NoStory("page"))
    assert told(report.stories) == (3, 2, 0, 0, {"page": 1}, {})
    story = Story.objects.get()
    assert (story.kicker, story.headline) == ("独自", "南港に午後の競り")
    assert story.path == "/local/afternoon-auction/"
    assert story.published_at == story.updated_at == AT
    assert story.bylines[0]["name"] == "港野あかり"
    assert [section.name for section in Section.objects.all()] == ["地域", "経済"]
    assert story.topic_entries.get().topic.name == "魚市場"
    assert queries.once_at("/?p=31").path == queries.once_at("/2014/05/afternoon/").path == story.path


def test_comments_keep_their_threads_and_states(take_in):
    report = take_in(STORY)
    story_id = Story.objects.get().pk
    assert [(one.name, one.parent_id) for one in comments.shown(story_id)] == [
        ("読者1", None),
        ("読者2", Comment.objects.get(origin="t:c1").pk),
    ]
    assert Comment.objects.get(origin="t:c3").state == "held"
    assert (report.comments.seen, report.comments.new) == (3, 3)


def test_of_a_discussion_is_told_once_and_where_readers_see_another(take_in, discussions_told):
    said = replace(STORY, comments=(comment(1), comment(2), comment(3, state="held")))
    assert discussions_told(lambda: take_in(said)) == [Story.objects.get().pk]
    again = replace(said, dek="港では初めて。")  # with all that was said below it
    assert discussions_told(lambda: take_in(again)) == []
    assert discussions_told(lambda: take_in(replace(again, comments=(*said.comments, comment(4))))) == [
        Story.objects.get().pk
    ]


def test_killed_among_comments_it_leaves_a_note_of_those_that_are_filed(
    take_in, discussions_told, monkeypatch
):
    class Killed(BaseException):
        pass

    def killed(**said):
        if said["origin"] == "t:c2":
            raise Killed
        return file(**said)

    file = comments.file
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(comments, "file", killed)
        take_in(STORY)
    assert ToFollow.objects.get().story_id == Story.objects.get().pk
    assert discussions_told(lambda: take_in(STORY)) == [Story.objects.get().pk]
    assert not ToFollow.objects.exists()


def test_a_draft_is_nobodys_to_read(take_in):
    take_in(DRAFT)
    assert not Story.objects.exists()
    assert Article.objects.get().title == "書きかけ"
    assert queries.once_at("/?p=31") is None


def test_a_second_run_changes_nothing(take_in):
    take_in(STORY, DRAFT)
    before = everything()
    report = take_in(STORY, DRAFT)
    assert told(report.stories) == (2, 0, 0, 2, {}, {})
    assert report.comments.unchanged == 3
    assert everything() == before


@pytest.mark.parametrize("step", steps.steps().steps, ids=lambda step: step.__name__)
def test_killed_at_any_step_and_started_again_it_loses_and_doubles_nothing(take_in, monkeypatch, step):
    class Killed(BaseException):
        pass

    def killed(passing):
        if passing.story.origin == "t:1":
            raise Killed
        return step(passing)

    order = [killed if one is step else one for one in steps.steps().steps]
    killed.__name__ = step.__name__
    with monkeypatch.context() as patched:
        patched.setattr(steps, "steps", lambda: steps.Steps(order))
        with pytest.raises(Killed):
            take_in(DRAFT, STORY)
    assert Run.objects.get().ended_at is None
    report = take_in(DRAFT, STORY)
    assert told(report.stories) == (2, 1, 0, 1, {}, {})
    assert Article.objects.count() == 2 and Comment.objects.count() == 3
    assert Person.objects.count() == 1 and Section.objects.count() == 2
    assert Story.objects.get().path == "/local/afternoon-auction/"
    assert queries.once_at("/?p=31").path == "/local/afternoon-auction/"


def test_what_changed_there_changes_here(take_in):
    take_in(STORY)
    report = take_in(replace(STORY, body=(*STORY.body, Paragraph("続き。"))))
    assert told(report.stories) == (1, 0, 1, 0, {}, {})
    assert "続き。" in Story.objects.get().text
    assert Story.objects.get().path == "/local/afternoon-auction/"


def test_what_an_editor_changed_here_stays(take_in):
    take_in(STORY)
    article = Article.objects.get()
    article.dek = "編集部が足した一文。"
    article.save_revision().publish()
    report = take_in(replace(STORY, headline="別の見出し"))
    assert told(report.stories) == (1, 0, 0, 0, {"edited-here": 1}, {})
    article.refresh_from_db()
    assert (article.dek, article.title) == ("編集部が足した一文。", "南港に午後の競り")


def test_what_an_editor_deleted_here_does_not_come_back(take_in):
    take_in(STORY)
    Article.objects.get().delete()
    report = take_in(replace(STORY, headline="別の見出し"))
    assert told(report.stories) == (1, 0, 0, 0, {"deleted-here": 1}, {})
    assert not Article.objects.exists()


def test_a_draft_that_is_to_be_published_is_published(take_in):
    take_in(DRAFT)
    take_in(replace(DRAFT, public=True))
    assert Story.objects.get().headline == "書きかけ"


def test_a_story_that_cannot_be_filed_stops_no_other(take_in):
    bad = replace(DRAFT, origin="t:3", body=(Subheading("長" * 500),), public=True)
    report = take_in(bad, STORY)
    assert (report.stories.new, report.stories.failed.total()) == (1, 1)
    (why,) = report.stories.failed
    assert "120" in why
    again = take_in(replace(bad, body=STORY.body), STORY)
    assert (again.stories.new, again.stories.unchanged) == (1, 1)


def test_a_public_story_of_pictures_alone_waits_as_a_draft(take_in):
    report = take_in(replace(STORY, body=()))
    assert told(report.stories) == (1, 1, 0, 0, {}, {})
    assert not Story.objects.exists()
    assert Article.objects.get().wagtail_admin_comments.exists()


def test_two_stories_of_one_slug_have_two_addresses(take_in):
    take_in(STORY, replace(STORY, origin="t:9", comments=(), former_addresses=()))
    assert Story.objects.values("path").distinct().count() == 2


def test_what_is_here_already_is_used(take_in):
    person = Person.objects.create(name="港野あかり", slug="minato")
    section = Section.objects.create(name="地域のニュース", slug="local")
    take_in(STORY)
    story = Story.objects.get()
    assert story.section == section and story.bylines[0]["person_id"] == person.pk
    assert not Person.objects.exclude(pk=person.pk).exists()


def test_a_section_never_takes_the_address_of_something_else(take_in):
    take_in(replace(STORY, sections=(Label("人々", "people"), Label("！", ""))))
    assert set(Section.objects.values_list("slug", flat=True)) == {"people-2", "x"}


def test_a_headline_that_is_too_long_is_cut_and_the_editor_told(take_in):
    take_in(replace(STORY, headline="長" * 250))
    article = Article.objects.get()
    assert len(article.title) == 200
    assert "長" * 250 in article.wagtail_admin_comments.get().text


def test_a_run_is_kept_with_what_it_did(take_in):
    take_in(STORY, NoStory("page"))
    run = Run.objects.get()
    assert run.ended_at and run.report["stories"]["reasons"] == {"skipped": {"page": 1}, "failed": {}}


def test_nobody_can_sign_in_as_intake(take_in):
    take_in(STORY)
    account = Account.objects.get(username="intake")
    assert not account.is_active and not account.has_usable_password()
