"""What a session's own reading adds to a page."""

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kawaraban.rails import reasons
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.editions import BUDGET, Catalogue, Edition
from kawaraban.rails.personal import recommended
from kawaraban.rails.slots import DAY
from tests.rails.test_compose import NOW, asked, card


@given(asked(), st.lists(st.integers(1, 60), max_size=6))
def test_it_yields_to_all_that_stands_on_the_page_and_to_what_was_read(made, read):
    edition, page, _ = made[:3]
    rail = recommended(edition, page, read, NOW)
    if rail is None:
        return
    rails = compose(edition, page, NOW)
    others = {item.card.id for name, one in rails.items() if name != "recommended" for item in one.items}
    shown = [item.card.id for item in rail.items]
    assert len(shown) == len(set(shown)) <= 5 and set(shown) <= set(edition.cards)
    assert not set(shown) & {*others, *page.standing, *read, page.story_id}


@given(asked())
def test_who_read_nothing_before_gets_the_page_as_it_is(made):
    edition, page, _ = made[:3]
    assert recommended(edition, page, [], NOW) is None
    assert recommended(edition, PageSlots("front"), [1, 2], NOW) is None


@given(asked(), st.lists(st.integers(1, 60), max_size=6))
def test_a_story_under_test_has_the_same_wording_in_every_rail(made, read):
    edition, page, _ = made[:3]
    cards = {
        number: replace(card, wordings=((card.headline, ""), ("別の見出し", "")))
        for number, card in edition.cards.items()
    }
    catalogue = replace(edition.catalogue, cards=cards)
    edition = replace(edition, catalogue=catalogue, wordings=dict.fromkeys(cards, 1))
    own = recommended(edition, page, read, NOW)
    for rail in (*compose(edition, page, NOW).values(), *([own] if own else [])):
        for item in rail.items:
            assert (item.card.headline == "別の見出し") == (item.card.id != page.story_id)


def a_session():
    """Readers of 1 read 31 too and those of 2 read 41; 45 and 52 are but likely, 52 is alike. All are old."""
    cards = {number: card(number) for number in (1, 2, 31, 41, 45, 52)}
    return Edition(
        as_of=NOW.timestamp(),
        catalogue=Catalogue(cards=cards, alike={1: ((52, 0.2),)}),
        also_read={1: ((31, 0.5),), 2: ((41, 0.5),)},
        read_next={1: ((45, 0.4), (52, 0.3)), 2: ((45, 0.4),)},
        mixture=(1.0, 0.5),
    )


def test_only_what_several_readers_read_together_is_often_read_next():
    edition, page = a_session(), PageSlots("story", 1, "sports", rails=("recommended",))
    why = {item.card.id: item.reason for item in compose(edition, page, NOW)["recommended"].items}
    assert why[31] == reasons.OF_A_BLEND["next"] and why[45] == reasons.READ_NOW
    assert why[52] == reasons.ALIKE
    rail = recommended(edition, page, [2], NOW)
    why = {item.card.id: item.reason for item in rail.items}
    assert why[31] == why[41] == reasons.AFTER_WHAT_WAS_READ
    assert why[45] == why[52] == reasons.READ_NOW


def test_it_tells_ages_and_that_nobody_renews_its_edition():
    edition, page = a_session(), PageSlots("story", 1, "sports", rails=("recommended",))
    rail = recommended(edition, page, [2], NOW)
    assert not rail.late
    assert [item.age_label for item in rail.items] == [reasons.age(item.card.id * DAY) for item in rail.items]
    assert recommended(edition, page, [2], NOW + dt.timedelta(seconds=BUDGET + 1)).late
