"""What happened in this process since it began, as plain numbers: counting must not slow what is counted.

A key is a word, or a word and its kind with a colon between ("problem:404"). `ops/metrics.py` says what
each is called outside.
"""

from collections import Counter

counts: Counter[str] = Counter()


def begin(*keys: str) -> None:
    """Has what may happen shown as 0 until it does: a rate over time sees the first one only beside that."""
    counts.update(dict.fromkeys(keys, 0))
