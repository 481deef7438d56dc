"""Different readers of a story in a day: all of them while few, nearly so many as they become many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.audience.uniques import EXACT, Uniques

ANY = np.random.default_rng(5)


def visitors(count):
    return ANY.integers(0, 2**64, count, np.uint64)


def added(uniques, number, ids):
    uniques.add(np.full(len(ids), number), ids)
    return uniques


@pytest.mark.parametrize("count", [1, 7, EXACT])
def test_few_are_counted_exactly_however_often_they_come(count):
    ids = visitors(count)
    assert added(added(Uniques(), 3, ids), 3, ids).count(3) == count


@pytest.mark.parametrize("count", [EXACT + 1, 1_000, 10_000, 300_000])
def test_many_are_counted_within_a_few_hundredths(count):
    found = [added(Uniques(), 0, visitors(count)).count(0) for _ in range(5)]
    # Five standard errors of one, and of the mean of five.
    assert all(abs(one / count - 1) < 0.08 for one in found)
    assert abs(sum(found) / 5 / count - 1) < 0.037


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 400)), max_size=8), st.integers(0, 8))
def test_in_pieces_repeated_and_from_a_snapshot_it_counts_the_same(parts, cut):
    pool, whole, pieces = visitors(400), Uniques(), Uniques()
    for uniques in (whole, pieces):
        uniques.begin(7)
    told = [(number, pool[:count]) for number, count in parts]
    if told:
        whole.add(
            np.concatenate([np.full(len(ids), n) for n, ids in told]), np.concatenate([i for _, i in told])
        )
    for number, ids in told[:cut]:
        added(pieces, number, ids)
    after = Uniques()
    after.restore({name: array.copy() for name, array in pieces.kept().items()})
    for number, ids in told:
        added(after, number, ids)
    after.begin(7)
    assert [after.count(number) for number in range(6)] == [whole.count(number) for number in range(6)]


def test_nothing_that_is_kept_joins_a_visitor_s_stories_or_tells_the_visitor():
    few, many, uniques = visitors(40), visitors(2000), Uniques()
    for number in (0, 1):
        added(uniques, number, few)
        added(uniques, 2 + number, many)
    kept = uniques.kept()
    first, second = np.split(kept["visitors"], 2)
    assert len(np.unique(kept["visitors"])) == 80 and not set(few.tolist()) & set(kept["visitors"].tolist())
    # Sorted they are in no common order either.
    assert np.argsort(first).tolist() != np.argsort(second).tolist()
    # Two stories with the same readers have registers no more alike than chance makes them.
    ours, others = kept["registers"]
    assert (ours == others).mean() < 0.6


def test_a_new_day_begins_with_nobody_and_a_forgotten_story_has_no_readers():
    uniques = added(added(Uniques(), 1, visitors(1000)), 2, visitors(9))
    uniques.forget([1])
    assert (uniques.count(1), uniques.count(2)) == (0, 9)
    assert added(uniques, 1, visitors(500)).count(1) == pytest.approx(500, rel=0.1)
    uniques.begin(8)
    assert (uniques.count(1), uniques.count(2)) == (0, 0)
