"""Putting a page together: finished markup with slots, and what goes into them.

A slot is an HTML comment, `<!--[slot NAME]-->`. Nothing that a person writes can make one, for
everything written is escaped before it comes into markup.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_SLOT = re.compile(r"<!--\[slot ([a-z][a-z -]*)\]-->")


def slot(name: str) -> str:
    """The mark that leaves a place open."""
    return f"<!--[slot {name}]-->"


@dataclass(frozen=True)
class Split:
    """Markup cut at its slots: `parts[0]`, then `slots[0]`, then `parts[1]`… One part more than slots."""

    parts: tuple[str, ...]
    slots: tuple[str, ...]


def split(markup: str) -> Split:
    """The markup cut at its slots, once, so that a page can be put together at the speed of bytes."""
    pieces = _SLOT.split(markup)
    return Split(tuple(pieces[::2]), tuple(pieces[1::2]))


def join(markup: str, fillings: Mapping[str, str]) -> str:
    """The markup with its slots filled, by name; a slot without a filling leaves nothing behind."""
    return _SLOT.sub(lambda found: fillings.get(found[1], ""), markup)
