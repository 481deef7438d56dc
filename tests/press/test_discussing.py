"""What moderators and readers do below a story stands on its page, whatever fails meanwhile."""

import contextlib
import datetime as dt
import sqlite3

import pytest

from kawaraban.discussion import changes, comments
from kawaraban.discussion.models import Comment, ToFollow
from kawaraban.discussion.moderation import decide
from kawaraban.kit import clock
from kawaraban.press import pressing, rebuilding
from kawaraban.press.mending import mend_discussions
from kawaraban.stories.models import Publication

SHOWN, REJECTED = Comment.State.SHOWN, Comment.State.REJECTED
ADDRESS = "/society/harbor-7/"


@pytest.fixture
def said(story, asker, django_capture_on_commit_callbacks):
    """Does something of which the rest follows with its commit; and what the story's page says then."""
    Publication.objects.update_or_create(pk=1, defaults={"comments_held": False})
    story()

    def run(work=lambda: None):
        with django_capture_on_commit_callbacks(execute=True):
            work()
        return asker.get(ADDRESS).body.decode()

    return run


def posted(words):
    return lambda: comments.post(7, "読者", words)


def rejected(words):
    return lambda: decide(Comment.objects.get(body=words), REJECTED, None)


def a_while_later():
    ago = clock.now() - dt.timedelta(seconds=10)
    ToFollow.objects.update(noted_at=ago, since=ago)


def test_a_store_that_a_power_cut_set_back_shows_no_rejected_comment_once_the_house_begins(said):
    said(posted("桟橋の灯り"))
    kept = pressing.plates()
    before = kept.discussion(7)[1]
    said(rejected("桟橋の灯り"))
    kept.swap_discussion(before, kept.discussion_version(7))
    long_ago = clock.now() - dt.timedelta(hours=9)  # the power was away for a night
    Comment.objects.update(posted_at=long_ago, decided_at=long_ago)
    assert "桟橋の灯り" in said()
    mend_discussions()
    assert "桟橋の灯り" not in said()


def test_a_rejection_that_meets_a_busy_store_is_seen_once_it_is_free(said, tmp_path):
    assert "桟橋の灯り" in said(posted("桟橋の灯り"))
    with contextlib.closing(sqlite3.connect(tmp_path / "plates.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert "桟橋の灯り" in said(rejected("桟橋の灯り"))
        a_while_later()
        assert changes.undone() == 1
        (line,) = changes.follow_up()
        assert "直せませんでした" in line
    assert changes.follow_up() == []  # tried a moment ago
    a_while_later()
    (line,) = changes.follow_up()
    assert "直せませんでした" not in line and "桟橋の灯り" not in said()
    a_while_later()
    assert changes.follow_up() == [] and changes.undone() == 0


def test_a_note_from_before_the_clock_was_put_back_counts_as_undone(said):
    ahead = clock.now() + dt.timedelta(hours=2)
    ToFollow.objects.create(story_id=7, noted_at=ahead, since=ahead)
    assert changes.undone() == 1
    assert len(changes.follow_up()) == 1 and changes.undone() == 0


def test_a_comment_whose_taker_died_is_shown(said, monkeypatch):
    class Killed(BaseException):
        """What no handler of errors holds up."""

    def dies(story_id):
        raise Killed

    with monkeypatch.context() as crash, pytest.raises(Killed):
        crash.setattr(pressing, "after_discussion", dies)
        said(posted("桟橋の灯り"))
    assert "桟橋の灯り" not in said()
    a_while_later()
    assert len(changes.follow_up()) == 1 and "桟橋の灯り" in said()


def test_of_two_who_decide_at_once_none_puts_back_what_the_other_took_away(said, monkeypatch):
    said(posted("桟橋の灯り"))
    said(posted("倉庫の壁"))
    render, in_between = pressing.rendering.discussion, [rejected("倉庫の壁")]

    def slowly(story_id):
        markup = render(story_id)
        while in_between:
            said(in_between.pop())
        return markup

    monkeypatch.setattr(pressing.rendering, "discussion", slowly)
    page = said(rejected("桟橋の灯り"))
    assert "桟橋の灯り" not in page and "倉庫の壁" not in page
    assert not ToFollow.objects.exists()


def test_a_comment_that_comes_during_a_rebuild_stays(said, plates, monkeypatch):
    put_many = plates.put_many

    def late(*kept):
        said(posted("桟橋の灯り"))
        put_many(*kept)

    monkeypatch.setattr(plates, "put_many", late)
    rebuilding.rebuild(lambda *_: None)
    assert "桟橋の灯り" in said() and plates.discussion(7)[1].count == 1


def test_several_changes_below_a_story_are_followed_as_one(said, monkeypatch):
    for words in ("一", "二"):
        comments.post(7, "読者", words)
    pressed = []
    monkeypatch.setattr(pressing, "after_discussion", pressed.append)
    a_while_later()
    assert len(changes.follow_up()) == 1 and pressed == [7] and not ToFollow.objects.exists()


def test_what_keeps_failing_below_one_story_does_not_hold_up_the_others(story, said, settings, monkeypatch):
    story(8)
    for number in (7, 8):
        comments.post(number, "読者", f"{number}番へのコメント")
    pressed = []

    def fails(story_id):
        if story_id == 7:
            raise RuntimeError("no such template")
        pressed.append(story_id)

    monkeypatch.setattr(pressing, "after_discussion", fails)
    a_while_later()
    (line,) = changes.follow_up()
    assert "7" in line and pressed == []
    changes.follow_up()
    assert pressed == [8]


def test_a_note_from_before_the_clock_was_put_back_is_followed(said):
    comments.post(7, "読者", "桟橋の灯り")
    ToFollow.objects.update(since=clock.now() + dt.timedelta(hours=1))
    assert len(changes.follow_up()) == 1 and "桟橋の灯り" in said()
