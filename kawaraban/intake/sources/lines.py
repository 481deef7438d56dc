"""Running text on its way from somebody's HTML into the little HTML that a story may have."""

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

import nh3
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from kawaraban.kit.text import without_unseen

# What `stories.elements.Paragraph` promises, and what other tags come nearest to.
TAGS = {
    **{tag: tag for tag in ("a", "b", "strong", "i", "em", "ruby", "rt", "rp", "sup", "sub", "code")},
    **dict.fromkeys(("kbd", "samp", "tt"), "code"),
    **dict.fromkeys(("var", "dfn"), "i"),
}
_ALLOWED = set(TAGS.values()) | {"br"}
_BLANKS = re.compile(r"[ \t\n\f\r]+")
_LINE_END = re.compile(r"[ \t\f\r]*\n[ \t\f\r]*")
_AT_START = re.compile(r"^((?:<(?!br)[^>]*>)*)(?:\s|<br>)+")
_AT_END = re.compile(r"(?<!\s)(?<!<br>)(?:\s|<br>)++((?:</[^>]*>)*)$")
_NO_WORDS = re.compile(r"<([a-z]+)[^>]*></\1>")
_READING_MARK = re.compile(r"<rp>.*?</rp>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_DEAD_LINK = re.compile(r"<a>(.*?)</a>", re.DOTALL)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_is_web_address = URLValidator(schemes=["http", "https"])


def web_address(raw: str | None, base: str = "") -> str:
    """The http or https address that `raw` means on a page at `base`; "" if it means none."""
    address = _joined(raw, base)
    try:
        _is_web_address(address)
    except ValidationError:
        return ""
    return address


def link_address(raw: str | None, base: str = "") -> str:
    """What a link may lead to: the web, or somebody's mail; else ""."""
    address = _joined(raw, base)
    return address if address.lower().startswith(("http://", "https://", "mailto:")) else ""


def _joined(raw: str | None, base: str) -> str:
    address = re.sub(r"\s+", "", without_unseen(raw or ""))
    if not address or address.startswith("#"):
        return ""
    try:
        return address if _SCHEME.match(address) else urljoin(base, address)
    except ValueError:
        return ""


def plain(markup: str) -> str:
    """Cleaned markup as text, line breaks kept, readings (ruby) in brackets behind their words."""
    text = _READING_MARK.sub("", markup).replace("<br>", "\n")
    return html.unescape(_TAG.sub("", text.replace("<rt>", "（").replace("</rt>", "）"))).strip()


def cleaned(markup: str) -> str:
    """The last guard: whatever went wrong before, nothing else than the promised tags gets out."""
    safe = nh3.clean(
        markup,
        tags=_ALLOWED,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return _DEAD_LINK.sub(r"\1", safe)


@dataclass
class _Open:
    tag: str
    markup: str
    written: bool = False


@dataclass
class Line:
    """The paragraph being written. Tags are written late, so that none stands around nothing.

    What is open stays open over the end of a paragraph: in `<b>one` + blank line + `two</b>` both
    paragraphs are bold.
    """

    stack: list[_Open] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    _out: list[str] = field(default_factory=list)

    def beside(self) -> "Line":
        """An empty line within the same open tags."""
        return Line([_Open(one.tag, one.markup) for one in self.stack])

    def opened(self, tag: str, address: str = "") -> None:
        href = f' href="{html.escape(address)}"' if address else ""
        self.stack.append(_Open(tag, f"<{tag}{href}>"))

    def closed(self) -> None:
        gone = self.stack.pop()
        if gone.written:
            self._out.append(f"</{gone.tag}>")

    def words(self, text: str, *, as_it_stands: bool = False) -> None:
        """Text, its blanks run together unless it is to stay as it stands."""
        seen = without_unseen(text)
        if not as_it_stands:
            seen = _BLANKS.sub(" ", seen)
            if seen.startswith(" ") and (not self._out or self._out[-1][-1] in " \n"):
                seen = seen[1:]
        self._write(html.escape(seen, quote=False))

    def typed(self, text: str) -> None:
        """Text as it was typed where WordPress makes paragraphs of blank lines and `<br>` of line ends."""
        lines = _LINE_END.split(without_unseen(text))
        for place, line in enumerate(lines):
            if place and self._out and not (place == 1 and not lines[0] and self._out[-1] == "<br>"):
                self.line_end()
            self.words(line)

    def line_end(self) -> None:
        """A line break; the second in a row ends the paragraph."""
        if self._out and self._out[-1] == "<br>":
            self.end()
        elif self._out:
            self._write("<br>")

    def blank_line(self) -> None:
        """A line break that may stand in a row of them."""
        self._write("<br>")

    def end(self) -> None:
        """Ends the paragraph; it goes to `done` if there is something in it."""
        for one in reversed(self.stack):
            if one.written:
                self._out.append(f"</{one.tag}>")
                one.written = False
        markup, self._out = "".join(self._out), []
        before = ""
        while markup != before:
            before = markup
            markup = _NO_WORDS.sub("", _AT_END.sub(r"\1", _AT_START.sub(r"\1", markup)))
        if plain(markup):
            self.done.append(cleaned(markup))

    def _write(self, markup: str) -> None:
        if not markup:
            return
        for one in self.stack:
            if not one.written:
                self._out.append(one.markup)
                one.written = True
        self._out.append(markup)
