import math

import pytest

from kawaraban.rankings import formulas


@pytest.mark.parametrize(
    ("seen", "usual", "chance"),
    [(1, 1.0, 0.63212), (5, 1.0, 0.00365985), (3, 0.5, 0.0143877)],
)
def test_surprise_is_the_tail_of_a_poisson_distribution(seen, usual, chance):
    if seen > usual:
        assert math.isclose(10 ** -formulas.surprise(seen, usual), chance, rel_tol=1e-4)


def test_what_is_usual_surprises_nobody():
    assert formulas.surprise(0, 3) == 0 and formulas.surprise(3, 3) == 0


def test_what_is_usual_by_few_readings_surprises_less():
    sure, unsure = formulas.surprise(30, 10), formulas.surprise(30, 10, known_from=10)
    assert 0 < unsure < sure
    assert math.isclose(formulas.surprise(30, 10, known_from=1e7), sure, rel_tol=1e-3)
    # The tail of a negative binomial distribution of mean 2 and shape 1 is geometric: (2/3)^5.
    assert math.isclose(formulas.surprise(5, 2, known_from=1), -5 * math.log10(2 / 3), rel_tol=1e-6)


def test_one_who_writes_comment_after_comment_does_not_outweigh_many_readers():
    one, crowd = formulas.discussed(30, 1), formulas.discussed(2, 60)
    assert one < crowd and formulas.discussed(1, 0) == formulas.discussed(0, 10)
    # Each adds something, and less than the one before.
    gains = [formulas.discussed(n + 1, 0) - formulas.discussed(n, 0) for n in range(50)]
    assert gains == sorted(gains, reverse=True) and gains[-1] > 0
