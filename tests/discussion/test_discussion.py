"""What readers see below a story, what moderators decide, and what importers bring."""

import datetime as dt

import pytest

from kawaraban.discussion import changes, comments
from kawaraban.discussion.models import Comment
from kawaraban.discussion.moderation import decide
from kawaraban.people.accounts import Account
from tests.discussion.conftest import AT

HELD, SHOWN, REJECTED = Comment.State.HELD, Comment.State.SHOWN, Comment.State.REJECTED


@pytest.fixture
def moderator(db):
    return Account.objects.create(username="moderator")


def filed(story, key, **changes):
    given = {
        "origin": f"blog:{key}",
        "story_id": story,
        "name": "みなと",
        "body": f"{key}番のコメント",
        "state": SHOWN,
        "posted_at": AT + dt.timedelta(minutes=key),
        **changes,
    }
    return comments.file(**given)


def bodies(story):
    return [(one.body[0], bool(one.parent_id)) for one in comments.shown(story)]


def test_answers_stand_behind_what_they_answer_one_level_deep(story):
    filed(story, 1)
    filed(story, 2)
    filed(story, 3, parent_origin="blog:1")
    filed(story, 4, parent_origin="blog:3")
    filed(story, 5, parent_origin="blog:2", posted_at=AT)
    assert bodies(story) == [("1", False), ("3", True), ("4", True), ("2", False), ("5", True)]
    top = comments.shown(story)[0].id
    assert {one.parent_id for one in comments.shown(story)[1:3]} == {top}
    assert comments.count(story) == len(comments.shown(story)) == 5


def test_an_answer_to_a_rejected_comment_stands_for_itself(story, moderator):
    filed(story, 1)
    filed(story, 2, parent_origin="blog:1")
    decide(Comment.objects.get(origin="blog:1"), REJECTED, moderator)
    assert bodies(story) == [("2", False)]


def test_comments_that_answer_each_other_in_a_ring_are_all_shown(story):
    filed(story, 1, parent_origin="blog:2")
    filed(story, 2, parent_origin="blog:1")
    filed(story, 1, parent_origin="blog:2")
    assert len(comments.shown(story)) == 2


def test_a_decision_is_kept_with_who_and_when(story, moderator, discussions_told):
    comment = Comment.objects.get(pk=comments.post(story, "みなと", "はい。").comment_id)
    assert discussions_told(lambda: decide(comment, SHOWN, moderator)) == [story]
    assert (comment.state, comment.decided_by) == (SHOWN, moderator) and comment.decided_at
    assert comments.counts() == {story: 1}

    assert discussions_told(lambda: decide(comment, SHOWN, None)) == []
    assert Comment.objects.get().decided_by == moderator

    assert discussions_told(lambda: decide(comment, REJECTED, moderator)) == [story]
    assert comments.counts() == {}
    assert discussions_told(lambda: decide(comment, HELD, moderator)) == []
    assert discussions_told(lambda: decide(comment, SHOWN, moderator)) == [story]


def test_a_failing_step_stops_no_other(story, moderator, discussions_told, settings, caplog):
    filed(story, 1, state=HELD)
    settings.AFTER_DISCUSSION_CHANGED = [f"{__name__}.fail", *settings.AFTER_DISCUSSION_CHANGED]
    assert discussions_told(lambda: decide(Comment.objects.get(), SHOWN, moderator)) == [story]
    assert f"{__name__}.fail failed after the discussion below story {story} changed" in caplog.text


def fail(story_id):
    raise RuntimeError("the plates are away")


def test_the_same_import_again_changes_nothing(story, discussions_told):
    assert discussions_told(lambda: filed(story, 1)) == [story]
    assert discussions_told(lambda: filed(story, 1)) == []
    assert filed(story, 1) == "unchanged"
    assert filed(story, 1, body="書き直した") == "changed"
    assert discussions_told(lambda: filed(story, 2, state=HELD)) == []
    assert discussions_told(lambda: filed(story, 3, and_then=changes.note)) == []
    assert discussions_told(lambda: changes.follow(story)) == [story]
    assert discussions_told(lambda: changes.follow(story)) == []  # nothing was noted since
    assert Comment.objects.count() == 3


def test_an_import_does_not_undo_a_moderator(story, moderator):
    filed(story, 1)
    decide(Comment.objects.get(), REJECTED, moderator)
    assert filed(story, 1) == "unchanged"
    assert filed(story, 1, body="書き直した") == "changed"
    assert Comment.objects.get().state == REJECTED


def test_an_import_is_cleaned_but_not_shortened(story):
    filed(story, 1, name=" \x00 ", body="長" * 2_000 + "\x00\ud800")
    (one,) = comments.shown(story)
    assert one.name and one.body == "長" * 2_000
