"""What a comment goes through before it is kept: two ordered lists of steps.

What is refused and what is cleaned: NUL and lone surrogates come from no keyboard and no clipboard,
PostgreSQL cannot keep the one and nothing can encode the other, so their sender is told. Marks that
turn a line's direction, byte order marks and other control characters do come along when somebody
honest pastes from a page or a PDF; they are taken out and the words stay.
"""

import datetime as dt
from dataclasses import dataclass, replace

import regex
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kawaraban.discussion.models import Comment
from kawaraban.kit import clock, text
from kawaraban.kit.steps import Steps, Stopped
from kawaraban.stories.models import Story

# As people count them, and in code points: the second is asked first, for counting a megabyte of
# combining marks as people would takes long.
BODY_CHARACTERS, BODY_POINTS = 300, 1_500
NAME_CHARACTERS, NAME_POINTS = 40, 120
REPEAT_WITHIN = dt.timedelta(minutes=10)
FLOOD_WITHIN = dt.timedelta(minutes=1)
FLOOD = 30

REASONS: dict[str, Promise] = {
    "trap": _("This comment could not be taken."),
    "name-empty": _("Please give a name."),
    "name-too-long": _("The name is too long: 40 characters at most."),
    "empty": _("Please write something."),
    "too-long": _("The comment is too long: 300 characters at most."),
    "unseen": _("The comment contains characters that cannot be shown."),
    "unknown-story": _("There is no such story."),
    "closed": _("Comments on this story are closed."),
    "unknown-comment": _("The comment you are answering is not there any more."),
    "repeat": _("This comment has already been received."),
    "flood": _("Many comments are coming in just now. Please try again in a minute."),
    "later": _("Comments cannot be kept just now. Your words stand below: please send them in a minute."),
}


class Refused(Stopped):
    """A comment that is not taken. `reason` is a key of `REASONS`, `message` is for its writer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.message = REASONS[reason]


@dataclass(frozen=True)
class Incoming:
    """A comment on its way in. `trap` is a form field that people do not see and programs fill."""

    story_id: int
    name: str
    body: str
    parent_id: int | None = None
    trap: str = ""


_NEVER_TYPED = regex.compile(r"[\x00\ud800-\udfff]")
# Letters by their category that draw nothing: Hangul fillers and the empty Braille cell.
_SEEN = regex.compile(r"(?![\u115f\u1160\u3164\uffa0\u2800])[\p{L}\p{N}\p{P}\p{S}]")
# No writing stacks more marks on a letter; what does runs over the lines above and below.
_TOWER = regex.compile(r"(\p{M}{8})\p{M}+")
_GAP = regex.compile(r"\n\s*\n\s*")


def trap_left_empty(incoming: Incoming) -> Incoming:
    if incoming.trap:
        raise Refused("trap")
    return incoming


def of_bearable_length(incoming: Incoming) -> Incoming:
    if len(incoming.name) > NAME_POINTS:
        raise Refused("name-too-long")
    if len(incoming.body.replace("\r\n", "\n")) > BODY_POINTS:
        raise Refused("too-long")
    return incoming


def typed_by_somebody(incoming: Incoming) -> Incoming:
    if _NEVER_TYPED.search(incoming.name) or _NEVER_TYPED.search(incoming.body):
        raise Refused("unseen")
    return incoming


def cleaned(incoming: Incoming) -> Incoming:
    return replace(incoming, name=clean_name(incoming.name), body=clean_body(incoming.body))


def with_a_name(incoming: Incoming) -> Incoming:
    if not _SEEN.search(incoming.name):
        raise Refused("name-empty")
    if text.characters(incoming.name) > NAME_CHARACTERS:
        raise Refused("name-too-long")
    return incoming


def with_words(incoming: Incoming) -> Incoming:
    if not _SEEN.search(incoming.body):
        raise Refused("empty")
    if text.characters(incoming.body) > BODY_CHARACTERS:
        raise Refused("too-long")
    return incoming


def on_an_open_story(incoming: Incoming) -> Incoming:
    # Held until the comment is kept, so that two of the same that come at once are seen as one.
    story = Story.objects.select_for_update(no_key=True).filter(pk=incoming.story_id)
    comments_open = story.values_list("comments_open", flat=True).first()
    if comments_open is None:
        raise Refused("unknown-story")
    if not comments_open:
        raise Refused("closed")
    return incoming


def answering_a_shown_comment(incoming: Incoming) -> Incoming:
    if incoming.parent_id is None:
        return incoming
    parent = Comment.objects.filter(
        pk=incoming.parent_id, story_id=incoming.story_id, state=Comment.State.SHOWN
    )
    if not parent.exists():
        raise Refused("unknown-comment")
    return incoming


def not_a_repeat(incoming: Incoming) -> Incoming:
    # By the same name, for two people may well agree in the same word.
    same = Comment.objects.filter(
        story_id=incoming.story_id,
        posted_at__gt=clock.now() - REPEAT_WITHIN,
        parent_id=incoming.parent_id,
        name=incoming.name,
        body=incoming.body,
    )
    if same.exists():
        raise Refused("repeat")
    return incoming


def not_in_a_flood(incoming: Incoming) -> Incoming:
    # Counted by story, not by sender: no reader's address is kept anywhere.
    lately = Comment.objects.filter(
        story_id=incoming.story_id, origin=None, posted_at__gt=clock.now() - FLOOD_WITHIN
    )
    if lately.count() >= FLOOD:
        raise Refused("flood")
    return incoming


def clean_name(name: str) -> str:
    return _TOWER.sub(r"\1", text.one_line(name))


def clean_body(body: str) -> str:
    """Without what nobody sees, and with one empty line at most between two lines."""
    return _GAP.sub("\n\n", _TOWER.sub(r"\1", text.without_unseen(body))).strip()


# What can be told from the comment alone; no database is asked.
AT_THE_DOOR = Steps[Incoming](
    [trap_left_empty, of_bearable_length, typed_by_somebody, cleaned, with_a_name, with_words]
)
# What depends on what is there already; in one transaction with keeping the comment.
AT_THE_STORY = Steps[Incoming]([on_an_open_story, answering_a_shown_comment, not_a_repeat, not_in_a_flood])
