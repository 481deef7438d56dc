"""Simulated readers, of whom all is known: what they want, and how far down a rail they look.

They read pages whose Recommended is explored by the code that serves readers; what they do is folded by
the code that folds; and what was learnt is held against what is known.
"""

from itertools import count

import numpy as np
import pytest

from kawaraban.audience.events import Event
from kawaraban.audience.showings import CHOSEN, FIRST, SHOWN, Showings
from kawaraban.audience.swaps import LEARNT
from kawaraban.rails import exploring, reasons
from kawaraban.rails.editions import Catalogue, Edition
from kawaraban.rails.slots import ALSO_READ, RECOMMENDED
from kawaraban.recommendations import newcomers, places
from kawaraban.recommendations.newcomers import FEW
from kawaraban.recommendations.variety import Variety
from tests.rails.test_compose import card

START_MS = 1_780_000_000_000
LOOKED_AT = {"recommended": (1.0, 0.8, 0.6, 0.45, 0.4), "also-read": (1, 0.9, 0.75, 0.6, 0.5, 0.4, 0.35, 0.3)}
RATE = 0.05  # clicks for each look at a story of usual appeal
OLD = range(1, 41)
WANTED, UNWANTED = 51, 52


@pytest.fixture
def swap_share():
    """Swaps are as readers have them."""


class House:
    """Readers come by the edition, so many of each to Recommended and Also read."""

    def __init__(self, appeal, seed=1, rate=RATE):
        self.appeal, self.rate = appeal, rate
        self.showings = Showings()
        self.chance = np.random.default_rng(seed)
        self.editions, self.visitors = count(1_000), count(1)
        self.cards = {story: card(story) for story in appeal}
        self.clicks = self.shown = 0

    def edition(self, new=()):
        self.number = next(self.editions)
        now = START_MS / 1000
        looked_at = places.propensities(self.showings)
        found = newcomers.appeals(
            self.showings, looked_at, [(story, now) for story in new], OLD, lambda story: "society", now
        )
        catalogue = Catalogue(cards=self.cards)
        return Edition(
            catalogue=catalogue, newcomers=found.newcomers, appeals=found.others, number=self.number
        )

    def rail(self, edition, slot, stories):
        chosen = [(story, reasons.READ_NOW) for story in stories]
        shown = exploring.explored(edition, slot, "", chosen, (), Variety({}))
        return [story for story, _ in shown]

    def readers(self, edition, slot, stories, many):
        """Of each a beacon of what was shown, and one of a click where there was one."""
        shown = self.rail(edition, slot, stories)
        at_ms = START_MS + 1_000 * (self.number - 1_000)
        looks = self.chance.random((many, len(shown))) < LOOKED_AT[slot.name][: len(shown)]
        likes = self.chance.random((many, len(shown))) < self.rate * np.array(
            [self.appeal[one] for one in shown]
        )
        for reader in range(many):
            visitor = next(self.visitors).to_bytes(8, "little")
            told = Event(b"", at_ms, 99, "rail_shown", visitor, True, 0, slot.name, self.number, tuple(shown))
            self.showings.take(told)
            self.shown += 1
            clicked = np.flatnonzero(looks[reader] & likes[reader])
            if len(clicked):  # who wants several takes one of them
                place = self.chance.choice(clicked)
                told = told._replace(kind="rail_clicked", value=int(place) + 1, stories=(shown[place],))
                self.showings.take(told)
                self.clicks += 1
        self.showings.count()
        return shown

    def times(self, story, what):
        return int(self.showings.of(story)[:, what].sum())


def usual_appeal(seed=2):
    """Old stories of all kinds, the best in front, as an engine would have them."""
    drawn = sorted(np.random.default_rng(seed).gamma(4.0, 0.25, len(OLD)), reverse=True)
    return dict(zip(OLD, drawn, strict=True))


def test_swaps_tell_how_far_down_a_rail_readers_look():
    house = House(usual_appeal(), rate=0.15)
    for _ in range(3_000):
        edition = house.edition()
        for slot in (RECOMMENDED, ALSO_READ):
            # The best always stand in front: clicks per showing alone would say the wrong thing.
            stories = sorted(house.chance.choice(OLD, slot.size, replace=False).tolist())
            house.readers(edition, slot, stories, 25)
    found = places.propensities(house.showings)
    counts = house.showings.by_place()
    for rail, known in LOOKED_AT.items():
        cells = slice(FIRST[rail], FIRST[rail] + LEARNT[rail])
        naive = counts[cells, CHOSEN] / counts[cells, SHOWN]
        far_off = np.abs(np.log(naive / naive[0] / known)).max()
        off = np.abs(np.log(found[cells] / known)).max()
        assert off < 0.3 and off < far_off / 2, (rail, found[cells], naive / naive[0])


def test_without_a_click_places_are_looked_at_as_is_usual():
    found = places.propensities(Showings())
    for rail, length in LEARNT.items():
        assert found[FIRST[rail] : FIRST[rail] + length] == pytest.approx(
            [place**-0.5 for place in range(1, length + 1)]
        )


def explored_house(seed):
    """Old stories known well, then two newcomers of which one is wanted; editions of ten readers each."""
    appeal = usual_appeal() | {WANTED: 2.0, UNWANTED: 0.1}
    house = House(appeal, seed)
    for _ in range(600):
        stories = sorted(house.chance.choice(OLD, 5, replace=False).tolist())
        house.readers(house.edition(), RECOMMENDED, stories, 10)
    return house


def test_a_newcomer_that_readers_want_is_shown_and_one_they_do_not_want_is_dropped():
    dropped_after, at_the_end = [], []
    for seed in range(5):
        house = explored_house(seed)
        stood = {WANTED: [], UNWANTED: []}
        for _ in range(400):
            stories = sorted(house.chance.choice(OLD, 5, replace=False).tolist())
            edition = house.edition([WANTED, UNWANTED])
            shown = house.readers(edition, RECOMMENDED, stories, 10)
            for story, when in stood.items():
                when.append(story in shown)
        dropped_after.append(house.times(UNWANTED, SHOWN))
        at_the_end.append(sum(stood[UNWANTED][-100:]) / 100)
        # Within a hundred editions the wanted one has had its thousand showings, or nearly so.
        assert house.times(WANTED, SHOWN) >= FEW * 0.9
        assert sum(stood[WANTED][:150]) >= 80
    # One in five may be lucky with its first readers.
    assert sorted(dropped_after)[-2] < FEW / 2 and float(np.mean(at_the_end)) < 0.1


def test_what_exploring_costs_is_little_and_a_wanted_story_more_than_pays_for_it():
    def clicks(new, appeal):
        house = House(usual_appeal() | {WANTED: appeal}, 3)
        for _ in range(1_000):
            stories = sorted(house.chance.choice(OLD, 5, replace=False).tolist())
            house.readers(house.edition(new), RECOMMENDED, stories, 10)
        return house.clicks

    without = clicks((), 1.0)
    assert clicks((WANTED,), 0.1) > 0.93 * without
    assert clicks((WANTED,), 3.0) > without


def test_the_same_edition_draws_the_same_and_another_otherwise():
    house = House(usual_appeal() | {WANTED: 1.0, UNWANTED: 1.0})
    one = house.edition([WANTED, UNWANTED])
    assert newcomers.drawn(one.newcomers, 7) == newcomers.drawn(one.newcomers, 7)
    firsts = {newcomers.drawn(one.newcomers, number)[0][1] for number in range(30)}
    assert firsts == {WANTED, UNWANTED}


def test_only_a_story_published_lately_with_few_showings_is_a_newcomer():
    house = House(usual_appeal() | {WANTED: 1.0})
    now = START_MS / 1000
    for _ in range(FEW // 10):
        house.readers(house.edition(), RECOMMENDED, [1, 2, 3, 4, 5], 10)
    looked_at = places.propensities(house.showings)
    told = [(WANTED, now - 60), (1, now - 3_600), (7, now - newcomers.NEW_FOR - 1), (8, now - 10 * 86_400)]
    found = newcomers.appeals(house.showings, looked_at, told, OLD, lambda story: "society", now)
    assert [one.story for one in found.newcomers] == [WANTED]
    assert set(found.others) == {1, 2, 3, 4, 5}
