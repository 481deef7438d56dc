"""A story rises against its own past: not because it is new, much read, or read as every Sunday."""

import numpy as np
import pytest

from kawaraban.audience.fold import Fold
from kawaraban.rankings.own_past import YOUNGEST, OwnPast
from kawaraban.rankings.rising import rising
from kawaraban.rankings.usual import WEEK
from tests.audience.test_fold import START

HOUR = START // 3_600_000
HALF_LIFE = 900.0


class Past:
    """A fold whose hours are filled by hand: readings of each story by hour before now."""

    def __init__(self, *stories):
        self.fold = Fold()
        for story in stories:
            self.fold.stories.new(story)
        self.fold.of_the_week.reserve(len(stories))

    def fill(self, hours, *counts):
        """`counts` are readings of each story in each of the hours, which count from now back."""
        for ago in sorted(hours, reverse=True):
            self.fold.of_the_week.begin(HOUR - ago)
            self.fold.of_the_week.add(np.arange(len(counts)), np.array(counts))
        return self

    def risen(self, at=HOUR * 3600 + 600, **now_read):
        usual = OwnPast()
        usual.take_up(self.fold, HOUR)
        faded = {int(story.removeprefix("story_")): float(count) for story, count in now_read.items()}
        read = {story: [(count, story)] for story, count in faded.items() if usual.is_old_enough(story)}
        found = rising(read, sum(faded.values()), HALF_LIFE, usual, at, fewest_stories=1)
        return [one.key for one in found]


def test_an_old_story_that_is_read_anew_rises_and_the_most_read_one_does_not():
    past = Past(1, 2).fill(range(1, 40), 200, 2)
    assert past.risen(story_1=70, story_2=30) == [2]
    assert past.risen(story_1=90, story_2=1) == []


def test_a_new_story_is_new_and_does_not_rise():
    past = Past(1, 2).fill(range(YOUNGEST, 40), 200).fill(range(1, YOUNGEST), 200, 2)
    assert past.risen(story_1=70, story_2=30) == []
    assert Past(1, 2).fill(range(1, 40), 200, 2).risen(story_1=70, story_2=30) == [2]


def test_what_is_read_so_at_this_hour_every_week_is_no_surprise():
    quiet, weekly = range(1, WEEK), range(WEEK, WEEK + 1)
    before = Past(1, 2).fill(range(WEEK + 1, WEEK + 10), 200, 8)
    assert before.fill(weekly, 200, 90).fill(quiet, 200, 8).risen(story_1=70, story_2=30) == []
    unheard_of = Past(1, 2).fill(range(WEEK + 1, WEEK + 10), 200, 8).fill((*quiet, *weekly), 200, 8)
    assert unheard_of.risen(story_1=70, story_2=30) == [2]


def test_a_busier_house_raises_nothing():
    past = Past(1, 2, 3).fill(range(1, 40), 200, 40, 10)
    assert past.risen(story_1=800, story_2=160, story_3=40) == []


def test_a_story_s_part_is_of_what_was_read_since_it_began():
    usual = OwnPast()
    usual.take_up(Past(1, 2).fill(range(10, 60), 100).fill(range(1, 10), 100, 50).fold, HOUR)
    assert usual.part(2, HOUR * 3600).share == pytest.approx(1 / 3)
    assert usual.hours == 59 and usual.part(99, HOUR * 3600).share == 0.0
