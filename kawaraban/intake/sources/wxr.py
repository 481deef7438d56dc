"""A WordPress export (WXR) as XML: read in one stream, whatever its size, or refused in one line."""

import codecs
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, iterparse

from kawaraban.intake.incoming import Unreadable

_CHUNK = 1 << 18
# XML forbids these even in CDATA, and WordPress writes them all the same when a post holds them.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]"
    "|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|[xX]0*(?:[0-8bcBCefEF]|1[0-9a-fA-F]));"
)
_DECLARED = re.compile(rb"""^<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DEEPEST = 32


def name(element: Element) -> str:
    """The tag without its namespace, whose address differs between versions of the format."""
    return str(element.tag).rpartition("}")[2]


def text(element: Element, child: str) -> str:
    """The text of the first child of that name, "" for none."""
    return next((one.text or "" for one in element if name(one) == child), "").strip()


def parts(file: Path) -> Iterator[Element]:
    """What stands in the export's channel, one after the other; each is emptied when the next is asked for.

    Raises Unreadable, with one line, wherever it turns out that this is no sound export.
    """
    with file.open("rb") as raw, _refusals(file):
        parser = DefusedXMLParser(target=TreeBuilder(), forbid_dtd=True)
        yield from _channel(iterparse(_Characters(raw), ("start", "end"), parser, forbid_dtd=True))


@contextlib.contextmanager
def _refusals(file: Path) -> Iterator[None]:
    try:
        yield
    except DefusedXmlException as why:
        raise Unreadable(
            f"{file.name}: it declares entities or a document type, which no WordPress export does"
        ) from why
    except UnicodeError as why:
        raise Unreadable(f"{file.name}: its bytes are not in the encoding it names ({why})") from why
    except LookupError as why:
        raise Unreadable(f"{file.name}: {why}") from why
    except ParseError as why:
        raise Unreadable(f"{file.name}: {_in_words(why)}") from why
    except ValueError as why:
        raise Unreadable(f"{file.name}: {why}") from why


def _in_words(why: ParseError) -> str:
    line, column = why.position
    if line <= 1 and column == 0 and why.code != 3:
        return "it is not XML"
    unfinished = {
        3: "it holds nothing",
        5: "it ends in the middle of a tag",
        19: "it ends in the middle of a text",
        20: "it ends in the middle of a text",
    }
    return f"{unfinished.get(why.code, 'it is not sound XML')} ({why})"


class _Characters:
    """A file as characters that XML allows. The parser would refuse the whole for one of the others.

    Decoding is done here and not by the parser, which knows no Japanese encoding but Unicode's.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        start = raw.read(_CHUNK)
        if not start.strip(b"\0 \t\r\n"):
            raise ValueError("it is empty")
        self._decoder = codecs.getincrementaldecoder(_encoding(start))()
        self._ahead: bytes | None = start
        self._held = ""
        self._begun = False

    def read(self, _size: int = -1) -> str:
        text = ""
        while not text:
            chunk = self._raw.read(_CHUNK) if self._ahead is None else self._ahead
            self._ahead = None
            text = self._held + self._decoder.decode(chunk, final=not chunk)
            self._held = ""
            if not chunk:
                return _FORBIDDEN.sub("", text)
            # A reference may go on in the next chunk.
            cut = text.rfind("&", -12)
            if cut >= 0:
                text, self._held = text[:cut], text[cut:]
            text = _FORBIDDEN.sub("", text)
            if not self._begun:
                text = text.lstrip()
                self._begun = bool(text)
        return text


def _encoding(start: bytes) -> str:
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    declared = _DECLARED.match(start.lstrip())
    encoding = declared[1].decode("ascii") if declared else "utf-8"
    try:
        known = codecs.lookup(encoding)
    except LookupError as why:
        raise LookupError(f"it names an encoding that nobody knows ({encoding})") from why
    if not known._is_text_encoding or known.name.startswith(("utf-16", "utf-32", "idna", "punycode")):
        raise LookupError(f"it names an encoding that it can't be in ({encoding})")
    return encoding


def _channel(events: Iterator[tuple[str, Element]]) -> Iterator[Element]:
    around: list[Element] = []
    for event, element in events:
        if event == "start":
            around.append(element)
            if len(around) == 1 and name(element) != "rss":
                raise ValueError("it is XML, but no WordPress export")
            if len(around) > _DEEPEST:
                raise ValueError("it is no WordPress export: tags stand in tags without end")
            continue
        around.pop()
        if len(around) == 2 and name(around[1]) == "channel":
            yield element
        if len(around) <= 2:
            element.clear()
            if around:
                around[-1].remove(element)
