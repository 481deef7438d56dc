"""What a session's own reading adds to a page."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.personal import recommended
from tests.rails.test_compose import NOW, asked


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
