"""The same log gives the same counts, however it comes."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.audience.events import Event
from kawaraban.audience.fold import WINDOW_MS, Fold

START = 1_780_000_000_000


def rows(moves):
    at, made = START, []
    for seq, (pause, story, visitor) in enumerate(moves, start=1):
        at += pause
        made.append((seq, Event(seq.to_bytes(16, "big"), at, story, "view", bytes([visitor]) * 8)))
    return made


moves = st.lists(st.tuples(st.integers(0, 3 * WINDOW_MS), st.integers(1, 6), st.integers(0, 4)), max_size=120)


def told(fold, now):
    return (
        [readings.counts(now) for readings in fold.readings],
        fold.of_the_day.totals(now),
        fold.openings.totals(now),
        [sorted(fold.pairs.row(story, now)) for story in range(1, 7)],
    )


@settings(max_examples=60, deadline=None)
@given(moves, st.lists(st.integers(0, 120), max_size=5))
def test_live_replayed_or_in_pieces_it_counts_the_same(made, cuts):
    events = rows(made)
    now = (events[-1][1].at_ms if events else START) / 1000
    whole, pieces = Fold(), Fold()
    whole.take(events)
    edges = [0, *sorted(cuts), len(events)]
    for first, last in itertools.pairwise(edges):
        pieces.take(events[first:last])
        pieces.take(events[max(0, first - 3) : last])  # what was taken in already is passed over
    assert told(whole, now) == told(pieces, now)


def test_a_visitor_counts_once_in_a_window_and_again_after_it():
    fold = Fold()
    fold.take(rows([(0, 1, 0), (1000, 1, 0), (WINDOW_MS, 1, 0), (1000, 1, 1)]))
    now = (START + WINDOW_MS + 2000) / 1000
    assert fold.of_the_day.totals(now) == {1: 3}
    assert fold.openings.totals(now) == {1: 4}
