"""The passage of a text around what was searched for, what was found marked."""

import functools
import unicodedata
from dataclasses import dataclass

import regex
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from kawaraban.search import japanese

# In Latin letters, of which a kanji takes the room of two: two lines of a desk and three of a phone, with
# what was found in the first of them.
LENGTH = 124
BEFORE = 36
_GRAPHEME = regex.compile(r"\X")
_SENTENCE_END = regex.compile(r"[。．！？!?\n]")
_PAUSE = regex.compile(r"[、，,;:\s]")

_fold = functools.lru_cache(maxsize=16_384)(japanese.fold)


@dataclass(frozen=True)
class Folded:
    """A text as characters people see, and folded, with the character each folded one came from."""

    characters: list[str]
    folded: str
    origin: list[int]


def folded(words: str) -> Folded:
    characters = _GRAPHEME.findall(words)
    pieces = [_fold(one) for one in characters]
    origin = [at for at, piece in enumerate(pieces) for _ in piece]
    return Folded(characters, "".join(pieces), origin)


def snippet(texts: list[str], pattern: regex.Pattern[str]) -> SafeString:
    """A passage of the first text in which `pattern` is found, with `<mark>`s; the first stands early in it.

    Everything else is escaped. Where nothing is found, the beginning of the first text with words.
    """
    for words in texts:
        passage = folded(words)
        found = [
            (passage.origin[one.start()], passage.origin[one.end() - 1] + 1)
            for one in pattern.finditer(passage.folded)
        ]
        if found:
            return _marked(passage.characters, found)
    return _marked(_GRAPHEME.findall(next(filter(str.strip, texts), "")), [])


def _marked(characters: list[str], found: list[tuple[int, int]]) -> SafeString:
    begin = _beginning(characters, found[0][0]) if found else 0
    end = _end(characters, begin)
    pieces: list[SafeString] = []
    at = begin
    for start, stop in found:
        if at <= start < end:
            pieces += [_shown(characters[at:start]), _mark(characters[start : min(stop, end)])]
            at = min(stop, end)
    pieces.append(_shown(characters[at:end]))
    before, after = "…" if begin else "", "…" if end < len(characters) else ""
    return format_html_join("", "{}", ((piece,) for piece in (before, *pieces, after)))


def _beginning(characters: list[str], match: int) -> int:
    """Where a sentence begins shortly before the match; else after a pause, else in the midst of it."""
    first, room = match, BEFORE
    while first and (room := room - _width(characters[first - 1])) >= 0:
        first -= 1
    before = range(max(first, 1), match + 1)
    if sentences := [at for at in before if _SENTENCE_END.match(characters[at - 1])]:
        return sentences[-1]
    pauses = (at for at in before if _PAUSE.match(characters[at - 1]))
    return next(pauses, first) if first else 0


def _end(characters: list[str], begin: int) -> int:
    room = LENGTH
    for at in range(begin, len(characters)):
        if (room := room - _width(characters[at])) < 0:
            return at
    return len(characters)


def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character[0]) in "WF" else 1


def _shown(characters: list[str]) -> SafeString:
    return escape("".join(characters).replace("\n", " "))


def _mark(characters: list[str]) -> SafeString:
    return mark_safe(f"<mark>{_shown(characters)}</mark>")  # noqa: S308 - escaped just before
