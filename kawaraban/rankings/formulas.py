"""The arithmetic behind rankings. Pure: numbers in, numbers out."""

import math

_MOST_TERMS = 10_000  # of a sum whose terms shrink

# Characters that are read silently in a minute, by language. Japanese, Chinese, Korean: 500, as Medium
# has long reckoned for its read times, within the 400 to 600 that are told of Japanese adults. Others:
# the 238 words of non-fiction a minute of Brysbaert, "How many words do we read per minute? A review and
# meta-analysis of reading rate", Journal of Memory and Language 109 (2019), of six characters with a space.
_A_MINUTE = {"ja": 500.0, "zh": 500.0, "ko": 500.0}
_A_MINUTE_ELSE = 6 * 238.0
_SHORTEST = 20.0  # seconds that headline, dek and picture take, however short the story
_AS_EXPECTED = 20.0  # readings that took just as long as expected, thought to each story's own
_LURKERS = 10.0


def surprise(seen: float, usual: float, *, known_from: float = math.inf) -> float:
    """How surprising it is to see at least `seen` where `usual` is expected: -log10 of the chance.

    The upper tail of a Poisson distribution, as in Kleinberg, "Bursty and Hierarchical Structure in
    Streams" (2002) and its many successors for trends: raw growth favours what is rare, this doesn't.
    Where what is usual is itself known from so many readings only, its gamma distribution of that
    shape is taken into account, which makes the tail that of a negative binomial distribution.
    """
    count = math.floor(seen)
    if count <= 0 or usual <= 0:
        return 0.0 if count <= 0 else math.inf
    if count <= usual:
        return 0.0
    # The tail's first term in logarithms, and the series that follows it, in parts of the first.
    if math.isinf(known_from):
        first = count * math.log(usual) - usual - math.lgamma(count + 1)
    else:
        odds = usual / known_from
        first = (
            math.lgamma(count + known_from)
            - math.lgamma(count + 1)
            - math.lgamma(known_from)
            - known_from * math.log1p(odds)
            + count * (math.log(odds) - math.log1p(odds))
        )
    total = term = 1.0
    for k in range(count, count + _MOST_TERMS):
        step = usual if math.isinf(known_from) else (k + known_from) * odds / (1 + odds)
        term *= step / (k + 1)
        total += term
        if term < total * 1e-12:
            break
    return max(0.0, -(first + math.log(total)) / math.log(10))


def reading_time(characters: int, language: str) -> float:
    """How many seconds a story of so many characters takes to read, in a language like "ja" or "en-gb"."""
    a_minute = _A_MINUTE.get(language.partition("-")[0].lower(), _A_MINUTE_ELSE)
    return max(_SHORTEST, 60 * characters / a_minute)


def engagement(seconds: float, readings: float, expected: float) -> float:
    """How many times the `expected` seconds (above 0) its readers stayed with a story, by their mean.

    `seconds` are those of all readings together. Time over what the length asks for is what Yi, Hong,
    Zhong, Liu and Rajan normalise by in "Beyond Clicks: Dwell Time for Personalization" (RecSys 2014):
    long stories would else always lead. A mean of few readers is drawn towards 1, the mean of all
    (Efron and Morris, "Stein's Paradox in Statistics", 1977), by as many readings as _AS_EXPECTED.
    """
    return (seconds / expected + _AS_EXPECTED) / (readings + _AS_EXPECTED)


def discussed(comments: float, opened: float) -> float:
    """How much a story is discussed: the first comment is worth ten readers who open the discussion.

    Of a hundred, ninety only read, nine write now and then and one most of what there is (Nielsen, "The
    90-9-1 Rule for Participation Inequality", 2006): one who writes stands for some ten who don't.
    But nobody can tell whether the next comment is another's: names are free. So comments count by their
    root, and to pass a story twice as discussed takes four times as many.
    """
    return math.sqrt(comments) + opened / _LURKERS
