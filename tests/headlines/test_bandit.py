"""The statistics of a headline test."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.headlines import bandit, replaying
from kawaraban.headlines.bandit import Count

counts = st.lists(
    st.tuples(st.integers(0, 10_000), st.floats(0, 0.2)).map(lambda one: Count(one[0], int(one[0] * one[1]))),
    min_size=2,
    max_size=4,
)


@given(counts, st.floats(0, 1))
def test_shares_sum_to_one_and_the_leader_has_the_most(told, left):
    shares = bandit.shares(told, left)
    assert abs(sum(shares) - 1) < 1e-9 and all(0 <= share <= 1 for share in shares)
    means = [one.mean for one in bandit.beliefs(told)]
    assert shares[means.index(max(means))] == max(shares)


def test_all_are_alike_at_the_beginning_and_the_leader_alone_is_left_at_the_end():
    told = [Count(800, 16), Count(800, 14), Count(800, 6)]
    assert bandit.shares(told, 1.0) == [1 / 3] * 3
    middle, end = bandit.shares(told, 0.8), bandit.shares(told, 0.05)
    assert middle[0] > middle[1] > middle[2] and middle[1] > 0.01
    assert end[0] > 0.9


def test_a_test_is_decided_by_what_is_certain_or_no_longer_matters():
    open_still = bandit.standing([Count(500, 9), Count(500, 6)])
    assert not bandit.is_decided(open_still) and 0.5 < open_still.certainty < 0.95
    better = bandit.standing([Count(50_000, 1000), Count(50_000, 700)])
    assert better.leader == 0 and better.certainty > 0.99 and bandit.is_decided(better)
    alike = bandit.standing([Count(10_000_000, 200_000), Count(10_000_000, 200_100)])
    assert alike.certainty < 0.95 and bandit.is_decided(alike)


@settings(max_examples=20)
@given(counts)
def test_certainties_sum_to_one_and_are_the_same_each_time(told):
    stands = bandit.standing(told)
    assert abs(sum(stands.certainties) - 1) < 1e-9 and stands == bandit.standing(told)


def test_the_cost_is_the_clicks_that_the_others_showings_lacked():
    cost = bandit.cost([Count(10_000, 400), Count(10_000, 300)], 0)
    assert 80 < cost < 100  # a little less than 100: both are drawn towards each other
    assert bandit.cost([Count(0, 0), Count(0, 0)], 0) == 0


def test_certainty_is_kept_as_promised_where_tests_are_as_the_prior_says():
    """Of tests ended with a certainty of 95 %, about as many end with the best."""
    chance = random.Random(3)
    right = ended = 0
    for _ in range(150):
        rates = [0.03 * max(chance.gauss(1, bandit.SCATTER), 0.2) for _ in range(2)]
        told = [Count(), Count()]
        for _ in range(40):
            told = [
                Count(one.showings + 800, one.clicks + sum(chance.random() < rate for _ in range(800)))
                for one, rate in zip(told, rates, strict=True)
            ]
            stands = bandit.standing(told)
            if stands.certainty >= bandit.CERTAIN:
                ended += 1
                right += stands.leader == rates.index(max(rates))
                break
    assert ended > 80 and right / ended > 0.9


def test_replayed_tests_gain_over_showing_alike_and_the_oracle_gains_most():
    chance = random.Random(1)
    tests = [
        replaying.Past(tuple(0.02 * max(chance.gauss(1, 0.2), 0.3) for _ in range(4)), 12_000)
        for _ in range(60)
    ]
    gains = {
        name: replaying.play(tests, replaying.METHODS[name], 1, lambda: None).clicks
        for name in ("shown alike", "half of it a test, then the best", "Kawaraban")
    }
    assert abs(gains["shown alike"]) < 0.001
    assert gains["Kawaraban"] > gains["half of it a test, then the best"] > 0.03
    assert replaying.oracle(tests).clicks > gains["Kawaraban"]
