"""What readers say below a story, as markup."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from kawaraban.discussion import comments
from kawaraban.discussion.receiving import BODY_CHARACTERS, BODY_POINTS, NAME_POINTS
from kawaraban.reading.contexts import CommentForm
from kawaraban.reading.dress import Dress, dress
from kawaraban.stories.models import Story


@dataclass(frozen=True)
class Thread:
    """A comment and the answers to it, oldest first."""

    comment: comments.Shown
    answers: tuple[comments.Shown, ...]


LIMITS = {"characters": BODY_CHARACTERS, "code_units": BODY_POINTS * 2, "name": NAME_POINTS}


def discussion(story_id: int) -> str:
    """The comments below a story and the form for one's own, folded under their count.

    "" where comments are closed and there are none, or where there is no such story.
    """
    found = Story.objects.filter(pk=story_id).values_list("comments_open", flat=True).first()
    said = comments.shown(story_id)
    if found is None or not (found or said):
        return ""
    worn = dress()
    if not said:
        return nothing_said(story_id)
    return _discussion(worn, story_id, said, found)


def nothing_said(story_id: int) -> str:
    """The form below an open story without comments: the same below each but for the story's number."""
    worn = dress()
    return _nothing_said(worn.language, worn.comments_held).replace(_NUMBER_0, _number(story_id))


def _number(story_id: int) -> str:
    return f'name="story" value="{story_id}"'


_NUMBER_0 = _number(0)


@functools.lru_cache(maxsize=8)
def _nothing_said(language: str, comments_held: bool) -> str:
    worn = replace(dress(), language=language, comments_held=comments_held)
    return _discussion(worn, 0, [], True)


def _discussion(worn: Dress, story_id: int, said: list[comments.Shown], is_open: bool) -> str:
    with override(worn.language), timezone.override(None):
        return render_to_string(
            "components/discussion.html",
            {
                "dress": worn,
                "form": CommentForm(story_id),
                "limits": LIMITS,
                "count": len(said),
                "threads": threads(said),
                "open": is_open,
            },
        )


def threads(said: Iterable[comments.Shown]) -> list[Thread]:
    """One level deep, in the order of the comments at the top."""
    answers: dict[int, list[comments.Shown]] = {}
    tops = []
    for one in said:
        if one.parent_id is None:
            tops.append(one)
        else:
            answers.setdefault(one.parent_id, []).append(one)
    return [Thread(top, tuple(answers.get(top.id, ()))) for top in tops]
