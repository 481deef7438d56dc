"""Whether a new comment is shown at once or held for a moderator: phases, asked in order."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import regex

from kawaraban.discussion.models import Comment
from kawaraban.discussion.receiving import Incoming
from kawaraban.kit import clock, text
from kawaraban.stories import queries

HELD, SHOWN = Comment.State.HELD, Comment.State.SHOWN


@dataclass(frozen=True)
class Verdict:
    """`reason` names the phase that spoke, for the moderator; empty where none did."""

    state: Comment.State
    reason: str = ""


_LINK = regex.compile(r"://|\bwww\.|\w@\w|\b[a-z0-9-]+\.(?:com|net|org|info|biz|jp|ru|cn|xyz|top|io|me)\b")


def publication_holds_all(incoming: Incoming) -> Verdict | None:
    return Verdict(HELD, "publication") if queries.publication().comments_held else None


def carries_a_link(incoming: Incoming) -> Verdict | None:
    # Folded first: ｗｗｗ．example is an address too.
    said = text.folded(f"{incoming.name} {incoming.body}")
    return Verdict(HELD, "link") if _LINK.search(said) else None


def said_elsewhere(incoming: Incoming) -> Verdict | None:
    """The same words below another story within the hour: rarely a reader."""
    elsewhere = Comment.objects.filter(
        posted_at__gt=clock.now() - dt.timedelta(hours=1), body=incoming.body
    ).exclude(story_id=incoming.story_id)
    return Verdict(HELD, "elsewhere") if elsewhere.exists() else None


PHASES: list[Callable[[Incoming], Verdict | None]] = [
    publication_holds_all,
    carries_a_link,
    said_elsewhere,
]


def verdict(incoming: Incoming) -> Verdict:
    """What the first phase that speaks says; a comment on which none does is shown."""
    for phase in PHASES:
        said = phase(incoming)
        if said is not None:
            return said
    return Verdict(SHOWN)
