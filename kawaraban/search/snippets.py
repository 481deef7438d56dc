"""The passage of a text around what was searched for, what was found marked."""

import functools
from dataclasses import dataclass

import regex
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from kawaraban.search import japanese

LENGTH = 120
BEFORE = 30
_GRAPHEME = regex.compile(r"\X")
_SENTENCE_END = regex.compile(r"[。．！？!?\n]")

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
    """About 120 characters of the first text in which `pattern` is found, with `<mark>`s.

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
    end = min(len(characters), begin + LENGTH)
    pieces: list[SafeString] = []
    at = begin
    for start, stop in found:
        if start < at or stop > end:
            continue
        pieces += [_shown(characters[at:start]), _mark(characters[start:stop])]
        at = stop
    pieces.append(_shown(characters[at:end]))
    before, after = "…" if begin else "", "…" if end < len(characters) else ""
    return format_html_join("", "{}", ((piece,) for piece in (before, *pieces, after)))


def _beginning(characters: list[str], match: int) -> int:
    """A sentence's beginning shortly before the match, or a place about 30 characters before it."""
    for at in range(match, max(match - 2 * BEFORE, 0), -1):
        if _SENTENCE_END.match(characters[at - 1]):
            return at
    return 0 if match <= 2 * BEFORE else match - BEFORE


def _shown(characters: list[str]) -> SafeString:
    return escape("".join(characters).replace("\n", " "))


def _mark(characters: list[str]) -> SafeString:
    return mark_safe(f"<mark>{_shown(characters)}</mark>")  # noqa: S308 - escaped just before
