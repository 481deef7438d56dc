"""The parts of Recommended weigh what readers' clicks say, and only where that ranks better."""

import numpy as np
import orjson
import pytest

from kawaraban.recommendations.blend import START, Weights
from kawaraban.recommendations.weighing import BOUND, FEWEST, Weighing

LOOKED_AT = (1.0, 0.6, 0.4, 0.3, 0.25)
OTHERWISE = Weights(next=1.0, popular=0.4, alike=2.0, fresh=1.2, section=0.15)


def clicks(wanted, many, seed=1, strength=3.0, looked_at=LOOKED_AT):
    """(parts, place from 0) of readers who want what `wanted` weighs, shown in the order of START."""
    chance = np.random.default_rng(seed)
    weights = np.array(wanted)
    while many:
        parts = chance.random((5, len(START))) * (chance.random((5, len(START))) < 0.7)
        parts = parts[np.argsort(-(parts @ np.array(START)))]
        likes = np.exp(strength * (parts @ weights))
        likes = 0.3 * likes / likes.sum()
        looks = chance.random(5) < looked_at
        found = np.flatnonzero(looks & (chance.random(5) < likes))
        if len(found):
            yield parts, int(chance.choice(found))
            many -= 1


def learnt(wanted, many, looked_at=LOOKED_AT, **more):
    weighing = Weighing()
    for parts, place in clicks(wanted, many, **more):
        weighing.add(parts, place, looked_at[place])
    return weighing


def test_the_first_weights_serve_until_there_are_clicks_enough_and_a_trial_is_won():
    weighing = Weighing()
    serving = []
    for parts, place in clicks(OTHERWISE, 4_000):
        weighing.add(parts, place, LOOKED_AT[place])
        serving.append(weighing.weights == START)
    assert all(serving[: FEWEST + 200]) and not any(serving[3_000:])


def test_what_is_learnt_comes_nearer_to_what_readers_want():
    found = np.array(learnt(OTHERWISE, 5_000).weights)
    share, wanted, start = (np.array(one) / sum(one) for one in (found, OTHERWISE, START))
    assert np.abs(share - wanted).sum() < 0.35 * np.abs(start - wanted).sum()


def test_places_looked_at_less_do_not_pass_for_wanted_less():
    """Not corrected, the order that was shown would seem to be what readers want."""
    steep = (1.0, 0.4, 0.25, 0.2, 0.2)
    weighing, naive = Weighing(), Weighing()
    for parts, place in clicks(OTHERWISE, 5_000, looked_at=steep):
        weighing.add(parts, place, steep[place])
        naive.add(parts, place, 1.0)
    wanted = np.array(OTHERWISE) / sum(OTHERWISE)

    def off(one):
        return np.abs(np.array(one.weights) / sum(one.weights) - wanted).sum()

    assert off(weighing) < off(naive)


def test_readers_who_want_what_the_first_weights_say_keep_them_or_lose_nothing():
    weighing = learnt(START, 4_000)
    share, start = np.array(weighing.weights) / sum(weighing.weights), np.array(START) / sum(START)
    assert np.abs(share - start).sum() < 0.15


def test_clicks_that_follow_nothing_change_nothing():
    chance = np.random.default_rng(5)
    weighing = Weighing()
    for parts, _ in clicks(START, 3_000):
        weighing.add(parts, int(chance.integers(5)), 1.0)
    assert weighing.weights == START


def test_no_weight_goes_further_than_its_bound():
    only_alike = Weights(next=0.0, popular=0.0, alike=5.0, fresh=0.0, section=0.0)
    found = learnt(only_alike, 5_000).weights
    assert found != START
    for weight, first in zip(found, START, strict=True):
        assert first / BOUND - 1e-3 <= weight <= first * BOUND + 1e-3


def test_what_was_learnt_is_kept_in_a_snapshot():
    one, other = learnt(OTHERWISE, 4_000), Weighing()
    other.restore(orjson.loads(orjson.dumps(one.kept())))
    assert other.weights == one.weights != START
    other.restore(Weighing().kept())
    assert other.weights == START


@pytest.mark.parametrize("stories", [1, 5])
def test_a_rail_of_any_length_may_be_learnt_from(stories):
    weighing = Weighing()
    for _ in range(FEWEST):
        weighing.add(np.ones((stories, len(START))), 0, 1.0)
    assert weighing.weights == START
