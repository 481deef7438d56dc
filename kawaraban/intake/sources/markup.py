"""HTML as people and programs write it, into the typed elements of a story."""

from dataclasses import dataclass

from kawaraban.intake.incoming import Wording
from kawaraban.intake.sources import shortcodes
from kawaraban.intake.sources.pieces import lines_of
from kawaraban.intake.sources.trees import parsed
from kawaraban.intake.sources.walk import LeftOut, Walk, Within
from kawaraban.kit.text import without_unseen

__all__ = ["Cleaned", "LeftOut", "elements_of", "lines_of", "text_of"]


@dataclass(frozen=True)
class Cleaned:
    """A body, and what could not come along."""

    elements: tuple[Wording, ...]
    left_out: tuple[LeftOut, ...]


def elements_of(markup: str, base: str = "") -> Cleaned:
    """The body that this HTML of WordPress's says; links are taken as on a page at `base`.

    Content of the block editor (`<!-- wp:`) is HTML as it stands; in older content a blank line
    parts paragraphs and a line's end breaks the line, as WordPress shows it. No visible word is
    lost: what no element takes is in `left_out`.
    """
    return _walked(shortcodes.marked(without_unseen(markup)), base)


def text_of(markup: str) -> str:
    """The words of somebody's HTML as plain text, paragraphs parted by an empty line."""
    pieces = _walked(without_unseen(markup), "").elements
    return "\n\n".join(piece for piece in map(lines_of, pieces) if piece)


def _walked(markup: str, base: str) -> Cleaned:
    walk = Walk(base, classic="<!-- wp:" not in markup)
    within = Within()
    walk.children(parsed(markup), within)
    return Cleaned(tuple(within.finished()), tuple(dict.fromkeys(walk.left_out)))
