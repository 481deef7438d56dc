"""Clicks in Recommended are learnt from by what was known when the rail was shown."""

import os
from dataclasses import replace

from kawaraban.audience.events import Event
from kawaraban.audience.showings import Choice, Showings
from kawaraban.kit import clock
from kawaraban.rails import candidates
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.editions import Catalogue, Edition, Ranking
from kawaraban.rails.learning import Learning
from kawaraban.rails.shelf import Shelf
from kawaraban.recommendations import blend
from kawaraban.recommendations.blend import START
from tests.rails.test_compose import NOW, card
from tests.rails.test_refresh import house  # noqa: F401 - a fixture


class Noted:
    """Takes what would be learnt."""

    def __init__(self):
        self.told = []

    def add(self, parts, chosen, propensity):
        self.told.append((parts, chosen, propensity))


def edition(number, at, next_story=2):
    cards = {story: card(story) for story in range(1, 11)}
    return Edition(
        as_of=NOW.timestamp() + at,
        catalogue=Catalogue(cards=cards, alike={1: ((4, 0.5),)}),
        rankings={"": Ranking((1,), (9,), 20, 900.0)},
        also_read={1: ((next_story, 0.4),)},
        pool={"": ((2, 0.3, 0.8), (3, 0.3, 0.6)), "sports": ((3, 0.3, 0.6),)},
        number=number,
    )


def chosen(*choices):
    showings = Showings()
    showings.choices = list(choices)
    return showings


def test_a_story_is_worth_what_it_was_worth_in_the_edition_that_showed_it():
    noted = Noted()
    learning = Learning(noted)
    learning.keep(edition(10, 0.0, next_story=2))
    learning.keep(edition(20, 60.0, next_story=3))
    learning.round(chosen(Choice(12, 1, 2, (2, 3, 4)), Choice(20, 1, 1, (3, 2))))
    (then, place, propensity), (later, _, whole) = noted.told
    assert [one.next for one in then] == [1.0, 0.0, 0.0] and [one.next for one in later] == [1.0, 0.0]
    assert place == 1 and propensity < whole == 1.0
    assert then[0].popular == then[0].fresh == 0.0  # it lies in the chance
    assert then[1].popular == 0.6 / START.popular and then[1].section == 1.0
    assert then[2].alike == 0.5 and then[2].popular == 0.0 < then[2].fresh


def test_what_nobody_knows_any_more_is_not_learnt_from():
    noted = Noted()
    learning = Learning(noted)
    learning.round(chosen(Choice(12, 1, 1, (2, 3))))
    learning.keep(edition(10, 0.0))
    learning.round(chosen(Choice(9, 1, 1, (2, 3)), Choice(12, 77, 1, (2, 3)), Choice(12, 1, 1, (2, 99))))
    assert noted.told == []


def test_the_parts_are_those_by_which_recommended_is_ordered():
    weights = blend.Weights(1.5, 0.7, 2.0, 0.9, 0.3)
    one = replace(edition(1, 0.0), weights=weights)
    found = dict(zip(range(2, 11), candidates.parts(one, 1, "sports", range(2, 11), one.as_of), strict=True))
    worth = {story: sum(w * p for w, p in zip(weights, parts, strict=True)) for story, parts in found.items()}
    in_order = [story for story, _ in candidates.blended(one, 1, "sports", one.as_of)]
    assert in_order == sorted(in_order, key=lambda story: -worth[story]) and set(in_order) == {2, 3, 4}


def test_a_click_of_a_reader_reaches_what_learns(house):  # noqa: F811 - the fixture
    for visitor in range(6):
        for story in (1, 8, 22, 24):
            house.read(story, visitor)
    rail = house.rails(kind="story", story_id=1, section="society")["recommended"]
    number = Shelf(house.store).current().number
    shown = tuple(item.card.id for item in rail.items)
    at_ms = int(clock.stamp(clock.now()) * 1000)
    told = Event(os.urandom(16), at_ms, 1, "rail_shown", b"visitor1", False, 0, "recommended", number, shown)
    house.log.append_now(told)
    house.log.append_now(told._replace(id=os.urandom(16), kind="rail_clicked", value=2, stories=shown[1:2]))
    weighing = house.refresher._readers.engine.weighing
    assert len(weighing._clicks) == 0
    house.refresher.tick()
    (click,) = weighing._clicks
    assert click.chosen == 1 and len(click.parts) == len(shown) and click.weight > 1.0


def test_rails_follow_the_weights_of_their_edition():
    of_alike = START._replace(alike=9.0)
    page = PageSlots("story", 1, "sports", rails=("recommended",))
    first = [
        compose(replace(edition(0, 0.0), weights=weights), page, NOW)["recommended"].items[0].card.id
        for weights in (START, of_alike)
    ]
    assert first == [2, 4]
