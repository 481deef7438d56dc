"""Comments coming in and going out. Readers' words are text everywhere; nothing here is markup."""

import datetime as dt
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext

from kawaraban.discussion import receiving
from kawaraban.discussion.changes import tell
from kawaraban.discussion.models import Comment
from kawaraban.discussion.moderation import phases
from kawaraban.discussion.receiving import Incoming, Refused
from kawaraban.kit import clock

__all__ = ["Posted", "Refused", "Shown", "count", "counts", "file", "post", "shown"]

log = logging.getLogger(__name__)
SHOWN = Comment.State.SHOWN


@dataclass(frozen=True)
class Posted:
    """A comment that was taken. `state` is "held" or "shown"."""

    comment_id: int
    state: Comment.State


def post(story_id: int, name: str, body: str, parent_id: int | None = None, *, trap: str = "") -> Posted:
    """Takes a reader's comment. Raises `Refused`, counted by reason, where it is not taken.

    `parent_id` is the comment it answers; `trap` a form field that only programs fill.
    """
    try:
        incoming = receiving.AT_THE_DOOR.run(Incoming(story_id, name, body, parent_id, trap))
        with transaction.atomic():
            incoming = receiving.AT_THE_STORY.run(incoming)
            verdict = phases.verdict(incoming)
            comment = Comment.objects.create(
                story_id=incoming.story_id,
                parent_id=incoming.parent_id,
                name=incoming.name,
                body=incoming.body,
                state=verdict.state,
                reason=verdict.reason,
                posted_at=clock.now(),
            )
            if verdict.state == SHOWN:
                tell(comment.story_id)
    except Refused as refused:
        log.info("story %s: comment refused, %s", story_id, refused.reason)
        raise
    return Posted(comment.pk, verdict.state)


@dataclass(frozen=True)
class Shown:
    """A comment as readers see it. `parent_id` is that of a comment shown without a parent."""

    id: int
    parent_id: int | None
    name: str
    body: str  # text, not markup; lines end in \n
    posted_at: dt.datetime


def shown(story_id: int) -> list[Shown]:
    """What readers see below the story: oldest first, answers behind what they answer.

    One level deep: an answer to an answer hangs under the comment at the top. An answer to
    something that is not shown (any more) stands for itself.
    """
    rows = {row.pk: row for row in _shown_below(story_id)}
    threads: dict[int, list[Shown]] = {}
    for row in rows.values():
        top = _top(row, rows)
        parent_id = None if top == row.pk else top
        one = Shown(row.pk, parent_id, row.name, row.body, row.posted_at)
        # An imported answer may bear an earlier time than what it answers.
        threads.setdefault(top, []).insert(0 if parent_id is None else len(threads[top]), one)
    order = sorted(threads, key=lambda pk: (rows[pk].posted_at, pk))
    return [one for pk in order for one in threads[pk]]


def _shown_below(story_id: int) -> list[Comment]:
    return list(Comment.objects.filter(story_id=story_id, state=SHOWN).order_by("posted_at", "id"))


def _top(row: Comment, rows: dict[int, Comment]) -> int:
    seen = {row.pk}
    while row.parent_id in rows and row.parent_id not in seen:
        row = rows[row.parent_id]
        seen.add(row.pk)
    return row.pk


def count(story_id: int) -> int:
    """How many comments readers see below the story."""
    return Comment.objects.filter(story_id=story_id, state=SHOWN).count()


def counts(since: dt.datetime | None = None) -> dict[int, int]:
    """How many comments readers see, of those posted since, by story; stories without any are left out."""
    rows = Comment.objects.filter(state=SHOWN)
    if since is not None:
        rows = rows.filter(posted_at__gte=since)
    return dict(rows.order_by().values_list("story_id").annotate(Count("pk")))


def changed_last(within: dt.timedelta) -> set[int]:
    """The stories below which something was said, or decided on, so shortly before the last time of all."""
    now = clock.now()
    at = Comment.objects.aggregate(
        posted=Max("posted_at", filter=Q(posted_at__lte=now)),
        decided=Max("decided_at", filter=Q(decided_at__lte=now)),
    )
    if not at["posted"]:
        return set()
    since = max(filter(None, at.values())) - within
    # What is of the time to come was said before the clock was put right.
    lately = Comment.objects.filter(Q(posted_at__gt=since) | Q(decided_at__gt=since))
    return set(lately.order_by().values_list("story_id", flat=True))


def counts_of(story_ids: Collection[int]) -> dict[int, int]:
    """The same for these stories alone."""
    rows = Comment.objects.filter(state=SHOWN, story_id__in=story_ids).order_by()
    return dict(rows.values_list("story_id").annotate(Count("pk")))


def file(
    *,
    origin: str,
    story_id: int,
    name: str,
    body: str,
    state: Comment.State,
    posted_at: dt.datetime,
    parent_origin: str | None = None,
    and_then: Callable[[int], None] = tell,
) -> Literal["new", "changed", "unchanged"]:
    """Puts a comment from elsewhere in, known again by its `origin`; the same again changes nothing.

    Its length is not limited, for it was taken elsewhere. File what is answered before the answers:
    a `parent_origin` that is not there (yet) leaves the answer without a parent. What a moderator
    here has decided is not undone. `and_then` gets the story's number, in the transaction, where readers
    see another discussion than before.
    """
    parent = Comment.objects.filter(origin=parent_origin).first() if parent_origin else None
    fields = {
        "story_id": story_id,
        "parent": parent,
        "name": receiving.clean_name(name)[: receiving.NAME_POINTS] or gettext("A reader"),
        "body": receiving.clean_body(body),
        "posted_at": posted_at,
    }
    with transaction.atomic():
        before = Comment.objects.select_for_update(of=("self",)).filter(origin=origin).first()
        if before is None or before.decided_at is None:
            fields["state"] = state
        if before and all(getattr(before, field) == value for field, value in fields.items()):
            return "unchanged"
        comment, _ = Comment.objects.update_or_create(origin=origin, defaults=fields)
        if SHOWN in (comment.state, before.state if before else comment.state):
            and_then(story_id)
    return "changed" if before else "new"
