import numpy as np
import pytest

from kawaraban.audience.pairs import HALF_LIVES, Together
from kawaraban.recommendations import coread


def row(ways):
    """The same counts forward under every half-life, none backward."""
    counts = np.tile(np.array([float(one) for one in ways.values()]), (len(HALF_LIVES), 1))
    several = np.ones(len(ways), bool)
    return Together(np.array(list(ways), np.int64), counts, counts * 0, several)


def test_where_nobody_went_on_what_is_popular_stands():
    base = np.array([0.5, 0.3, 0.2])
    assert coread.estimates(row({}), base, 30.0) == pytest.approx(base)


def test_estimates_are_chances_and_lean_on_counts_the_more_there_are():
    base = np.array([0.4, 0.3, 0.2, 0.1])
    few, many = (coread.estimates(row({3: count}), base, 30.0) for count in (1, 1000))
    assert few.sum() == pytest.approx(1.0) and many.sum() == pytest.approx(1.0)
    assert base[3] < few[3] < many[3] < 1.0 and few[0] > many[0]


def test_by_hand():
    counts = Together(
        np.array([0]),
        np.array([[2.0]] * len(HALF_LIVES)),
        np.array([[2.0]] * len(HALF_LIVES)),
        np.array([True]),
    )
    expected = 0.5
    for _ in HALF_LIVES:
        expected = (3.0 + 10.0 * expected) / 13.0  # two on the way there, half of two on the way back
    assert coread.estimates(counts, np.array([0.5, 0.5]), 10.0)[0] == pytest.approx(expected)
