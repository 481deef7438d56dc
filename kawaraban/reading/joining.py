"""Putting a page together: finished markup with slots, and what goes into them.

A choice is a slot that brings its own fillings, of which the tables behind the rails name one: the
wordings of a story whose headline is tested.

A slot is an HTML comment, `<!--[slot NAME]-->`. Nothing that a person writes can make one, for
everything written is escaped before it comes into markup.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_SLOT = re.compile(r"<!--\[slot ([a-z][a-z -]*)\]-->")
_OR, _END = "<!--[or]-->", "<!--[end]-->"
_CHOICE = re.compile(r"<!--\[choice (\d+)\]-->(.*?)<!--\[end\]-->", re.DOTALL)
_EITHER = re.compile(f"{_SLOT.pattern}|{_CHOICE.pattern}", re.DOTALL)


def slot(name: str) -> str:
    """The mark that leaves a place open."""
    return f"<!--[slot {name}]-->"


def choice(story_id: int, fillings: Sequence[str]) -> str:
    """The mark that leaves open which of the fillings stands there, one for each wording of the story."""
    return f"<!--[choice {story_id}]-->{_OR.join(fillings)}{_END}"


@dataclass(frozen=True)
class Choice:
    """A place for one of several fillings: which one shows is known of the story."""

    story_id: int
    fillings: tuple[str, ...]


@dataclass(frozen=True)
class Split:
    """Markup cut at its slots: `parts[0]`, then `slots[0]`, then `parts[1]`… One part more than slots.

    `choices` has those by their place among the slots, where their name is "choice".
    """

    parts: tuple[str, ...]
    slots: tuple[str, ...]
    choices: Mapping[int, Choice] = field(default_factory=dict)


def split(markup: str) -> Split:
    """The markup cut at its slots, once, so that a page can be put together at the speed of bytes."""
    parts: list[str] = []
    slots: list[str] = []
    choices: dict[int, Choice] = {}
    at = 0
    for found in _EITHER.finditer(markup):
        parts.append(markup[at : found.start()])
        if found[2] is not None:
            choices[len(slots)] = Choice(int(found[2]), tuple(found[3].split(_OR)))
        slots.append(found[1] or "choice")
        at = found.end()
    return Split((*parts, markup[at:]), tuple(slots), choices)


def join(markup: str, fillings: Mapping[str, str]) -> str:
    """The markup with its slots filled, by name; a slot without a filling leaves nothing behind.

    Of a choice the first stands: the story's own wording.
    """
    markup = _CHOICE.sub(lambda found: found[2].split(_OR)[0], markup)
    return _SLOT.sub(lambda found: fillings.get(found[1], ""), markup)
