"""What follows a publication is done, late or at once, whatever fails meanwhile."""

import datetime as dt
from concurrent.futures import Future

import pytest

from kawaraban.kit import clock
from kawaraban.stories import following
from kawaraban.stories.following import follow_up, undone
from kawaraban.stories.models import Story, ToFollow
from kawaraban.stories.outcome import Outcome
from kawaraban.stories.publish import publish, withdraw
from tests.stories.conftest import finished


def test_a_failing_step_leaves_the_story_published(section, settings, caplog):
    settings.AFTER_STORY_PUBLISHED = [
        "tests.stories.test_following.fail",
        "tests.stories.test_following.note",
    ]
    SEEN.clear()
    publish(finished(section))
    assert Story.objects.exists() and SEEN == [7]
    assert "tests.stories.test_following.fail failed after story 7 was published" in caplog.text


def left_a_while_ago():
    ago = clock.now() - dt.timedelta(minutes=1)
    ToFollow.objects.update(noted_at=ago, since=ago)


@pytest.mark.parametrize("withdrawn", [False, True])
def test_what_failed_after_a_publication_is_done_later(section, settings, withdrawn):
    publish(finished(section))
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.fail"]
    outcome = withdraw(7) if withdrawn else publish(finished(section, path="/society/port/"))
    assert follow_up() == []  # a moment ago
    left_a_while_ago()
    (line,) = follow_up()
    assert outcome.path in line and "直せませんでした" in line
    assert follow_up() == []  # the others' turn first
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.keep"]
    KEPT.clear()
    left_a_while_ago()
    (line,) = follow_up()
    assert [outcome] == KEPT and "直せませんでした" not in line
    left_a_while_ago()
    assert follow_up() == []


def test_what_a_crash_kept_from_following_is_done_later(section, settings):
    def dies(outcome):
        raise Killed

    with pytest.MonkeyPatch.context() as crash, pytest.raises(Killed):
        crash.setattr("tests.stories.test_following.keep", dies)
        settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.keep"]
        publish(finished(section))
    KEPT.clear()
    left_a_while_ago()
    assert len(follow_up()) == 1 and [one.story_id for one in KEPT] == [7]


def test_what_goes_on_failing_takes_no_more_than_its_time(section, settings, monkeypatch):
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.fail"]
    publish(finished(section))
    publish(finished(section, id=8, path="/society/port/"))
    left_a_while_ago()
    (first,), (second,) = follow_up(), follow_up()  # in turn
    assert "/society/harbor/" in first and "/society/port/" in second
    assert follow_up() == []
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.keep"]
    left_a_while_ago()
    monkeypatch.setattr(following, "_LONGEST", 0.0)
    assert len(follow_up()) == len(follow_up()) == 1


@pytest.mark.parametrize(
    ("withdrawn", "done"), [(False, [0, 1, 0, 1, 1, 0, 1, 0, 1]), (True, [0, 1, 0, 1, 1, 1, 1, 0, 1])]
)
def test_what_failed_is_due_again_at_once_and_later_while_it_goes_on_failing(
    section, settings, monkeypatch, withdrawn, done
):
    publish(finished(section))
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.fail"]
    withdraw(7) if withdrawn else publish(finished(section, path="/society/port/"))
    noted = ToFollow.objects.get().noted_at

    def tried(seconds):
        monkeypatch.setattr(clock, "now", lambda: noted + dt.timedelta(seconds=seconds))
        return len(follow_up())

    assert [tried(second) for second in (1, 4, 6, 8, 40, 44, 3600, 3614, 3616)] == done


def test_a_note_that_cannot_be_read_is_kept_and_holds_up_no_other(section, settings, caplog):
    ToFollow.objects.create(outcome={"story_id": 9, "of a later release": True}, since=clock.now())
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.fail"]
    publish(finished(section))
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.keep"]
    KEPT.clear()
    left_a_while_ago()
    unread, done = follow_up()
    assert "読めません" in unread and "of a later release" in caplog.text
    assert "/society/harbor/" in done and [one.story_id for one in KEPT] == [7]
    assert ToFollow.objects.get().outcome["story_id"] == 9


def test_what_is_undone_is_told_until_it_is_done(section, settings):
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.fail"]
    publish(finished(section))
    assert undone() == 0  # it may be under way yet
    left_a_while_ago()
    assert undone() == 1
    follow_up()
    assert undone() == 1  # tried a moment ago, and still to do
    settings.AFTER_STORY_PUBLISHED = []
    left_a_while_ago()
    follow_up()
    assert undone() == 0


def test_who_does_what_follows_by_themselves_leave_nothing_behind(section, settings):
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.fail"]
    publish(finished(section), and_then=False)
    withdraw(7, and_then=False)
    assert not ToFollow.objects.exists()


def test_what_a_step_goes_on_with_keeps_the_note_until_it_is_done(section, settings):
    settings.AFTER_STORY_PUBLISHED = [
        "tests.stories.test_following.go_on",
        "tests.stories.test_following.go_on",
    ]
    GOING_ON.clear()
    publish(finished(section))
    assert follow_up() == []  # it is under way
    GOING_ON[0].set_result(None)
    assert ToFollow.objects.exists()
    GOING_ON[1].set_result(None)
    assert not ToFollow.objects.exists()


def test_what_went_on_and_failed_or_was_lost_is_done_later(section, settings):
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.go_on"]
    GOING_ON.clear()
    publish(finished(section))
    GOING_ON[0].set_exception(OSError("no web server"))
    assert follow_up() == []
    left_a_while_ago()
    assert len(follow_up()) == 1 and follow_up() == []  # it goes on again
    left_a_while_ago()  # its process died
    assert len(follow_up()) == 1
    GOING_ON[-1].set_result(None)
    assert not ToFollow.objects.exists()


def test_what_was_noted_before_the_clock_was_put_back_is_done_and_told_as_undone(section, settings):
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.fail"]
    publish(finished(section))
    settings.AFTER_STORY_PUBLISHED = []
    ahead = clock.now() + dt.timedelta(hours=2)
    ToFollow.objects.update(noted_at=ahead, since=ahead)
    assert undone() == 1
    assert len(follow_up()) == 1 and undone() == 0


def test_a_withdrawal_that_went_on_in_vain_is_due_again_soon(section, settings, monkeypatch):
    settings.AFTER_STORY_PUBLISHED = ["tests.stories.test_following.go_on"]
    publish(finished(section), and_then=False)
    GOING_ON.clear()
    withdraw(7)
    GOING_ON[0].set_exception(OSError("no web server"))
    later = clock.now() + dt.timedelta(seconds=4)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert len(follow_up()) == 1


class Killed(BaseException):
    """What no handler of errors holds up."""


SEEN: list[int] = []
KEPT: list[Outcome] = []
GOING_ON: list[Future[None]] = []


def go_on(outcome):
    GOING_ON.append(Future())
    return GOING_ON[-1]


def fail(outcome):
    raise RuntimeError("the search index is away")


def note(outcome):
    SEEN.append(outcome.story_id)


def keep(outcome):
    KEPT.append(outcome)
