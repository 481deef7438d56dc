"""What every composed page promises, over generated tables."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.editions import Catalogue, Edition, Ranking, RisingTopic
from kawaraban.rails.slots import SLOTS
from kawaraban.stories.queries import Card

NOW = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
SECTIONS = ("society", "sports")


def card(number):
    section = SECTIONS[number % 2]
    return Card(
        id=number, path=f"/{section}/{number}/", kicker="", headline=f"見出し{number}", short_headline="",
        dek="", section=section, section_name=section, section_colour="#333333",
        published=NOW.timestamp() - number * 86_400, updated=NOW.timestamp(), thumbnail="", alt="",
        sections=(section,), topics=(f"topic-{number % 5}",), people=(),
        storyline="line" if number % 7 == 0 else "", version=1,
    )  # fmt: skip


numbers = st.integers(1, 60)
tables = st.lists(numbers, unique=True, max_size=40).map(tuple)


@st.composite
def composed(draw):
    published = draw(st.lists(numbers, unique=True, max_size=50))
    cards = {number: card(number) for number in published}
    newest = {
        "": tuple(published),
        **{s: tuple(n for n in published if cards[n].section == s) for s in SECTIONS},
    }
    weighed = tables.map(lambda ids: tuple((one, 1 / (place + 1)) for place, one in enumerate(ids)))
    ranked = [n for n in draw(tables) if n in cards]
    edition = Edition(
        as_of=NOW.timestamp(),
        catalogue=Catalogue(
            cards=cards,
            newest=newest,
            alike={number: draw(weighed) for number in published[:3]},
            storylines={"line": tuple(n for n in range(1, 61) if n % 7 == 0)},
            topics={f"topic-{n}": f"話題{n}" for n in range(5)},
        ),
        rankings={"": Ranking(tuple(ranked), tuple(9 for _ in ranked), draw(st.integers(0, 20)), 900.0)},
        also_read={number: draw(weighed) for number in published[:3]},
        pool={"": tuple((n, 0.5, 0.1) for n in draw(tables))},
        rising=tuple(RisingTopic(f"topic-{n}", 9.0, draw(tables)) for n in range(draw(st.integers(0, 5)))),
    )
    story = draw(st.sampled_from(published)) if published and draw(st.booleans()) else None
    standing = tuple(draw(tables))
    page = PageSlots("story" if story else "front", story, "", standing)
    return edition, page, compose(edition, page, NOW)


@given(composed())
def test_no_story_twice_never_the_one_being_read_and_none_unpublished(made):
    edition, page, rails = made
    ranking = rails.pop("most-read", None)
    ranked = [item.card.id for item in ranking.items] if ranking else []
    assert len(ranked) == len(set(ranked))
    rest = [item.card.id for rail in rails.values() for item in rail.items]
    assert len(rest) == len(set(rest))
    assert not set(rest) & {*ranked, *page.standing, page.story_id}
    assert set(rest) | set(ranked) <= set(edition.cards)


@given(composed())
def test_the_ranking_is_whole_and_every_item_says_why(made):
    edition, page, rails = made
    ranking = rails.get("most-read")
    if ranking is not None and ranking.poses:
        first = edition.rankings[""].stories[: SLOTS["most-read"].size]
        assert tuple(item.card.id for item in ranking.items) == first
    for name, rail in rails.items():
        assert 0 < len(rail.items) <= SLOTS[name].size
        assert [item.place for item in rail.items] == list(range(1, len(rail.items) + 1))
        for item in rail.items:
            assert str(item.reason) and item.here == (item.card.id == page.story_id)
