"""Japanese words by SudachiPy, where it and a dictionary are installed (requirements/japanese.txt)."""

import functools
import logging
from collections.abc import Callable
from typing import Any

import regex

log = logging.getLogger(__name__)

_JAPANESE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
# What carries meaning: nouns, verbs, adjectives, adverbs, and what is put before or behind them.
_TELLING = {"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞"}
_AUXILIARY = "非自立可能"


def words(text: str) -> list[tuple[str, int]]:
    """(word in its normal form, where it begins); none without Sudachi, or of text not Japanese."""
    tokenize = _tokenizer()
    if tokenize is None or not _JAPANESE.search(text):
        return []
    found = []
    for one in tokenize(text):
        kind = one.part_of_speech()
        if kind[0] in _TELLING and kind[1] != _AUXILIARY:
            found.append((one.normalized_form(), one.begin()))
    return found


def speaks() -> bool:
    """Whether words can be told here."""
    return _tokenizer() is not None


@functools.cache
def _tokenizer() -> Callable[[str], Any] | None:
    try:
        import sudachipy
    except ImportError:
        return None
    try:
        # The shortest units: 国際 連合, which a headline and a story share more often than whole names.
        tokenizer = sudachipy.Dictionary().tokenizer(sudachipy.SplitMode.A)
    except Exception as why:
        log.warning("SudachiPy is installed but has no dictionary, so words are not used: %s", why)
        return None
    tokenize: Callable[[str], Any] = tokenizer.tokenize
    return tokenize
