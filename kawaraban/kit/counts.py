"""What happened in this process since it began, as plain numbers: counting must not slow what is counted.

A key is a word, or a word and its kind with a colon between ("problem:404"). `ops/metrics.py` says what
each is called outside.
"""

from collections import Counter

counts: Counter[str] = Counter()
