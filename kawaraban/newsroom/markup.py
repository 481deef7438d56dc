"""Wagtail's rich text into the little HTML that a story may have, and back."""

import re
from collections.abc import Callable

import nh3

# `stories.elements.Paragraph` promises these and no others.
_IN_A_SENTENCE = {"a", "b", "strong", "i", "em", "ruby", "rt", "rp", "sup", "sub", "br", "code"}
_SCHEMES = {"http", "https", "mailto"}
_PARAGRAPH_EDGE = re.compile(r"</?p>")
_PAGE_LINK = re.compile(r'<a\b(?=[^>]*\blinktype="page")[^>]*?\bid="(\d+)"[^>]*>')


def sentences(rich_text: str, address_of: Callable[[int], str]) -> list[str]:
    """The paragraphs of a rich text, each as cleaned HTML.

    `address_of` gives the address of a page by its number, "" when readers can't go there: then
    the words stay and the link goes.
    """
    linked = _PAGE_LINK.sub(lambda found: _link(address_of(int(found[1]))), rich_text)
    cleaned = nh3.clean(
        linked,
        tags=_IN_A_SENTENCE | {"p"},
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    pieces = (_without_dead_links(piece.strip()) for piece in _PARAGRAPH_EDGE.split(cleaned))
    return [piece for piece in pieces if piece]


def sentence(rich_text: str, address_of: Callable[[int], str]) -> str:
    """A rich text that stands on one line, such as an item of a list."""
    return "<br>".join(sentences(rich_text, address_of))


def rich_text(html: str) -> str:
    """Cleaned HTML as Wagtail's editor keeps a paragraph."""
    return html if html.startswith("<p") else f"<p>{html}</p>"


def _link(address: str) -> str:
    return f'<a href="{address}">' if address else "<a>"


def _without_dead_links(html: str) -> str:
    return re.sub(r"<a>(.*?)</a>", r"\1", html, flags=re.DOTALL)
