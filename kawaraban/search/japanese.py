"""Text as tokens that find words inside Japanese sentences.

Japanese writes no blanks, and a dictionary never knows this morning's names. So runs of kanji and
kana become overlapping pairs of characters, each character beginning one: 東京都 is 東京 京都 都. A
word is found where its pairs stand side by side, which is exactly where it stands in the text: 日本
is not found in 本日. Latin words and numbers are tokens whole, and split where letters meet digits,
so that F-35, F35 and Ｆ３５ are the same two tokens in a row.

A word found inside a longer one (京都 in 東京都) is told from the word itself by `openings`: where
words are likely to begin.
"""

import unicodedata
from dataclasses import dataclass

import regex

from kawaraban.kit import text

# Stands where a row of tokens is broken by punctuation, so that no word is found across it.
GAP = "¶"
# PostgreSQL keeps no lexeme over 2 kB, and nobody searches for one.
TOKEN_LENGTH = 60

_DENSE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー〆\u3099\u309a"
# ドナルド・トランプ is found without its dot too.
_UNIT = regex.compile(
    rf"(?P<dense>[{_DENSE}](?:・?[{_DENSE}])*)"
    rf"|(?P<letters>[\p{{L}}--[{_DENSE}]][\p{{L}}\p{{M}}--[{_DENSE}]]*)"
    rf"|(?P<digits>[\p{{N}}--[{_DENSE}]]+)",
    regex.V1,
)
_JOINING = r"\s\-‐‑–.,'’/&+_"
_ONLY_JOINING = regex.compile(rf"[{_JOINING}]*")
_SCRIPT_RUN = regex.compile(
    r"(?P<han>\p{Han}+)|(?P<katakana>[\p{Katakana}ー]+)|(?P<other>[\p{Hiragana}\p{Hangul}]+)"
)
_ACCENTED = regex.compile(r"[[\p{Latin}\p{Greek}]&&[^\x00-\x7f]]\p{Mn}*|[a-z]\p{Mn}+", regex.V1)
_VARIATION = regex.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def fold(words: str) -> str:
    """`kit.text.folded`, and without accents on Latin and Greek, and variants of one kanji as one."""
    return _ACCENTED.sub(_bare, text.folded(_VARIATION.sub("", words)))


def _bare(found: regex.Match[str]) -> str:
    apart = unicodedata.normalize("NFD", found.group())
    return "".join(one for one in apart if not unicodedata.combining(one))


@dataclass(frozen=True)
class Unit:
    """A run of one kind. `kind` is "dense" (no blanks between words), "letters" or "digits"."""

    kind: str
    text: str
    after_gap: bool = False  # punctuation stands before it

    @property
    def tokens(self) -> list[str]:
        if self.kind != "dense":
            return [self.text[:TOKEN_LENGTH]]
        return [self.text[at : at + 2] for at in range(len(self.text))]


def units(folded: str) -> list[Unit]:
    """The runs of a folded text in their order."""
    found: list[Unit] = []
    end = 0
    for run in _UNIT.finditer(folded):
        joined = _ONLY_JOINING.fullmatch(folded, end, run.start())
        found.append(Unit(run.lastgroup or "", run.group().replace("・", ""), bool(found) and not joined))
        end = run.end()
    return found


def tokens(words: str) -> list[str]:
    """The tokens of a text in a row, `GAP` where punctuation breaks it."""
    row: list[str] = []
    for unit in units(fold(words)):
        if unit.after_gap:
            row.append(GAP)
        row.extend(unit.tokens)
    return row


def openings(words: str) -> set[str]:
    """Tokens with which words of a text begin, as far as that can be told without a dictionary.

    Words begin with a phrase (BudouX), where the script changes to kanji or katakana, and at every
    second kanji of a compound, for most are of two: 国際|京都|会議, but 東京|都. A word in katakana
    is kept whole, for it ends where its script does.
    """
    folded = fold(words)
    starts, at = set(), 0
    for phrase in text.phrases(folded):
        starts.add(at)
        at += len(phrase)
    found: set[str] = set()
    for unit in regex.finditer(rf"[{_DENSE}]+", folded):
        for run in _SCRIPT_RUN.finditer(folded, unit.start(), unit.end()):
            if run.lastgroup == "katakana":
                found.add(run.group()[:TOKEN_LENGTH])
                continue
            found.update(
                folded[begin : min(begin + 2, unit.end())]
                for begin in _beginnings(run, starts, first=run.start() == unit.start())
            )
    return found


def _beginnings(run: regex.Match[str], starts: set[int], *, first: bool) -> list[int]:
    inside = [at for at in range(run.start(), run.end()) if at in starts]
    if run.lastgroup != "han":
        return inside or ([run.start()] if first else [])
    edges = sorted({run.start(), *inside})
    return [
        begin
        for edge, end in zip(edges, [*edges[1:], run.end()], strict=True)
        for begin in range(edge, end, 2)
    ]


@dataclass(frozen=True)
class Phrase:
    """What a query asks for: tokens side by side, the last one a beginning where `open_ended`.

    `opening` is the token that tells a word itself from one inside another; "" where any will do.
    """

    units: tuple[Unit, ...]
    tokens: tuple[str, ...]
    open_ended: bool
    opening: str
    opening_open_ended: bool


def phrases_of(word: str) -> list[Phrase]:
    """A query's word as phrases, all of which a text must have; none for mere punctuation."""
    parts: list[list[Unit]] = []
    for unit in units(fold(word)):
        if unit.after_gap or not parts:
            parts.append([])
        parts[-1].append(unit)
    return [_phrase(part) for part in parts]


def _phrase(part: list[Unit]) -> Phrase:
    row = [token for unit in part for token in unit.tokens]
    last = part[-1]
    if last.kind == "dense" and len(last.text) > 1:
        # In a text the run may go on: its last character alone asks for nothing.
        row.pop()
    alone = last.kind == "dense" and len(last.text) == 1
    opening, begun = _opening(part[0])
    return Phrase(tuple(part), tuple(row), alone, opening, begun and len(part) == 1)


def _opening(unit: Unit) -> tuple[str, bool]:
    if unit.kind != "dense":
        return "", False
    run = _SCRIPT_RUN.match(unit.text)
    if run and run.lastgroup == "katakana" and len(run.group()) > 1:
        return run.group()[:TOKEN_LENGTH], False
    return unit.text[:2], len(unit.text) == 1


def pattern(phrases: list[Phrase]) -> regex.Pattern[str]:
    """Finds the phrases in a folded text, where they stand as the index found them."""
    return regex.compile(
        "|".join(f"[{_JOINING}]*".join(map(_written, one.units)) for one in phrases), regex.V1
    )


def _written(unit: Unit) -> str:
    if unit.kind == "dense":
        return "・?".join(map(regex.escape, unit.text))
    kind = rf"[\p{{L}}\p{{M}}--[{_DENSE}]]" if unit.kind == "letters" else rf"[\p{{N}}--[{_DENSE}]]"
    return rf"(?<!{kind}){regex.escape(unit.text)}(?!{kind})"
