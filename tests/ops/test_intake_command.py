"""`kawaraban intake` as an operator calls it."""

import json

import pytest
from click.testing import CliRunner

from kawaraban.intake.models import Run
from kawaraban.newsroom.articles import Article
from kawaraban.ops.cli import house
from kawaraban.stories.models import Section, Story
from tests.intake.pages import PAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake(tmp_path):
    def call(kind, content, *options):
        file = tmp_path / "file"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return CliRunner().invoke(house, ["intake", kind, str(file), *options])

    return call


def test_a_page_becomes_a_draft_and_its_lists_a_report(intake):
    done = intake("pagetext", PAGE)
    assert done.exit_code == 0, done.output
    assert "4 places, 3 different headlines, 1 repeated" in done.output
    article = Article.objects.get()
    assert not article.live and article.title.startswith("南港の魚市場")
    assert "南港日報" in article.wagtail_admin_comments.get().text


def test_with_publish_readers_have_it_in_the_section_that_was_asked_for(intake):
    Section.objects.create(name="社会", slug="society")
    Section.objects.create(name="地域", slug="local")
    assert intake("pagetext", PAGE, "--publish", "--section", "society").exit_code == 0
    assert Story.objects.get().path.startswith("/society/")


def test_without_a_section_asked_for_it_stands_where_it_stood(intake):
    Section.objects.create(name="社会", slug="society")
    Section.objects.create(name="地域", slug="local")
    assert intake("pagetext", PAGE, "--publish").exit_code == 0
    assert Story.objects.get().section.slug == "local"


def test_twice_it_says_unchanged(intake):
    intake("pagetext", PAGE)
    told = json.loads(intake("pagetext", PAGE, "--json").stdout)
    assert told["stories"]["unchanged"] == 1 and told["stories"]["new"] == 0
    assert (told["page"]["places"], told["page"]["different"]) == (4, 3)


@pytest.mark.parametrize(
    ("kind", "content"),
    [("pagetext", b"\xff\xfe\x00"), ("pagetext", "短い"), ("wordpress", PAGE), ("wordpress", "<rss></rss>")],
)
def test_another_kind_of_file_gets_one_line_and_nothing_is_written(intake, kind, content):
    done = intake(kind, content)
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1 and done.stderr.startswith("Error: ")
    assert not Run.objects.exists() and not Article.objects.exists()


def test_a_section_that_is_not_there_is_said_with_those_that_are(intake):
    Section.objects.create(name="社会", slug="society")
    done = intake("pagetext", PAGE, "--section", "sociaty")
    assert done.exit_code == 2 and "society" in done.stderr
    assert not Article.objects.exists()
