"""Text as people see it: characters, folding, phrases."""

import functools
import unicodedata
from itertools import accumulate

import budoux
import regex

# Tab and newline are text; every other control character (NUL among them) is not, nor are lone
# surrogates and the marks that turn the direction of a line for what stands after them.
_UNSEEN = regex.compile(
    r"[\p{Cs}\p{Co}\p{Cn}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]|(?![\t\n])\p{Cc}"
)
_GRAPHEME = regex.compile(r"\X")
_CLAUSE = regex.compile(r"[^\u3000]+\u3000*|\u3000+")
_BLANKS = regex.compile(r"\s+")


def characters(text: str) -> int:
    """How many characters a person counts: extended grapheme clusters (UAX #29)."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def first_characters(text: str, most: int) -> str:
    """The text, cut after `most` characters as people count them, with an ellipsis when cut."""
    for count, found in enumerate(_GRAPHEME.finditer(text)):
        if count == most:
            return text[: found.start()].rstrip() + "…"
    return text


def without_unseen(text: str) -> str:
    """The text without control characters, lone surrogates and marks that turn its direction."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The text on one line, blanks run together and trimmed."""
    return _BLANKS.sub(" ", without_unseen(text)).strip()


def folded(text: str) -> str:
    """One form for what readers take for the same: width, case and compatibility folded.

    ＡＴＡＣＭＳ, atacms and ATACMS are one; ｶﾞ and ガ are one.
    """
    return unicodedata.normalize("NFKC", text).casefold()


@functools.cache
def _phrase_parser() -> budoux.Parser:
    return budoux.load_default_japanese_parser()


def clauses(text: str) -> list[str]:
    """The text in clauses, parted by full-width blanks, which stay with the clause before them."""
    return _CLAUSE.findall(text)


def breaks(line: str) -> list[int]:
    """Where the line may break, counted in code points, its end included: after each phrase of a clause."""
    ends = accumulate(len(phrase) for clause in clauses(line) for phrase in phrases(clause))
    return [at for at in ends if line[at : at + 1] != "\u3000"]


def phrases(text: str) -> list[str]:
    """The text in pieces between which a line may break; joined again they are the text.

    Japanese by BudouX (a small learned model of phrase boundaries); other scripts stay whole,
    for they break at their blanks. No piece but the last is a single character: what the model cuts
    off like that is the head of a name it doesn't know.
    """
    if not regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}]", text):
        return [text] if text else []
    pieces: list[str] = []
    for piece in _phrase_parser().parse(text):
        if pieces and len(pieces[-1]) == 1:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
