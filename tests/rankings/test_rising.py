"""Bursts planted into a simulated house whose readers come by the hour of the week."""

import math
import random

import pytest

from kawaraban.rankings.rising import rising
from kawaraban.rankings.usual import WEEK, Usual

HALF_LIFE = 300.0
STEP = 60  # seconds
TOPICS = 12
SUNDAY = 3  # a topic that is read nine times as much for two hours, once a week
FIRST = 20_000 * 86_400  # of an hour of the week that is 24


def poisson(chance, mean):
    count, product, least = 0, chance.random(), math.exp(-mean)
    while product > least:
        count += 1
        product *= chance.random()
    return count


def rate(topic, at):
    """Usual readings a second."""
    hour = at // 3600 % WEEK
    curve = 1 + 0.8 * math.cos((hour % 24 - 20) / 12 * math.pi)
    programme = 9 if topic == SUNDAY and hour in (30, 31) else 1
    return curve * programme / (topic + 2) / 40


class House:
    """Counts readings by hour, and faded ones by story (three of each topic), as the fold does."""

    def __init__(self, seed=5):
        self.chance = random.Random(seed)
        self.usual = Usual()
        self.now = FIRST
        self.faded = {}
        self.hour = {}
        self.risen = []

    def run(self, seconds, burst=None, look=True):
        """Goes on; topics that rise, with when they first did. `burst` is (topic, readings a second)."""
        found = {}
        for at in range(self.now, self.now + seconds, STEP):
            if at % 3600 == 0 and self.hour:
                self.usual.learn(at // 3600 - 1, self.hour, sum(self.hour.values()))
                self.hour = {}
            fade = 0.5 ** (STEP / HALF_LIFE)
            self.faded = {story: count * fade for story, count in self.faded.items()}
            for topic in range(TOPICS):
                more = burst[1] if burst and burst[0] == topic else 0.0
                for _ in range(poisson(self.chance, (rate(topic, at) + more) * STEP)):
                    story = topic * 3 + self.chance.choice((0, 0, 1, 2))
                    self.faded[story] = self.faded.get(story, 0.0) + 1
                    self.hour[topic] = self.hour.get(topic, 0) + 1
            if look:
                self.look(at + STEP)
                for one in self.risen:
                    found.setdefault(one.key, at + STEP - self.now)
        self.now += seconds
        return found

    def look(self, at):
        read = {
            topic: sorted(
                ((self.faded.get(topic * 3 + one, 0.0), topic * 3 + one) for one in range(3)), reverse=True
            )
            for topic in range(TOPICS)
        }
        before = {one.key for one in self.risen}
        everything = sum(self.faded.values())
        self.risen = rising(read, everything, HALF_LIFE, self.usual, at, before=before)


@pytest.fixture(scope="module")
def house():
    """A week has been counted."""
    one = House()
    one.run(7 * 86_400, look=False)
    return one


def test_a_usual_day_raises_nothing_and_bursts_are_found_within_five_minutes(house):
    assert house.usual.hours >= WEEK - 1
    assert house.run(86_400) == {}
    for topic in (0, 5, 11):
        found = house.run(600, burst=(topic, 0.25))
        assert set(found) == {topic} and found[topic] <= 300
        assert house.run(3600).keys() <= {topic}
        assert house.risen == []


def test_the_hours_that_come_every_week_are_usual(house):
    hour = house.now // 3600
    in_them = (hour + (30 - hour) % WEEK) * 3600 + 600
    there, elsewhere = house.usual.part(SUNDAY, in_them), house.usual.part(SUNDAY, in_them + 10 * 3600)
    assert there.share > 1.5 * elsewhere.share


def seen(*counts):
    return [(count, story) for story, count in enumerate(counts, start=1)]


def learned(hours=48, counts=None):
    usual = Usual()
    for hour in range(hours):
        usual.learn(hour, counts or {"harbor": 2, "film": 60}, 100)
    return usual


def test_nothing_rises_without_a_past_a_reader_or_a_second_story():
    crowd = {"harbor": seen(20.0, 9.0)}
    now = 48 * 3600.0
    assert [one.key for one in rising(crowd, 40.0, HALF_LIFE, learned(), now)] == ["harbor"]
    assert rising(crowd, 40.0, HALF_LIFE, learned(23), 23 * 3600.0) == []
    assert rising(crowd, 40.0, HALF_LIFE, Usual(), now) == []
    assert rising({"harbor": seen(29.0)}, 40.0, HALF_LIFE, learned(), now) == []
    assert rising({"harbor": seen(*[2.0] * 15)}, 40.0, HALF_LIFE, learned(), now) == []
    assert rising({"film": seen(20.0, 9.0)}, 40.0, HALF_LIFE, learned(), now) == []


def test_a_full_house_raises_nothing():
    crowd = {"harbor": seen(12.0, 8.0), "film": seen(400.0, 200.0)}
    assert rising(crowd, 1000.0, HALF_LIFE, learned(), 48 * 3600.0) == []


def test_what_rose_stays_until_it_is_hardly_surprising():
    usual, now = learned(), 48 * 3600.0
    fading = {"harbor": seen(4.0, 1.5)}
    assert rising(fading, 60.0, HALF_LIFE, usual, now) == []
    assert [one.key for one in rising(fading, 60.0, HALF_LIFE, usual, now, before={"harbor"})] == ["harbor"]
    assert rising({"harbor": seen(1.6, 0.6)}, 60.0, HALF_LIFE, usual, now, before={"harbor"}) == []


def test_the_numbers_told_are_readings_an_hour():
    one = rising({"harbor": seen(20.0, 9.0)}, 40.0, HALF_LIFE, learned(), 48 * 3600.0)[0]
    assert round(one.seen) == round(29 * 3600 / (HALF_LIFE / math.log(2)))
    assert 0 < one.usual < one.seen and one.stories == (1, 2)


def test_the_same_hours_give_the_same_whoever_learned_them_when():
    again = Usual()
    for hour in range(48):
        again.learn(hour, {"harbor": 2, "film": 60}, 100)
        again.part("harbor", hour * 3600.0)
    for hour in range(48, 80):
        assert again.part("film", hour * 3600.0) == learned().part("film", hour * 3600.0)
