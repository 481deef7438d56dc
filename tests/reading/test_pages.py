"""Front, lists, search, answers and problems: well-formed, in the publication's dress."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import translation

from kawaraban.discussion.comments import Posted, Refused
from kawaraban.discussion.models import Comment
from kawaraban.reading import joining, rendering
from kawaraban.reading.contexts import CommentForm
from kawaraban.search.query import Hit, Results
from kawaraban.stories import queries
from kawaraban.stories.elements import Byline
from kawaraban.stories.models import Section
from tests.reading.conftest import AT, a_picture, one, strictly, words


def cards_on(tree):
    return [int(element.get("data-card")) for element in tree.iter() if element.get("data-card")]


def test_the_front_shows_each_story_once(file_story):
    other = Section.objects.create(name="文化", slug="culture")
    for number in range(1, 31):
        both = (other.pk,) if number % 2 else ()
        at = AT + dt.timedelta(minutes=number)
        file_story(number, published_at=at, other_section_ids=both, lead=a_picture())
    rendered = rendering.front()
    shown = cards_on(strictly(rendered.markup))
    assert shown[0] == 30 and len(shown) == len(set(shown)) == 1 + 6 + 5 + 5
    assert set(rendered.standing) == set(shown)


def test_an_empty_publication_has_a_front(publication):
    rendered = rendering.front()
    strictly(rendered.markup)
    assert rendered.standing == ()


def test_lists_are_paged(file_story, person, topic):
    filed = {"bylines": (Byline(person.name, person.pk),), "topic_ids": (topic.pk,)}
    for number in range(1, 23):
        file_story(number, published_at=AT + dt.timedelta(minutes=number), **filed)
    for page_of, path, slug in (
        (rendering.section, "/society/", "society"),
        (rendering.person, "/people/hayami/", "hayami"),
        (rendering.topic, "/topics/harbour/", "harbour"),
    ):
        first, second = page_of(slug, 1), page_of(slug, 2)
        tree = strictly(first.markup)
        assert one(tree, ".//a[@rel='next']").get("href") == f"{path}?page=2"
        assert not tree.findall(".//a[@rel='prev']") and len(cards_on(tree)) == 20
        assert one(strictly(second.markup), ".//a[@rel='prev']").get("href") == path
        assert second.standing == (2, 1)
        assert page_of(slug, 3) is None and page_of(slug, 0) is None and page_of("nowhere", 1) is None
    assert rendering.section("society").section == "society"


def test_a_section_without_stories_says_so(section, publication):
    assert one(strictly(rendering.section("society").markup), ".//p[@class='nothing']") is not None


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_a_problem_page_is_in_dress(status, section, publication):
    tree = strictly(rendering.problem(status).markup)
    assert "浜音新報" in words(one(tree, ".//header[@class='masthead']"))
    assert words(one(tree, ".//p[@class='status']")) == str(status)


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_a_problem_page_can_do_without_a_database(status, django_db_blocker):
    with django_db_blocker.block():
        strictly(rendering.problem(status, at_hand=True).markup)


@pytest.mark.parametrize("answer", [Refused("later"), Posted(1, Comment.State.HELD)])
def test_an_answer_to_a_comment_can_do_without_a_database(answer, django_db_blocker):
    with django_db_blocker.block():
        page = rendering.comment_answer(answer, CommentForm(7, "名", "言葉", None), at_hand=True)
        strictly(page.markup)


def test_search_results_keep_the_words_and_mark_them(file_story):
    file_story()
    (card,) = queries.newest(1)
    found = Results('"><b>港', "newest", 2, 41, [Hit(card, "…")], True)
    tree = strictly(rendering.search(found).markup)
    assert one(tree, ".//input[@id='q']").get("value") == '"><b>港'
    assert one(tree, ".//a[@rel='prev']").get("href").endswith("&order=newest")
    assert one(tree, ".//a[@rel='next']").get("href").endswith("&order=newest&page=3")
    # By relevance no page is older than another.
    assert [one.text for one in tree.findall(".//nav[@class='turning']/a")] == ["前のページ", "次のページ"]
    strictly(rendering.search(Results("", "fitting", 1, 0, [], False)).markup)


def test_a_refused_comment_is_not_lost(file_story):
    file_story()
    sent = CommentForm(7, '<b>"名"', "</textarea><script>", 3)
    tree = strictly(rendering.comment_answer(Refused("too-long"), sent).markup)
    assert words(one(tree, ".//textarea")) == "</textarea><script>"
    assert one(tree, ".//input[@name='name']").get("value") == '<b>"名"'
    assert one(tree, ".//input[@name='parent']").get("value") == "3"


@pytest.mark.parametrize("state", [Comment.State.HELD, Comment.State.SHOWN])
def test_a_taken_comment_is_thanked_for(state, file_story):
    file_story()
    tree = strictly(rendering.comment_answer(Posted(1, state), CommentForm(7, "名", "よい記事だ")).markup)
    assert one(tree, ".//*[@data-outcome]").get("data-outcome") == state


def test_a_comment_on_no_story_is_answered_too(publication):
    strictly(rendering.comment_answer(Refused("unknown-story"), CommentForm(99)).markup)


def test_pages_speak_the_publications_language(file_story):
    file_story()
    with translation.override("en"):
        tree = strictly(rendering.section("society").markup)
    assert tree.get("lang") == "ja"
    assert words(one(tree, ".//article//time")) == "2026年11月24日 9時07分"


def test_the_day_is_that_of_the_publications_zone():
    assert rendering.date(dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)) == (
        '<time datetime="2026-11-24">2026年11月24日（火）</time>'
    )


def test_a_front_costs_a_bounded_number_of_queries(file_story, django_assert_max_num_queries):
    for number in range(1, 20):
        file_story(number)
    with django_assert_max_num_queries(20, connection=connection):
        joining.split(rendering.front().markup)
