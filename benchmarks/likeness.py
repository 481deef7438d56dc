"""Likeness of text: a headline's own story found among others, beside peers; and what a new story costs.

Needs a file of stories, one JSON object a line (gzipped or not) with `id`, `headline` and `text`:
`python -m benchmarks.likeness FILE`, or LIKENESS_STORIES=FILE for `make bench`.
"""

import gzip
import json
import math
import os
import resource
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import regex
from rich.console import Console

from benchmarks import rows
from benchmarks.rig import CannotMeasure, Rig
from kawaraban.kit.text import folded
from kawaraban.recommendations import japanese
from kawaraban.recommendations.likeness import Likeness, Matter

SHOWN = 10
_MANY, _NEW = 20_000, 50  # stories of the measurement of time, and how many of them come one by one
Ask = Callable[[str], Sequence[int]]  # from a headline to stories, most alike first
_RUN = regex.compile(r"[\p{L}\p{N}]+")


@dataclass(frozen=True)
class Found:
    """Shares of the headlines whose own story stood first, among the first ten, and 1/place on average."""

    first: float
    among_ten: float
    reciprocal: float
    milliseconds: float  # of one question


def stories_in(file: Path) -> list[tuple[int, str, str]]:
    """(id, headline, text) of each line."""
    open_it = gzip.open if file.suffix == ".gz" else open
    with open_it(file, "rt", encoding="utf-8") as lines:
        read = (json.loads(line) for line in lines)
        return [(int(one["id"]), str(one["headline"]), str(one["text"])) for one in read]


def found(ask: Ask, headlines: Iterable[tuple[int, str]]) -> Found:
    """How well `ask` finds the story (number, headline) of each headline."""
    places, began = [], time.process_time()
    for own, headline in headlines:
        near = list(ask(headline))[:SHOWN]
        places.append(near.index(own) + 1 if own in near else math.inf)
    spent = time.process_time() - began
    return Found(
        sum(place == 1 for place in places) / len(places),
        sum(place <= SHOWN for place in places) / len(places),
        sum(1 / place for place in places) / len(places),
        1000 * spent / len(places),
    )


def ours(stories: Sequence[tuple[int, str, str]]) -> Ask:
    """The publication's own likeness, which is told the texts and not the headlines."""
    likeness = Likeness()
    texts = {story: text for story, _, text in stories}
    likeness.update(dict.fromkeys(texts, 1), lambda wanted: [Matter(story, texts[story]) for story in wanted])
    while likeness.reading:
        likeness.work(1)
    return lambda headline: [story for story, _ in likeness.nearest(headline, SHOWN)]


def bm25(stories: Sequence[tuple[int, str, str]], terms: Callable[[str], list[str]]) -> Ask:
    """A plain BM25 (k1 1.2, b 0.75) over these terms: the peer."""
    counted = {story: Counter(terms(text)) for story, _, text in stories}
    mean = sum(sum(one.values()) for one in counted.values()) / len(counted)
    entries: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for story, counts in counted.items():
        long = 1.2 * (0.25 + 0.75 * sum(counts.values()) / mean)
        for term, count in counts.items():
            entries[term].append((story, 2.2 * count / (count + long)))

    def ask(headline: str) -> list[int]:
        scores: defaultdict[int, float] = defaultdict(float)
        for term in terms(headline):
            there = entries.get(term, [])
            rarity = math.log(1 + (len(counted) - len(there) + 0.5) / (len(there) + 0.5))
            for story, weight in there:
                scores[story] += rarity * weight
        return sorted(scores, key=lambda story: -scores[story])[:SHOWN]

    return ask


def bigrams(words: str) -> list[str]:
    return [run[at : at + 2] for run in _RUN.findall(folded(words)) for at in range(len(run) - 1)]


def sudachi(words: str) -> list[str]:
    return [word for word, _ in japanese.words(folded(words))]


def measure(rig: Rig) -> list[rows.Found]:
    """How well headlines find their stories, and what a new story costs."""
    file = os.environ.get("LIKENESS_STORIES")
    if not file:
        raise CannotMeasure("LIKENESS_STORIES=FILE: stories, one JSON object a line")
    stories = stories_in(Path(file))
    return [*_quality(stories, rig.say), _cost(stories, 2_000 if rig.quick else _MANY, rig.say)]


def _quality(stories: list[tuple[int, str, str]], say: Callable[[str], None]) -> list[rows.Found]:
    headlines = [(story, headline) for story, headline, _ in stories]
    peers: dict[str, Callable[[], Ask]] = {"BM25 over pairs of characters": lambda: bm25(stories, bigrams)}
    if with_words := bool(japanese.words("国際連合")):
        peers["BM25 over Sudachi's words"] = lambda: bm25(stories, sudachi)
    say("likeness: ours")
    reached = found(ours(stories), headlines)
    beside = []
    for name, make in peers.items():
        say(f"likeness: {name}")
        theirs = found(make(), headlines)
        beside.append(f"{name} {theirs.first:.3f} ({reached.first / theirs.first:.2f} times that)")
    return [
        rows.Row(
            f"headline to its own story among {len(stories):,}, R@1",
            reached.first,
            0.90,
            "",
            more_is_better=True,
            beside="; ".join(beside),
            note=f"R@10 {reached.among_ten:.3f}, MRR@10 {reached.reciprocal:.3f}, "
            f"{reached.milliseconds:.1f} ms a question, {'with' if with_words else 'without'} Sudachi",
        )
    ]


def _cost(stories: list[tuple[int, str, str]], count: int, say: Callable[[str], None]) -> rows.Row:
    """Time and memory of so many stories, each put together from two of those given."""
    say(f"likeness: {count:,} stories")
    texts = [text[:350] for _, _, text in stories]
    told = {
        number: f"{texts[number % len(texts)]}\n{texts[(number * 7 + number // len(texts)) % len(texts)]}"
        for number in range(count)
    }

    def matters(wanted: Sequence[int]) -> list[Matter]:
        return [Matter(story, told[story], frozenset({f"topic-{story % 300}"})) for story in wanted]

    before = _memory()
    likeness = Likeness()
    began = time.process_time()
    likeness.update(dict.fromkeys(range(count - _NEW), 1), matters)
    while likeness.busy:
        likeness.work(1)
    whole = time.process_time() - began
    spent = []
    for number in range(count - _NEW, count):
        began = time.process_time()
        likeness.update(dict.fromkeys(range(number + 1), 1), matters)
        likeness.work(10)
        spent.append(1000 * (time.process_time() - began))
    one = statistics.median(spent)
    return rows.Row(
        f"likeness of one new story among {count:,}",
        one,
        100,
        "ms",
        spread=(min(spent), max(spent)),
        beside=f"all of them from nothing {whole:.0f} s ({1000 * whole / one:,.0f} times that)",
        note=f"processor time; {(_memory() - before) / 2**20:.0f} MB",
    )


def _memory() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def main() -> None:
    if len(sys.argv) == 2:
        os.environ["LIKENESS_STORIES"] = sys.argv[1]
    rows.show(measure(Rig(1, 1, False, False, say=print)), Console(), load=0.0)


if __name__ == "__main__":
    main()
