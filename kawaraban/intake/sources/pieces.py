"""Elements of a story taken apart and put together."""

import html
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from kawaraban.intake.incoming import Wording
from kawaraban.intake.sources.lines import plain, web_address
from kawaraban.kit.text import first_characters
from kawaraban.stories.elements import (
    LinkCard,
    ListOfItems,
    Paragraph,
    Quotation,
    Subheading,
    Table,
)

# What the newsroom's blocks hold at most.
CARD_TITLE, CARD_SITE = 200, 100
_BARE_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_LINK = re.compile(r'<a href="([^"]*)"')
_YOUTUBE = re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{6,})", re.IGNORECASE)


def lines_of(element: Wording) -> str:
    """An element's words, in lines."""
    match element:
        case Paragraph(html=markup):
            return plain(markup)
        case Subheading(text=text):
            return text
        case ListOfItems(items=items):
            return "\n".join(plain(item) for item in items)
        case Quotation(text=text, speaker=speaker):
            return "\n".join(filter(None, (text, speaker)))
        case Table(head=head, rows=rows, caption=caption):
            lines = [caption, *(" ".join(filter(None, row)) for row in (head, *rows))]
            return "\n".join(filter(None, lines))
        case LinkCard(url=url, title=title, site=site, description=description):
            return "\n".join(filter(None, ("" if title == site else title, description, url)))
        case _:
            return ""


def card(address: str, title: str = "") -> LinkCard:
    """A card for something on another site; without a title it bears the site's name."""
    film = _YOUTUBE.match(address)
    if film:
        address = f"https://www.youtube.com/watch?v={film[1]}"
    host = first_characters(urlsplit(address).hostname or "", CARD_SITE - 1)[:CARD_SITE]
    return LinkCard(address, first_characters(title, CARD_TITLE - 1)[:CARD_TITLE] or host, host)


def card_or_paragraph(markup: str) -> Wording:
    words = plain(markup)
    if _BARE_ADDRESS.fullmatch(words) and web_address(words):
        leads_to = [html.unescape(one) for one in _LINK.findall(markup)]
        if all(one.rstrip("/") == words.rstrip("/") for one in leads_to):
            return card(web_address(words))
    return Paragraph(markup)


def listed(items: list[list[Wording]], *, numbered: bool) -> list[Wording]:
    """Lists of the items' words. A list in an item follows it flat; what is no text stands between."""
    found: list[Wording] = []
    run: list[str] = []
    for item in items:
        for one in _grouped(item):
            if isinstance(one, str):
                run.append(one)
            elif isinstance(one, ListOfItems):
                run += one.items
            else:
                found += [ListOfItems(tuple(run), numbered)] if run else []
                found.append(one)
                run = []
    return [*found, *([ListOfItems(tuple(run), numbered)] if run else [])]


def _grouped(item: list[Wording]) -> Iterator[str | Wording]:
    said: list[str] = []
    for one in item:
        if isinstance(one, Paragraph):
            said.append(one.html)
        elif isinstance(one, Subheading):
            said.append(html.escape(one.text, quote=False))
        else:
            if said:
                yield "<br>".join(said)
            said = []
            yield one
    if said:
        yield "<br>".join(said)


def in_lines(found: list[Wording]) -> tuple[str, list[Wording]]:
    """Text elements as one line of markup, and the others."""
    lines: list[str] = []
    others: list[Wording] = []
    for one in found:
        match one:
            case Paragraph(html=markup):
                lines.append(markup)
            case ListOfItems(items=items):
                lines += items
            case Subheading(text=text):
                lines.append(html.escape(text, quote=False))
            case _:
                others.append(one)
    return "<br>".join(lines), others


def while_text(found: list[Wording]) -> list[Wording]:
    count = 0
    while count < len(found) and isinstance(found[count], Paragraph | Subheading | ListOfItems):
        count += 1
    return found[:count]


def links_in(found: list[Wording]) -> list[str]:
    """The addresses that the elements' markup leads to."""
    pieces = [
        piece
        for one in found
        for piece in (one.items if isinstance(one, ListOfItems) else [getattr(one, "html", "")])
    ]
    return [html.unescape(address) for piece in pieces for address in _LINK.findall(piece)]
