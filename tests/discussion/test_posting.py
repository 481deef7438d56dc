"""What happens to a reader's comment on its way in."""

import datetime as dt
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kawaraban.discussion import comments, receiving
from kawaraban.discussion.comments import Refused, post
from kawaraban.discussion.models import Comment
from kawaraban.kit import clock
from kawaraban.stories.models import Section
from tests.discussion.conftest import publish_story


def refusal(*given, **named):
    with pytest.raises(Refused) as refused:
        post(*given, **named)
    assert str(refused.value.message)
    return refused.value.reason


def test_a_comment_is_held_until_a_moderator_says_so(story):
    posted = post(story, "みなと", "倉庫街を残してほしい。")
    assert posted.state == "held"
    assert comments.shown(story) == [] and comments.count(story) == 0
    assert Comment.objects.get().reason == "publication"


def test_an_open_publication_shows_it_at_once(story, open_house):
    posted = post(story, "  み\u202eなと ", "<b>残して</b>\r\n\r\n\r\n\r\nほしい。\u202e")
    (one,) = comments.shown(story)
    assert (one.id, one.name, one.body) == (posted.comment_id, "みなと", "<b>残して</b>\n\nほしい。")
    assert comments.counts() == {story: 1}


@pytest.mark.parametrize(
    "body",
    [
        "くわしくは https://spam.example/",
        "ｗｗｗ．ｓｐａｍ．ｅｘａｍｐｌｅ",
        "spam.com まで",
        "me@mail.example へ",
    ],
)
def test_what_carries_a_link_is_held(story, open_house, body):
    assert post(story, "みなと", body).state == "held"
    assert Comment.objects.get().reason == "link"


def test_numbers_and_abbreviations_are_no_links(story, open_house):
    assert post(story, "みなと", "3.14％増、A.B.氏の談。F-35.").state == "shown"


def test_the_same_words_below_another_story_are_held(story, other_story, open_house):
    assert post(story, "みなと", "買うなら今").state == "shown"
    assert post(other_story, "かもめ", "買うなら今").state == "held"


def test_people_count_characters_not_code_points(story):
    family = "👨‍👩‍👧‍👦"
    assert post(story, "みなと", family * 200).state == "held"
    assert refusal(story, "みなと", family * 301) == "too-long"
    assert post(story, "か\u3099" * 40, "が" * 300).state == "held"
    assert refusal(story, "みなと", "が" * 301) == "too-long"
    assert refusal(story, "み" * 41, "はい") == "name-too-long"


@pytest.mark.parametrize("body", ["", "  \n\t", "\u200b\u2060", "\u3164\u2800", "\u202e", "\u0301\u0301"])
def test_what_nobody_sees_is_empty(story, body):
    assert refusal(story, "みなと", body) == "empty"
    assert refusal(story, body, "はい") == "name-empty"


@pytest.mark.parametrize("body", ["NUL \x00", "alone \ud83d", "\udc00"])
def test_what_no_keyboard_types_is_refused(story, body):
    assert refusal(story, "みなと", body) == "unseen"
    assert refusal(story, body, "はい") == "unseen"
    assert not Comment.objects.exists()


def test_a_megabyte_of_combining_marks_costs_nothing(story):
    began = time.perf_counter()
    assert refusal(story, "みなと", "e" + "\u0301" * 1_048_576) == "too-long"
    assert refusal(story, "e" + "\u0301" * 1_048_576, "はい") == "name-too-long"
    assert time.perf_counter() - began < 0.1


def test_towers_of_marks_are_taken_down(story, open_house):
    post(story, "みなと", "e" + "\u0301" * 1_400)
    assert len(comments.shown(story)[0].body) == 9


def test_a_filled_trap_is_refused(story):
    assert refusal(story, "みなと", "はい", trap="http://spam.example/") == "trap"


@pytest.mark.parametrize("number", [99, 0, -1, 10**30])
def test_an_unknown_story_takes_no_comments(story, number):
    assert refusal(number, "みなと", "はい") == "unknown-story"


def test_a_closed_story_takes_no_comments(story):
    closed = publish_story(Section.objects.get(), 9, comments_open=False)
    assert refusal(closed, "みなと", "はい") == "closed"


def test_an_answer_goes_to_a_comment_shown_below_the_same_story(story, other_story, open_house):
    asked = post(story, "みなと", "なぜですか。")
    answered = post(story, "かもめ", "古いからです。", asked.comment_id)
    assert comments.shown(story)[1].parent_id == asked.comment_id
    assert refusal(other_story, "かもめ", "古いからです。", asked.comment_id) == "unknown-comment"
    Comment.objects.filter(pk=answered.comment_id).update(state=Comment.State.REJECTED)
    assert refusal(story, "みなと", "なるほど。", answered.comment_id) == "unknown-comment"
    assert refusal(story, "みなと", "なるほど。", 10**30) == "unknown-comment"


def test_the_same_again_within_ten_minutes_is_already_received(story, monkeypatch):
    post(story, "みなと", "はい。")
    assert refusal(story, "みなと", " はい。\u202e") == "repeat"
    post(story, "かもめ", "はい。")
    later = clock.now() + dt.timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    post(story, "みなと", "はい。")
    assert Comment.objects.count() == 3


def test_a_flood_is_held_off_by_story_and_minute(story, other_story, monkeypatch):
    for number in range(receiving.FLOOD):
        post(story, "みなと", f"{number}番")
    assert refusal(story, "かもめ", "私も") == "flood"
    assert post(other_story, "かもめ", "こちらへ").state == "held"
    later = clock.now() + dt.timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert post(story, "かもめ", "私も").state == "held"


def test_refusals_are_counted_by_reason(story):
    before = receiving.AT_THE_DOOR.stopped["empty"], receiving.AT_THE_STORY.stopped["unknown-story"]
    refusal(story, "みなと", "")
    refusal(99, "みなと", "はい")
    after = receiving.AT_THE_DOOR.stopped["empty"], receiving.AT_THE_STORY.stopped["unknown-story"]
    assert after == (before[0] + 1, before[1] + 1)


def test_only_what_readers_see_is_told_of(story, discussions_told, open_house):
    assert discussions_told(lambda: post(story, "みなと", "はい。")) == [story]
    assert discussions_told(lambda: post(story, "みなと", "http://held.example/")) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.text(max_size=400))
def test_any_text_is_kept_or_refused_with_a_known_reason(story, name, body):
    Comment.objects.all().delete()
    try:
        posted = post(story, name, body)
    except Refused as refused:
        assert refused.reason in receiving.REASONS
        assert not Comment.objects.exists()
    else:
        kept = Comment.objects.get(pk=posted.comment_id)
        assert kept.name and kept.body
        assert receiving.clean_body(kept.body) == kept.body
