"""The same log gives the same counts, however it comes."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.audience.events import Event
from kawaraban.audience.fold import HALF_LIVES, WINDOW_MS, Fold

START = 1_780_000_000_000


def rows(moves):
    at, made = START, []
    for seq, (pause, story, visitor) in enumerate(moves, start=1):
        at += pause
        made.append((seq, Event(seq.to_bytes(16, "big"), at, story, "view", bytes([visitor + 1]) * 8)))
    return made


moves = st.lists(st.tuples(st.integers(0, 3 * WINDOW_MS), st.integers(1, 6), st.integers(0, 4)), max_size=120)


def told(fold, now):
    together = {}
    for story, number in fold.stories.number_of.items():
        row = fold.pairs.row(number, now)
        others = [fold.stories.stories[other] for other in row.others]
        columns = zip(
            others, row.forward.T.tolist(), row.backward.T.tolist(), row.several.tolist(), strict=True
        )
        together[story] = sorted(columns)
    return (
        [fold.counts(now, half_life) for half_life in HALF_LIVES],
        fold.readers(now),
        fold.opened(now),
        together,
    )


@settings(max_examples=60)
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
    assert fold.readers(now) == {1: 3}
    assert fold.opened(now) == {1: 4}


def test_counts_fade_by_half_in_a_half_life():
    fold = Fold()
    fold.take(rows([(0, 1, visitor) for visitor in range(5)]))
    for half_life in HALF_LIVES:
        assert abs(fold.counts(START / 1000 + half_life, half_life)[1] - 2.5) < 1e-9


def test_ways_between_stories_weigh_by_what_lies_between_and_keep_their_direction():
    fold = Fold()
    fold.take(rows([(0, 7, 0), (0, 8, 0), (0, 9, 0)]))
    numbers = fold.stories.number_of
    row = fold.pairs.row(numbers[7], START / 1000)
    ways = dict(zip(row.others.tolist(), row.forward[0].tolist(), strict=True))
    assert (
        ways == pytest.approx({numbers[8]: 1.0, numbers[9]: 0.5})
        and not row.backward.any()
        and not row.several.any()
    )
    fold.take([(9, Event(b"", START, 8, "view", b"\x09")), (10, Event(b"", START, 7, "view", b"\x09"))])
    row = fold.pairs.row(numbers[7], START / 1000)
    assert row.backward[0][row.others == numbers[8]] == pytest.approx(1.0) and row.several.sum() == 1


def test_it_says_of_which_stories_and_of_those_read_before_them_something_changed():
    fold = Fold()
    fold.take(rows([(0, 1, 0), (0, 2, 0), (0, 3, 1)]))
    numbers = fold.stories.number_of
    assert fold.touched == set(numbers.values())
    fold.touched.clear()
    fold.take([(9, Event(b"", START, 4, "view", bytes([1]) * 8))])
    assert fold.touched == {numbers[story] for story in (1, 2, 4)}


def test_an_event_that_can_not_be_counted_is_told_of_and_the_fold_goes_on():
    refused = []
    fold = Fold(lambda seq, event, why: refused.append((seq, why)))
    good = Event(b"", START, 1, "view", b"a")
    bad = [good._replace(story="1"), good._replace(at_ms=None), good._replace(visitor=b""), ("torn",), None]
    fold.take(enumerate([good, *bad, good._replace(visitor=b"b")], start=1))
    assert [seq for seq, _ in refused] == [2, 3, 4, 5, 6] and all(why for _, why in refused)
    assert fold.after == 7 and fold.readers(START / 1000) == {1: 2}


def test_what_nobody_read_for_a_week_is_forgotten_and_its_number_given_to_another():
    fold = Fold()
    fold.take(rows([(0, 1, 0), (0, 2, 0), (9 * 86_400_000, 3, 0)]))
    assert set(fold.stories.number_of) == {3} and len(fold.pairs) == 0
    fold.take([(9, Event(b"", START + 9 * 86_400_000, 4, "view", b"z"))])
    assert sorted(fold.stories.number_of.values()) == [0, 1]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Tokyo", "Pacific/Chatham"])
def test_the_day_begins_at_its_own_midnight_and_has_no_readers_before_the_first(zone):
    with timezone.override(zone):
        midnight = dt.datetime(2026, 3, 5, tzinfo=ZoneInfo(zone)).timestamp()
        fold = Fold()

        def read(seq, at, visitor):
            fold.take([(seq, Event(b"", int(at * 1000), 7, "view", visitor))])

        read(1, midnight - 2000, b"a")
        read(2, midnight - 1, b"b")
        assert (fold.visitors_today(7, midnight - 1), fold.visitors_today(7, midnight)) == (2, 0)
        read(3, midnight, b"c")
        assert fold.visitors_today(7, midnight) == 1


@pytest.mark.parametrize("at_ms", [2**62, 2**45, 0, -5])
def test_an_event_of_no_time_changes_nothing(at_ms):
    refused, fold, sound = [], Fold(lambda *one: refused.append(one[0])), Fold()
    events = [event for _, event in rows([(1000, 1, visitor) for visitor in range(9)])]
    bad = events[0]._replace(at_ms=at_ms)
    fold.take(enumerate([bad, *events[:4], bad, *events[4:]], start=1))
    sound.take(enumerate(events, start=3))
    assert refused == [1, 6]
    kept = fold.kept(), sound.kept()
    assert all((kept[0][name] == kept[1][name]).all() for name in kept[0])


def test_it_says_to_when_its_events_have_brought_it():
    fold = Fold()
    fold.take(rows([(0, 1, 0), (100_000_000, 2, 0)]))
    assert 0 <= (START + 100_000_000) / 1000 - fold.stands_at() < 60
    fold.take([(3, Event(b"", START + 110_000_000, 2, "share", b"a"))])
    assert 0 <= (START + 110_000_000) / 1000 - fold.stands_at() < 3600
