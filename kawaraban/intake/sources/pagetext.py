"""The text copy of a page, as a reader's "select all, copy" gives it: the story out of all around it.

A page's text has no markup left, only an order: navigation, headline, byline, credits, body, byline
again with an address, discussion, then lists of other stories. The body is found first, as the run
of paragraphs that are sentences; what the lines before and after it are follows from that.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from django.utils.translation import gettext as _

from kawaraban.intake.incoming import IncomingPerson, IncomingStory, Label, Unreadable
from kawaraban.intake.sources import listed, telling
from kawaraban.intake.sources.listed import Rail
from kawaraban.kit import text
from kawaraban.stories.elements import Paragraph

_MOST_BYTES = 5_000_000
_SHORTEST_HEADLINE = 12  # code points, where there is a choice
_WHITE = "\ufeff \t\u3000"


@dataclass(frozen=True)
class PageText:
    """A page's text, taken apart. `rails` are its lists of other stories."""

    headline: str
    paragraphs: tuple[str, ...]
    name: str = ""
    email: str = ""
    credits: tuple[str, ...] = ()
    rails: tuple[Rail, ...] = ()

    @property
    def section(self) -> str:
        """The name of the section it stood in, as far as its rails tell; "" if they don't."""
        return listed.section_of(self.rails)


def taken_apart(page: str) -> PageText:
    """The parts of a page's text. Raises Unreadable where there is no headline with sentences below."""
    blocks = _blocks(page)
    first, after = _body(blocks)
    above, below = blocks[:first], blocks[after:]
    headline = _headline(above)
    names = [line for block in above[above.index(headline) + 1 :] for line in block.splitlines()]
    email, name = telling.signature(below)
    return PageText(
        headline=text.one_line(headline),
        paragraphs=tuple(text.one_line(block) for block in blocks[first:after]),
        name=name or telling.byline(names),
        email=email,
        credits=telling.credits_in(names),
        rails=listed.rails_in(below),
    )


@dataclass
class PageTextSource:
    """One story. `section` is the slug of the section it is to stand in, "" for the first there is."""

    page: PageText
    public: bool
    section: str = ""
    kind: str = field(default="pagetext", init=False)
    total: int = field(default=1, init=False)

    def items(self) -> Iterator[IncomingStory]:
        page = self.page
        origin = hashlib.sha256(f"{page.headline}\n{page.name}".encode()).hexdigest()[:32]
        credits = [_("Photo credit on the page: %(credit)s") % {"credit": one} for one in page.credits]
        yield IncomingStory(
            origin=f"pagetext:{origin}",
            headline=page.headline,
            body=tuple(Paragraph(escape(one, quote=False)) for one in page.paragraphs),
            public=self.public,
            by=(IncomingPerson(page.name, email=page.email),) if page.name else (),
            sections=(Label(self.section, self.section),) if self.section else (),
            notes=tuple(credits),
        )


def open_file(path: Path, *, public: bool) -> PageTextSource:
    """Reads the file. Raises Unreadable, in one line, for one that is no text copy of a page."""
    if path.stat().st_size > _MOST_BYTES:
        raise Unreadable(f"{path}: too large for the text of one page (5 MB at most)")
    try:
        page = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as why:
        raise Unreadable(f"{path}: not UTF-8 text (byte {why.start})") from why
    if "\x00" in page:
        raise Unreadable(f"{path}: not text (it contains NUL)")
    if page.lstrip(_WHITE + "\r\n").startswith("<"):
        raise Unreadable(f"{path}: markup, not the text copy of a page")
    try:
        return PageTextSource(taken_apart(page), public)
    except Unreadable as why:
        raise Unreadable(f"{path}: {why}") from why


def _blocks(page: str) -> list[str]:
    """What empty lines divide. Lines keep their indentation: in lists it says what belongs to what."""
    blocks: list[list[str]] = [[]]
    for line in text.without_unseen(page).split("\n"):
        if line.strip(_WHITE):
            blocks[-1].append(line.rstrip(_WHITE))
        elif blocks[-1]:
            blocks.append([])
    return ["\n".join(block) for block in blocks if block]


def _body(blocks: list[str]) -> tuple[int, int]:
    """Where the body begins and ends: the first sentences, and all until something else comes."""
    first = next((at for at, block in enumerate(blocks) if telling.is_prose(block)), None)
    if first is None:
        raise Unreadable("not the text copy of a page: no paragraph with sentences in it")
    after = last = first + 1
    while after < len(blocks) and not telling.ends_body(blocks[after]):
        after += 1
        if telling.is_prose(blocks[after - 1]):
            last = after
    return first, last


def _headline(above: list[str]) -> str:
    candidates = [block for block in above if telling.may_be_headline(block)]
    if not candidates:
        raise Unreadable("not the text copy of a page: no headline above the body")
    # Below it there may be a dek, which is longer; above it there may be words of the navigation.
    return next((one for one in candidates if len(one) >= _SHORTEST_HEADLINE), max(candidates, key=len))
