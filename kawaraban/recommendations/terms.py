"""A text's terms, by which two stories are told to be about one matter.

No dictionary is needed for any script. Scripts without blanks (kanji, kana, hangul, thai) give
overlapping pairs of characters within a run of one script, and each kanji alone, for one kanji often
stands for a word (日米 for 日本 and 米国). Scripts with blanks give overlapping fours of a word's
letters, short words whole, so that endings change little. Numbers stay whole, once alone and once
with the character that follows: of two typhoons only the number tells which. Where SudachiPy is
installed, Japanese text gives its words too, each in its dictionary form.

News puts what matters first, and what stands last is often a list of other stories. So a term
weighs e^(-at / LEAD) at so many characters from the beginning, and its occurrences together
saturate as in BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond", 2009), whose correction for length falls away, for all texts then are equally long.
"""

import math
from collections.abc import Iterator

import regex

from kawaraban.kit.text import folded
from kawaraban.recommendations import japanese

LEAD = 200.0  # characters from the beginning after which a term weighs 1/e
READ = 700  # characters; what stands behind them would weigh next to nothing
_SATURATION = 0.4
_FADING = [math.exp(-at / LEAD) for at in range(READ)]
# Beside a dictionary's words the characters still find what it doesn't know; each side of a product
# takes half, so that they count a quarter.
_BESIDE_WORDS = 0.5

_WITHOUT_BLANKS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_RUN = regex.compile(
    r"(?P<number>\p{N}+(?:[.,]\p{N}+)*)"
    r"|(?P<kanji>\p{Han}+)"
    r"|(?P<pairs>\p{Hiragana}+|[\p{Katakana}ー]+|\p{Hangul}+|[[\p{L}\p{M}]&&[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]+)"
    rf"|(?P<word>[\p{{L}}--[{_WITHOUT_BLANKS}]][[\p{{L}}\p{{M}}]--[{_WITHOUT_BLANKS}]]*)",
    regex.V1,
)
_LETTERS = 4


# Another number with every change of what `weights` finds in a text.
_EDITION = 1


def made_by() -> str:
    """Names the way in which terms are found here: what another way found is of no use."""
    return f"{_EDITION} sudachi" if japanese.speaks() else f"{_EDITION}"


def weights(words: str) -> dict[str, float]:
    """The weight of each term of a text in 0..1, its first READ characters read.

    `words` are a story's headline, dek and body, in this order.
    """
    text = folded(words[:READ])[:READ]
    found: dict[str, float] = {}
    spoken = japanese.words(text)
    for term, at in _characters(text):
        found[term] = found.get(term, 0.0) + _FADING[at]
    if spoken:
        found = {term: _saturated(tf) * _BESIDE_WORDS for term, tf in found.items()}
        by_word: dict[str, float] = {}
        for word, at in spoken:
            # Set apart, for a pair of kanji may be a word, and would count twice.
            by_word["=" + word] = by_word.get("=" + word, 0.0) + _FADING[at]
        found.update((word, _saturated(tf)) for word, tf in by_word.items())
        return found
    return {term: _saturated(tf) for term, tf in found.items()}


def _saturated(tf: float) -> float:
    return tf / (tf + _SATURATION)


def _characters(text: str) -> Iterator[tuple[str, int]]:
    """(term, where it begins) of every term told by its characters."""
    for run in _RUN.finditer(text):
        written, at, kind = run.group(), run.start(), run.lastgroup
        if kind == "number":
            number = written.replace(",", "")
            yield "#" + number, at
            follows = text[run.end() : run.end() + 1]
            if follows.isalpha():
                yield number + follows, at
        elif kind == "word":
            for i in range(max(len(written) - _LETTERS + 1, 1)):
                yield written[i : i + _LETTERS], at + i
        else:
            if kind == "kanji" or len(written) == 1:
                yield from ((one, at + i) for i, one in enumerate(written))
            yield from ((written[i : i + 2], at + i) for i in range(len(written) - 1))
