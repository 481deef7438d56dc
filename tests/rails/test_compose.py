"""What every composed page promises, over generated tables and what editors have arranged."""

import datetime as dt
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.kit.stores import SqliteStore
from kawaraban.rails import reasons
from kawaraban.rails.arrangement import EVERYWHERE, Matter, Pin, arranged, beside
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.editions import BUDGET, Catalogue, Edition, Ranking, RisingTopic
from kawaraban.rails.shelf import Shelf, publish
from kawaraban.rails.slots import DAY, IN_ORDER, SLOTS
from kawaraban.reading import rendering
from kawaraban.recommendations.newcomers import Newcomer
from kawaraban.stories.queries import Card

NOW = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
SECTIONS = ("society", "sports")


@pytest.fixture
def swap_share():
    """Swaps are as readers have them."""


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
around_now = st.none() | st.floats(-100, 100).map(lambda seconds: NOW.timestamp() + seconds)
pins = st.builds(
    Pin, numbers, st.sampled_from([EVERYWHERE, *SECTIONS]), st.none() | numbers, around_now, around_now
)
matters = st.builds(lambda n: Matter(story=n), numbers) | st.builds(
    lambda n: Matter(topic=f"topic-{n}"), st.integers(0, 4)
)
pairs = st.lists(st.tuples(matters, matters).filter(lambda pair: pair[0] != pair[1]), max_size=4)


@st.composite
def asked(draw):
    """An edition, a page of it, and what editors have arranged for it."""
    published = draw(st.lists(numbers, unique=True, max_size=50))
    cards = {number: card(number) for number in published}
    newest = {
        "": tuple(published),
        **{s: tuple(n for n in published if cards[n].section == s) for s in SECTIONS},
    }
    weighed = tables.map(lambda ids: tuple((one, 1 / (place + 1)) for place, one in enumerate(ids)))
    ranked = [n for n in draw(tables) if n in cards]
    put, apart = draw(st.lists(pins, max_size=8)), draw(pairs)
    edition = Edition(
        as_of=NOW.timestamp(),
        catalogue=Catalogue(
            cards=cards,
            newest=newest,
            newest_on_topics=tuple(published),
            alike={number: draw(weighed) for number in published[:3]},
            storylines={"line": tuple(n for n in range(1, 61) if n % 7 == 0)},
            topics={f"topic-{n}": f"話題{n}" for n in range(5)},
        ),
        rankings={"": Ranking(tuple(ranked), tuple(9 for _ in ranked), draw(st.integers(0, 20)), 900.0)},
        also_read={number: draw(weighed) for number in published[:3]},
        pool={"": tuple((n, 0.5, 0.1) for n in draw(tables))},
        rising=tuple(RisingTopic(f"topic-{n}", 9.0, draw(tables)) for n in range(draw(st.integers(0, 5)))),
        arranged=arranged(put, apart, NOW.timestamp()),
    )
    story = draw(st.sampled_from(published)) if published and draw(st.booleans()) else None
    section = cards[story].section if story else draw(st.sampled_from(["", *SECTIONS]))
    standing = tuple(draw(tables))
    return edition, PageSlots("story" if story else "front", story, section, standing), put, apart


def ids(rail):
    return [item.card.id for item in rail.items] if rail else []


@given(asked())
def test_no_story_twice_never_the_one_being_read_and_none_unpublished(made):
    edition, page, _, _ = made
    rails = compose(edition, page, NOW)
    ranked = ids(rails.pop("most-read", None))
    assert len(ranked) == len(set(ranked))
    rest = [story for rail in rails.values() for story in ids(rail)]
    assert len(rest) == len(set(rest))
    assert not set(rest) & {*ranked, *page.standing, page.story_id}
    assert set(rest) | set(ranked) <= set(edition.cards)


@given(asked())
def test_the_ranking_is_whole_and_every_item_says_why(made):
    edition, page, _, _ = made
    rails = compose(edition, page, NOW)
    ranking = rails.get("most-read")
    if ranking is not None and ranking.poses:
        first = edition.rankings[page.section].stories[: SLOTS["most-read"].size]
        assert tuple(ids(ranking)) == first
    for name, rail in rails.items():
        assert 0 < len(rail.items) <= SLOTS[name].size
        assert str(rail.heading)
        assert [item.place for item in rail.items] == list(range(1, len(rail.items) + 1))
        for item in rail.items:
            assert str(item.reason) and item.here == (item.card.id == page.story_id)


@given(asked())
def test_pins_in_force_stand_in_their_order_and_no_others(made):
    edition, page, put, _ = made
    rails = compose(edition, page, NOW)
    bare = compose(replace(edition, arranged=arranged([], [], 0.0)), page, NOW)
    now = NOW.timestamp()
    of_the_page = [
        pin.story
        for at in (page.story_id, page.section, EVERYWHERE)
        for pin in put
        if (pin.since is None or pin.since <= now) and (pin.until is None or now < pin.until)
        if (pin.beside if pin.beside is not None else pin.section) == at
    ]
    pinned = ids(rails.get("pinned"))
    assert pinned == [story for story in dict.fromkeys(of_the_page) if story in pinned]
    standing = {*ids(bare.get("most-read")), *page.standing, page.story_id}
    barred = _barred(edition, page, made[3])
    may = [s for s in dict.fromkeys(of_the_page) if s in edition.cards and s not in standing | barred]
    assert pinned == may[: SLOTS["pinned"].size]


@given(asked())
def test_what_is_kept_apart_stands_on_neither_s_page_but_in_the_ranking(made):
    edition, page, _, apart = made
    rails = compose(edition, page, NOW)
    ranking = ids(rails.pop("most-read", None))
    bare = compose(replace(edition, arranged=arranged([], [], 0.0)), page, NOW)
    assert ranking == ids(bare.get("most-read"))
    assert not _barred(edition, page, apart) & {story for rail in rails.values() for story in ids(rail)}


def test_on_the_page_of_a_story_without_a_card_stands_nothing_that_may_be_kept_apart_from_it():
    cards = {number: card(number) for number in range(1, 41)}
    edition = Edition(
        catalogue=Catalogue(cards=cards),
        pool={"": tuple((number, 0.5, 0.5) for number in cards)},
        arranged=arranged(
            [Pin(number) for number in (7, 8, 11, 12)],
            [(Matter(story=99), Matter(story=7)), (Matter(topic="topic-3"), Matter(topic="topic-1"))],
            NOW.timestamp(),
        ),
    )
    rails = compose(edition, PageSlots("story", 99), NOW)
    shown = {story for rail in rails.values() for story in ids(rail)}
    assert ids(rails["pinned"]) == [12] and shown
    assert not {number for number in shown if number == 7 or number % 5 in (1, 3)}
    assert ids(compose(edition, PageSlots("front"), NOW)["pinned"]) == [7, 8, 11, 12]


def _barred(edition, page, apart):
    if page.story_id not in edition.cards:
        return set()

    def of(matter, story):
        return story == matter.story or matter.topic in edition.cards[story].topics

    return {
        story
        for story in edition.cards
        for one, other in apart
        if (of(one, page.story_id) and of(other, story)) or (of(other, page.story_id) and of(one, story))
    }


@given(asked())
def test_each_rail_yields_to_those_before_it(made):
    edition, page, _, _ = made
    whole = compose(edition, page, NOW)
    for upto in range(len(IN_ORDER) + 1):
        names = tuple(slot.name for slot in IN_ORDER[:upto])
        fewer = compose(edition, replace(page, rails=names), NOW)
        assert {name: ids(rail) for name, rail in fewer.items()} == {
            name: ids(rail) for name, rail in whole.items() if name in names
        }


def test_rails_of_tables_past_their_budget_say_so():
    edition = Edition(as_of=NOW.timestamp(), catalogue=Catalogue({1: card(1)}, {"": (1,)}))
    fresh, late = (
        compose(edition, PageSlots("front"), NOW + dt.timedelta(seconds=BUDGET + more))["most-read"]
        for more in (-1, 1)
    )
    assert (fresh.late, late.late) == (False, True)
    assert "更新されて" in rendering.rail(late) and "更新されて" not in rendering.rail(fresh)


def test_the_storyline_s_newer_stories_stand_first():
    cards = {number: card(number) for number in (7, 14, 21, 28, 35)}
    catalogue = Catalogue(cards=cards, storylines={"line": (35, 28, 21, 14, 7)})
    rails = compose(Edition(catalogue=catalogue), PageSlots("story", 21, "sports"), NOW)
    assert ids(rails["storyline"]) == [14, 7, 28, 35]


def test_the_ranking_of_a_section_is_made_once_but_for_its_own_stories_and_the_age_of_old_ones():
    cards = {number: card(number) for number in range(1, 41)}
    cards[2] = replace(cards[2], published=NOW.timestamp() - 8.9 * DAY)
    edition = Edition(
        as_of=NOW.timestamp(),
        catalogue=Catalogue(cards=cards),
        rankings={"": Ranking((1, 2, 3), (9, 8, 7), 50, 900.0)},
    )

    def ranking(story, days=0.0):
        now = NOW + dt.timedelta(days=days)
        return compose(edition, PageSlots("story", story, ""), now)["most-read"]

    assert ranking(30) is ranking(31)
    assert [item.here for item in ranking(2).items] == [False, True, False]
    assert not any(item.here for item in ranking(30).items)
    assert ranking(30).items[1].age_label == reasons.age(8 * DAY)
    assert ranking(30, 0.2).items[1].age_label == reasons.age(9 * DAY)
    assert ranking(30, 0.2).late and not ranking(30).late


def test_every_process_composes_the_same(tmp_path):
    """What another process reads of the edition, with another seed of hashes, gives the same rails."""
    published = list(range(1, 41))
    cards = {number: card(number) for number in published}
    row = tuple((number, 1.0) for number in range(9, 30))
    edition = Edition(
        as_of=NOW.timestamp(),
        catalogue=Catalogue(
            cards=cards,
            newest={"": tuple(published)},
            alike={3: row},
            subjects=dict.fromkeys(range(9, 30), 9),
            storylines={"line": (7, 14, 21, 28)},
            topics={f"topic-{n}": f"話題{n}" for n in range(5)},
        ),
        rankings={"": Ranking(tuple(range(20, 40)), tuple(range(20)), 50, 900.0)},
        also_read={3: row},
        pool={"": tuple((number, 0.5, 0.1) for number in published)},
        newcomers=tuple(Newcomer(number, 1.0, 0.5) for number in published),
        rising=tuple(RisingTopic(f"topic-{n}", 9.0, tuple(published)) for n in range(4)),
        arranged=arranged(
            [Pin(17), Pin(2, beside=3), Pin(5, section="sports")],
            [(Matter(topic="topic-3"), Matter(topic="topic-1")), (Matter(story=3), Matter(story=12))],
            NOW.timestamp(),
        ),
    )
    edition = publish(SqliteStore(tmp_path / "editions.db"), edition)
    page = PageSlots("story", 3, "sports", (4, 8))
    here = {name: ids(rail) for name, rail in compose(edition, page, NOW).items()}
    assert here["pinned"] == [2, 5, 17]
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", _ELSEWHERE, str(tmp_path)],
            capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert json.loads(told.stdout) == here
    shelf = Shelf(SqliteStore(tmp_path / "editions.db")).current()
    assert shelf.arranged == edition.arranged and shelf.arranged.pins[beside(3)] == (2,)


_ELSEWHERE = """
import datetime as dt, json, pathlib, sys
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "kawaraban.config.settings.tests"
import django; django.setup()
from kawaraban.kit.stores import SqliteStore
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.shelf import Shelf
edition = Shelf(SqliteStore(pathlib.Path(sys.argv[1]) / "editions.db")).current()
rails = compose(edition, PageSlots("story", 3, "sports", (4, 8)), dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
print(json.dumps({name: [item.card.id for item in rail.items] for name, rail in rails.items()}))
"""
