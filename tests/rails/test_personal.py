"""What a session's own reading adds to a page."""

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
