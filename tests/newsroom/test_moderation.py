"""Comments on the moderators' desk."""

import pytest
from django.urls import reverse

from kawaraban.discussion.models import Comment
from kawaraban.kit import clock


@pytest.fixture
def comments(published):
    story = published().pk

    def make(name, state):
        return Comment.objects.create(
            story_id=story, name=name, body=f"{name}の<b>意見</b>", state=state, posted_at=clock.now()
        )

    return [make("い", "held"), make("ろ", "shown"), make("は", "rejected")]


@pytest.fixture
def moderator(client, account_in):
    client.force_login(account_in("Moderators"))
    return client


def test_what_is_held_stands_first_with_its_story(moderator, comments):
    page = moderator.get(reverse("wagtailsnippets_discussion_comment:list")).content.decode()
    assert page.index("いの") < page.index("ろの")
    assert "港の再開発" in page and "&lt;b&gt;" in page
    only = moderator.get(reverse("wagtailsnippets_discussion_comment:list"), {"state": "rejected"})
    assert "はの" in only.content.decode() and "いの" not in only.content.decode()


def test_one_press_decides(moderator, comments):
    held, shown, rejected = comments
    for comment, state in ((held, "shown"), (shown, "rejected"), (rejected, "held")):
        answer = moderator.post(reverse("comments_decide", args=[comment.pk, state]))
        assert answer.status_code == 302
        comment.refresh_from_db()
        assert comment.state == state and comment.decided_by.username == "moderators"


def test_looking_decides_nothing_and_a_strange_state_is_none(moderator, comments):
    assert moderator.get(reverse("comments_decide", args=[comments[0].pk, "shown"])).status_code == 405
    assert moderator.post(reverse("comments_decide", args=[comments[0].pk, "loved"])).status_code == 404


def test_a_reporter_decides_nothing(client, account_in, comments):
    client.force_login(account_in("Reporters"))
    client.post(reverse("comments_decide", args=[comments[0].pk, "shown"]))
    comments[0].refresh_from_db()
    assert comments[0].state == "held"


def test_many_are_decided_at_once(moderator, comments):
    address = reverse("wagtail_bulk_action", args=["discussion", "comment", "reject"])
    chosen = "?id=" + "&id=".join(str(one.pk) for one in comments)
    assert moderator.get(address + chosen).status_code == 200
    assert moderator.post(address + chosen).status_code == 302
    assert set(Comment.objects.values_list("state", flat=True)) == {"rejected"}


def test_nobody_writes_or_deletes_a_readers_words(admin_client, comments):
    for act in ("add", "edit", "delete"):
        args = [] if act == "add" else [comments[0].pk]
        address = reverse(f"wagtailsnippets_discussion_comment:{act}", args=args)
        assert admin_client.get(address).status_code == 302
    inspect = reverse("wagtailsnippets_discussion_comment:inspect", args=[comments[0].pk])
    assert admin_client.get(inspect).status_code == 200


def test_the_home_shows_what_waits(moderator, comments):
    assert "いの" in moderator.get(reverse("wagtailadmin_home")).content.decode()
