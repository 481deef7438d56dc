"""A newcomer and a swap stand in the rails of an edition's pages, and only where they may."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.audience.swaps import swapped
from kawaraban.rails import reasons
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.editions import Catalogue, Edition
from kawaraban.rails.exploring import FIRST_PLACE
from kawaraban.rails.personal import recommended
from kawaraban.recommendations.newcomers import Newcomer
from kawaraban.recommendations.variety import MOST_OF_A_SUBJECT, SAME_SUBJECT
from tests.rails.test_compose import NOW, _barred, asked, card, ids

SURE = 1e6  # of a newcomer that readers want: it draws well in every edition


@pytest.fixture
def swap_share():
    """Swaps are as readers have them."""


def tried(edition, stories, number, appeal=100.0):
    found = tuple(Newcomer(story, appeal * SURE, SURE) for story in stories if story in edition.cards)
    return replace(edition, newcomers=found, number=number)


new = st.lists(st.integers(1, 60), unique=True, max_size=6)


@given(asked(), new, st.integers(1, 400))
def test_a_newcomer_stands_once_in_recommended_and_breaks_no_promise_of_a_page(made, stories, number):
    edition, page, _, apart = made
    edition = tried(edition, stories, number)
    before = compose(replace(edition, newcomers=()), page, NOW)
    rails = compose(edition, page, NOW)
    ranked = ids(rails.get("most-read"))
    rest = [story for name, rail in rails.items() if name != "most-read" for story in ids(rail)]
    assert len(rest) == len(set(rest))
    assert not set(rest) & {*ranked, *page.standing, page.story_id}
    assert not _barred(edition, page, apart) & set(rest) and set(rest) <= set(edition.cards)
    for name, rail in rails.items():
        of_newcomers = [item for item in rail.items if item.reason == reasons.NEWCOMER]
        assert len(of_newcomers) <= (name == "recommended")
        for item in of_newcomers:
            assert item.card.id in stories
            assert item.place >= FIRST_PLACE - (swapped(number, name) == FIRST_PLACE - 1)
        if name in ("most-read", "pinned", "storyline", "also-read"):
            assert ids(rail) == ids(before.get(name))


@given(asked(), st.integers(1, 400))
def test_the_swaps_of_a_page_are_those_that_its_edition_s_number_tells(made, number):
    edition, page, _, _ = made
    rails = compose(replace(edition, number=number), page, NOW)
    as_ever = compose(replace(edition, number=0), page, NOW)
    for name in ("also-read", "recommended"):
        shown, usual, upper = ids(rails.get(name)), ids(as_ever.get(name)), swapped(number, name)
        if 0 < upper < len(usual):
            usual[upper - 1 : upper + 1] = usual[upper - 1 : upper + 1][::-1]
        assert shown == usual


subjects = st.dictionaries(
    st.integers(1, 60),
    st.lists(st.integers(1, 60), unique=True, max_size=20).map(lambda all: tuple((one, 0.5) for one in all)),
    max_size=40,
)


@given(asked(), new, st.integers(1, 400), subjects)
def test_what_a_session_adds_breaks_no_promise_of_a_page_either(made, stories, number, alike):
    edition, page, _, apart = made
    edition = tried(edition, stories, number)
    edition = replace(edition, catalogue=replace(edition.catalogue, alike=alike))
    read = [story for story in edition.cards if story != page.story_id][:2]
    rail = recommended(edition, page, read, NOW)
    if rail is None:
        return
    rails = compose(edition, page, NOW)
    rest = [story for name, one in rails.items() if name != "recommended" for story in ids(one)]
    shown = ids(rail)
    assert len(shown) == len(set(shown)) <= 5
    assert not set(shown) & {*rest, *page.standing, *read, page.story_id}
    assert not _barred(edition, page, apart) & set(shown)
    of_newcomers = [item for item in rail.items if item.reason == reasons.NEWCOMER]
    assert len(of_newcomers) <= 1
    assert all(item.place >= FIRST_PLACE and item.card.id in stories for item in of_newcomers)
    varied = [*ids(rails.get("also-read")), *shown]
    if not of_newcomers:  # it may have taken the place of one that made room for others after it
        for at, story in enumerate(varied[-len(shown) :], start=len(varied) - len(shown)):
            before = [one for one in varied[:at] if story in dict(alike.get(one, ()))]
            assert len(before) < MOST_OF_A_SUBJECT


def test_what_a_session_adds_leaves_its_newcomer_to_the_draw_and_is_told_apart_from_recommended():
    swapping = next(one for one in range(1, 999) if swapped(one, "recommended") == 2)
    for number in (swapping, next(one for one in range(1, 99) if not swapped(one, "recommended"))):
        edition, page = a_page(number, 9.0)
        edition = tried(edition, [59, 60], number, 9.0)
        page = replace(page, kind="story", story_id=7)
        rail = recommended(edition, page, [8], NOW)
        assert rail.name == "after-read"
        assert [item.reason == reasons.NEWCOMER for item in rail.items].count(True) == 1
        assert ids(rail)[:4] == [1, 2, 3, 4]  # in no edition swapped


def a_page(number, appeal, appeals=()):
    """Recommended of a page that has many to recommend, and 60 for a newcomer."""
    cards = {story: card(story) for story in range(1, 61)}
    edition = Edition(
        as_of=NOW.timestamp(),
        catalogue=Catalogue(cards=cards, newest={"": tuple(cards)}),
        pool={"": tuple((story, 0.5, 0.5 - story / 100) for story in range(1, 21))},
        appeals=dict(appeals),
        number=number,
    )
    return tried(edition, [60], number, appeal), PageSlots("front", rails=("recommended",))


def test_a_newcomer_takes_the_place_of_what_appeals_least_below_the_first_two():
    number = next(one for one in range(1, 99) if not swapped(one, "recommended"))
    edition, page = a_page(number, 2.0, {1: 0.1, 3: 1.5, 4: 0.5, 5: 1.5})
    assert ids(compose(edition, page, NOW)["recommended"]) == [1, 2, 3, 60, 5]
    edition, page = a_page(number, 0.4, {1: 0.1, 3: 1.5, 4: 0.5, 5: 1.5})
    assert ids(compose(edition, page, NOW)["recommended"]) == [1, 2, 3, 4, 5]


def test_it_says_why_it_stands_there():
    edition, page = a_page(1, 9.0)
    of_it = [item for item in compose(edition, page, NOW)["recommended"].items if item.card.id == 60]
    assert [str(item.reason) for item in of_it] == ["新着・読者に届け始めた記事"]


def test_of_one_subject_no_newcomer_makes_more_than_a_page_may_have():
    edition, page = a_page(1, 9.0)
    alike = dict.fromkeys(range(1, 1 + MOST_OF_A_SUBJECT), ((60, SAME_SUBJECT + 0.1),))
    edition = replace(edition, catalogue=replace(edition.catalogue, alike=alike))
    assert 60 not in ids(compose(edition, page, NOW)["recommended"])
    of_one = dict.fromkeys((*range(1, 1 + MOST_OF_A_SUBJECT), 60), 1)
    edition = replace(edition, catalogue=replace(edition.catalogue, alike={}, subjects=of_one))
    assert 60 not in ids(compose(edition, page, NOW)["recommended"])


def test_sections_have_their_own_newcomers_and_fronts_have_all():
    edition, page = a_page(1, 9.0)
    assert 60 in ids(compose(edition, replace(page, section="society"), NOW)["recommended"])
    assert 60 not in ids(compose(edition, replace(page, section="sports"), NOW)["recommended"])
