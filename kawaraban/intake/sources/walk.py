"""The one walk over a page: tags into elements, and what no element takes into a list."""

import html
import re
from dataclasses import dataclass, field
from typing import Literal

import lxml.html
from lxml import etree

from kawaraban.intake.incoming import Wording
from kawaraban.intake.sources import shortcodes, tables
from kawaraban.intake.sources.lines import TAGS, Line, link_address, plain, web_address
from kawaraban.intake.sources.pieces import (
    CARD_TITLE,
    card,
    card_or_paragraph,
    in_lines,
    lines_of,
    links_in,
    listed,
    while_text,
)
from kawaraban.intake.sources.trees import SILENT, cite_at_the_end, entries, words
from kawaraban.kit.text import one_line
from kawaraban.stories.elements import LinkCard, ListOfItems, Paragraph, Quotation, Subheading, Table

# What the newsroom's blocks hold at most.
SUBHEADING, QUOTATION, SPEAKER = 120, 1000, 120
# Deeper than any page that people made; Python's own stack ends not far behind.
_DEEPEST = 60
_INLINE = frozenset(
    {*TAGS, "rb", "rtc", "span", "font", "big", "small", "u", "s", "del", "strike", "ins", "abbr", "acronym"}
    | {"q", "cite", "mark", "label", "time", "bdi", "bdo", "data", "nobr", "wbr", "button", "math", "blink"}
    | {"br", "img", "picture", shortcodes.LEFT_OUT}
)
_PLAYERS = {"iframe", "embed", "object", "video", "audio"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_PAGE_BREAKS = re.compile(r"^\s*(?:more|nextpage|noteaser)\b")
_BACKGROUND = re.compile(r"background(?:-image)?\s*:[^;]*url\(\s*['\"]?([^'\")]+)", re.IGNORECASE)


@dataclass(frozen=True)
class LeftOut:
    """Something readers saw that no element can take.

    A picture's `address` and `caption`; a gallery's numbers of attachments ("1,2", or "" for all
    of the post's) in `caption`; a shortcode's text, struck-out words, in `caption`; a link's
    address where its words stay.
    """

    what: Literal["picture", "gallery", "shortcode", "struck", "link"]
    address: str = ""
    caption: str = ""


@dataclass
class Within:
    """What was found inside one block so far: elements, and the paragraph being written."""

    line: Line = field(default_factory=Line)
    elements: list[Wording] = field(default_factory=list)
    depth: int = 0

    def add(self, *more: Wording) -> None:
        self.end_paragraph()
        self.elements += more

    def end_paragraph(self) -> None:
        self.line.end()
        self.elements += [card_or_paragraph(markup) for markup in self.line.done]
        self.line.done.clear()

    def finished(self) -> list[Wording]:
        self.end_paragraph()
        return self.elements


@dataclass
class Walk:
    base: str
    classic: bool
    left_out: list[LeftOut] = field(default_factory=list)

    def children(self, node: lxml.html.HtmlElement, into: Within) -> None:
        self.text(node.text, node, into)
        for child in node:
            self.node(child, into)
            self.text(child.tail, node, into)

    def text(self, text: str | None, node: lxml.html.HtmlElement, into: Within) -> None:
        if not text:
            return
        if self.classic and node.tag not in {"ruby", "rt", "rp"}:
            into.line.typed(text)
        else:
            into.line.words(text)

    def node(self, node: lxml.html.HtmlElement, into: Within) -> None:
        tag = node.tag
        if not isinstance(tag, str):
            if tag is etree.Comment and _PAGE_BREAKS.match(node.text or ""):
                into.end_paragraph()
            return
        if tag in SILENT:
            return
        if into.depth > _DEEPEST:
            into.line.words(" ".join(words(node)))
        elif tag in _INLINE:
            self._inline(tag, node, into)
        else:
            into.end_paragraph()
            into.depth += 1
            self._block(tag, node, into)
            into.depth -= 1
            into.end_paragraph()

    def inside(self, node: lxml.html.HtmlElement, outside: Within) -> list[Wording]:
        """The elements that a block holds, apart from those around it."""
        within = Within(outside.line.beside(), depth=outside.depth + 1)
        self.children(node, within)
        return within.finished()

    def _inline(self, tag: str, node: lxml.html.HtmlElement, into: Within) -> None:
        into.depth += 1
        if tag == "br":
            into.line.line_end()
        elif tag == "img":
            self._image(node, into)
        elif tag == shortcodes.LEFT_OUT:
            self.left_out.append(LeftOut("shortcode", caption=node.get("data-name", "")))
        elif tag == "a" and (address := link_address(node.get("href"), self.base)):
            into.line.opened("a", address)
            self.children(node, into)
            into.line.closed()
        elif tag != "a" and tag in TAGS:
            into.line.opened(TAGS[tag])
            self.children(node, into)
            into.line.closed()
        elif tag == "q":
            into.line.words("“")
            self.children(node, into)
            into.line.words("”")
        else:
            if tag in {"s", "strike", "del"} and (struck := one_line(" ".join(words(node)))):
                self.left_out.append(LeftOut("struck", caption=struck))
            self.children(node, into)
        into.depth -= 1

    def _image(self, node: lxml.html.HtmlElement, into: Within) -> None:
        alt = one_line(node.get("alt", ""))
        if {"emoji", "wp-smiley"} & set(node.get("class", "").split()) and alt:
            into.line.words(alt)
        else:
            self._picture(node.get("data-src") or node.get("src"), alt)

    def _picture(self, source: str | None, caption: str = "") -> None:
        self.left_out.append(LeftOut("picture", web_address(source, self.base), caption))

    def _block(self, tag: str, node: lxml.html.HtmlElement, into: Within) -> None:
        background = _BACKGROUND.search(node.get("style", ""))
        if background:
            self._picture(background[1])
        if tag in _HEADINGS:
            into.add(*self._heading(node, into))
        elif tag in {"ul", "ol", "menu", "dir"}:
            into.add(*self._list(node, into))
        elif tag == "dl":
            into.add(*listed([self._terms(node, into)], numbered=False))
        elif tag == "blockquote":
            into.add(*self._quotation(node, into))
        elif tag == "pre":
            self._preformatted(node, into)
        elif tag == "table" and not node.xpath(".//table"):
            into.add(*self._table(node, into))
        elif tag in _PLAYERS:
            self._player(node, into)
        elif tag == "figure":
            into.add(*self._figure(node, into))
        elif tag == shortcodes.GALLERY:
            self.left_out.append(LeftOut("gallery", caption=node.get("data-ids", "")))
        else:
            self.children(node, into)

    def _heading(self, node: lxml.html.HtmlElement, into: Within) -> list[Wording]:
        found = self.inside(node, into)
        if len(found) == 1 and isinstance(found[0], Paragraph):
            text = one_line(plain(found[0].html))
            if len(text) <= SUBHEADING:
                self.note_links(found)
                return [Subheading(text)]
        return found

    def _list(self, node: lxml.html.HtmlElement, into: Within) -> list[Wording]:
        items = [
            self.inside(child, into) if child.tag == "li" else self._stray(child, into)
            for child in node
            if isinstance(child.tag, str)
        ]
        loose = [text for text in [node.text, *(child.tail for child in node)] if text and text.strip()]
        found = listed(items, numbered=node.tag == "ol")
        if loose:
            line = into.line.beside()
            line.words(" ".join(loose))
            line.end()
            found = [*map(Paragraph, line.done), *found]
        return found

    def _stray(self, node: lxml.html.HtmlElement, into: Within) -> list[Wording]:
        within = Within(into.line.beside(), depth=into.depth + 1)
        self.node(node, within)
        return within.finished()

    def _terms(self, node: lxml.html.HtmlElement, into: Within) -> list[Wording]:
        items: list[str] = []
        rest: list[Wording] = []
        term = ""
        for child in entries(node):
            if isinstance(child, str):
                found: list[Wording] = [Paragraph(html.escape(one_line(child), quote=False))]
            else:
                found = self.inside(child, into) if child.tag in {"dt", "dd"} else self._stray(child, into)
            said, others = in_lines(found)
            rest += others
            if not isinstance(child, str) and child.tag == "dt":
                items += [term] if term else []
                term = said
            elif said:
                items.append(f"{term}: {said}" if term else said)
                term = ""
        items += [term] if term else []
        return [*([ListOfItems(tuple(items))] if items else []), *rest]

    def _quotation(self, node: lxml.html.HtmlElement, into: Within) -> list[Wording]:
        cite = cite_at_the_end(node)
        speaker: list[Wording] = []
        if cite is not None:
            speaker = self.inside(cite, into)
            cite.text, cite[:] = None, []
        found = self.inside(node, into)
        name = one_line(" ".join(map(lines_of, speaker)))
        leading = while_text(found)
        text = "\n\n".join(map(lines_of, leading))
        if not text or len(text) > QUOTATION or len(name) > SPEAKER:
            return [*found, *speaker]
        self.note_links([*leading, *speaker])
        return [Quotation(text, name), *found[len(leading) :]]

    def _preformatted(self, node: lxml.html.HtmlElement, into: Within) -> None:
        verse = "wp-block-verse" in node.get("class", "").split()
        if not verse:
            into.line.opened("code")
        self._as_it_stands(node, into.line, into.depth, verse=verse)
        if not verse:
            into.line.closed()

    def _as_it_stands(self, node: lxml.html.HtmlElement, line: Line, depth: int, *, verse: bool) -> None:
        pieces: list[str | lxml.html.HtmlElement] = list(entries(node, blanks=True))
        for piece in pieces:
            if isinstance(piece, str):
                _typed_lines(piece, line)
            elif piece.tag == "br":
                line.blank_line()
            elif depth > _DEEPEST:
                _typed_lines(" ".join(words(piece)), line)
            elif piece.tag == "img":
                self._picture(piece.get("src"), one_line(piece.get("alt", "")))
            elif piece.tag not in SILENT:
                tag = TAGS.get(piece.tag, "")
                address = link_address(piece.get("href"), self.base) if tag == "a" else ""
                nested = tag and (address or tag != "a") and (verse or tag != "code")
                if nested:
                    line.opened(tag, address)
                self._as_it_stands(piece, line, depth + 1, verse=verse)
                if nested:
                    line.closed()

    def _table(self, node: lxml.html.HtmlElement, into: Within) -> list[Wording]:
        def words_of_cell(cell: lxml.html.HtmlElement) -> str:
            found = self.inside(cell, into)
            self.note_links(found)
            return one_line(" ".join(map(lines_of, found)))

        table = tables.table(node, words_of_cell)
        found: list[Wording] = []
        for one in tables.strays(node):
            if isinstance(one, str):
                found.append(Paragraph(html.escape(one_line(one), quote=False)))
            else:
                found += self._stray(one, into)
        return [*found, *([table] if table else [])]

    def _player(self, node: lxml.html.HtmlElement, into: Within) -> None:
        sources = [node.get("src"), node.get("data"), node.get("data-src")]
        sources += [one.get("src") for one in node.iter("source", "embed")]
        sources += [one.get("value") for one in node.iter("param") if one.get("name") in {"movie", "src"}]
        for source in sources:
            address = web_address(source, self.base)
            if address:
                into.add(card(address, one_line(node.get("title", ""))))
                return
        if node.tag == "iframe":
            self.left_out.append(LeftOut("shortcode", caption=f"<iframe> {node.get('src', '')}".strip()))
        else:
            self.children(node, into)

    def _figure(self, node: lxml.html.HtmlElement, into: Within) -> list[Wording]:
        """A figure without its pictures; its caption goes with what it holds."""
        captions = [one for one in node if one.tag == "figcaption"]
        caption: list[Wording] = []
        for one in captions:
            caption += self.inside(one, into)
            one.text, one[:] = None, []
        before = len(self.left_out)
        found = self.inside(node, into)
        pictures = [place for place in range(before, len(self.left_out)) if self._is_picture(place)]
        if "wp-caption" in node.get("class", "").split() and pictures:
            if all(isinstance(one, Paragraph) for one in found):
                caption, found = [*caption, *found], []
            if node.get("data-caption"):
                caption.append(Paragraph(html.escape(one_line(node.get("data-caption")), quote=False)))
        words = one_line(" ".join(map(lines_of, caption)))
        if not words:
            return found
        if len(found) == 1 and isinstance(found[0], Table) and not found[0].caption:
            self.note_links(caption)
            return [Table(found[0].head, found[0].rows, words)]
        if len(found) == 1 and isinstance(found[0], LinkCard) and len(words) <= CARD_TITLE:
            self.note_links(caption)
            return [LinkCard(found[0].url, words, found[0].site)]
        if pictures and not found and len(words) <= QUOTATION:
            # A gallery's caption is told once, behind that of its last picture.
            kept = self.left_out[pictures[-1]]
            own = kept.caption if next(node.iterdescendants("figure"), None) is not None else ""
            told = " / ".join(filter(None, (own, words)))
            self.left_out[pictures[-1]] = LeftOut(kept.what, kept.address, told)
            return []
        return [*found, *caption]

    def _is_picture(self, place: int) -> bool:
        return self.left_out[place].what == "picture"

    def note_links(self, found: list[Wording]) -> None:
        """Says which links are lost where an element holds plain words."""
        self.left_out += [LeftOut("link", address) for address in links_in(found)]


def _typed_lines(text: str, line: Line) -> None:
    for place, piece in enumerate(text.expandtabs(4).split("\n")):
        if place:
            line.blank_line()
        indent = len(piece) - len(piece.lstrip(" "))
        line.words("\u00a0" * indent + piece[indent:], as_it_stands=True)
