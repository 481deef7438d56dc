import numpy as np

from kawaraban.audience.events import Event
from kawaraban.audience.fold import HALF_LIVES, Fold
from kawaraban.rankings.foresight import WAYS, Foresight, longest
from kawaraban.rankings.most_read import most_read

HOUR = HALF_LIVES.index(3600.0)
START = 1_780_000_200.0


def counted(**by_story):
    """The same decayed counts under every half-life."""
    return np.tile(np.array([float(count) for count in by_story.values()]), (len(HALF_LIVES), 1))


def test_a_list_is_ordered_by_readings_then_by_newness_and_filled_up_with_the_newest():
    counts = counted(one=2, two=5, three=2, four=0)
    ranked = most_read([1, 2, 3, 4], counts, HOUR, {1: 10.0, 3: 20.0, 4: 30.0}, [4, 3, 2, 1])
    assert ranked.stories == (2, 3, 1, 4) and ranked.half_life == 3600.0


def test_what_the_quick_count_has_forgotten_is_ordered_by_the_slow_one():
    counts = counted(one=3, two=4)
    counts[0] = 0.0
    assert most_read([1, 2], counts, 0, {}, []).stories == (2, 1)


def test_before_any_trial_few_readers_get_a_slow_list_and_many_a_quick_one():
    few, many = Foresight().choice(counted(one=1, two=2)), Foresight().choice(counted(one=900, two=700))
    assert longest(few) == 86_400.0 and longest(many) == 900.0


def test_the_half_life_that_foresees_best_is_found():
    """Readers who turn to other stories every few minutes want a quick list, however many they are."""
    fold, foresight, seq = Fold(), Foresight(), 0
    random = np.random.default_rng(3)
    numbers = np.arange(40)
    for step in range(300):
        at = START + 60 * step
        fashion = (step // 8) * 7
        for _ in range(20):
            seq += 1
            story = 1 + int(fashion + random.integers(0, 12)) % 40
            fold.take([(seq, Event(b"", int(at * 1000), story, "view", seq.to_bytes(4, "little")))])
        if foresight.due(at) and len(fold.stories) == 40:
            foresight.round(at, fold, {"": numbers})
    way = foresight.choice(fold.readings.counts(at)[:, numbers])
    assert longest(way) <= 900.0 and len(WAYS[way]) == len(HALF_LIVES)
