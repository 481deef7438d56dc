"""What a moderator decides about a comment."""

from django.db import transaction

from kawaraban.discussion.changes import tell
from kawaraban.discussion.models import Comment
from kawaraban.kit import clock
from kawaraban.people.accounts import Account


def decide(comment: Comment, state: Comment.State, account: Account | None) -> bool:
    """Approves (SHOWN), rejects (REJECTED) or restores (SHOWN or HELD again); who and when is kept.

    False, and nothing is done, where the comment is in that state already: two moderators may press
    the same button. `comment` is brought up to date. Raises Comment.DoesNotExist when it is gone.
    """
    with transaction.atomic():
        now = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
        before = now.state
        if before != state:
            now.state = state
            now.decided_at = clock.now()
            now.decided_by = account
            now.save(update_fields=["state", "decided_at", "decided_by"])
            if Comment.State.SHOWN in (before, state):
                tell(now.story_id)
    comment.state, comment.decided_at, comment.decided_by = now.state, now.decided_at, now.decided_by
    return bool(before != state)
