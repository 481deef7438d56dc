import math

import pytest

from kawaraban.rankings import formulas
from kawaraban.rankings.rising import rising


@pytest.mark.parametrize(
    ("seen", "usual", "chance"),
    [(1, 1.0, 0.63212), (5, 1.0, 0.00365985), (3, 0.5, 0.0143877)],
)
def test_surprise_is_the_tail_of_a_poisson_distribution(seen, usual, chance):
    if seen > usual:
        assert math.isclose(10 ** -formulas.surprise(seen, usual), chance, rel_tol=1e-4)


def test_what_is_usual_surprises_nobody():
    assert formulas.surprise(0, 3) == 0 and formulas.surprise(3, 3) == 0


def test_a_topic_rises_against_its_own_level_and_not_without_a_past():
    topics = {"harbor": [1, 2], "film": [3]}
    week = {1: 20, 2: 20, 3: 7000}
    hour = {1: 20.0, 2: 10.0, 3: 60.0}
    assert [one.topic for one in rising(topics, hour, week, 200)] == ["harbor"]
    assert rising(topics, hour, week, 200)[0].stories == (1, 2)
    assert rising(topics, hour, week, 3) == []
