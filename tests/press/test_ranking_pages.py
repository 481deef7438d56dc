"""The pages of rankings: one for each chart and section, filled from the tables in memory."""

import time

import pytest

from kawaraban.kit import clock
from kawaraban.rails.charts import CHARTS
from kawaraban.rails.editions import Catalogue, Charts, Edition, Ranking, RisingTopic
from kawaraban.rails.shelf import LOOKS_EVERY
from kawaraban.rails.shelf import publish as publish_edition
from kawaraban.rails.slots import chart_path
from kawaraban.rankings.charts import key
from kawaraban.stories import queries


@pytest.fixture
def tables(story, editions):
    """Seven stories and tables in which they rank by their numbers, the last first."""
    for number in range(1, 8):
        story(number)
    cards = {card.id: card for card in queries.newest(7)}
    newest = {"": tuple(cards), "society": tuple(cards)}
    places = tuple((number, 10.0 + number, 2.0) for number in sorted(cards, reverse=True))
    stories, readers = tuple(story for story, *_ in places), tuple(int(count) for _, count, _ in places)
    now = clock.stamp(clock.now())
    of = {key(name, section): places for name in CHARTS for section in ("", "society")}
    del of[key("shared", "")]
    edition = Edition(
        as_of=now,
        catalogue=Catalogue(cards=cards, newest=newest),
        rankings=dict.fromkeys(("", "society"), Ranking(stories, readers, 99, 900.0)),
        charts=Charts(now, of, (RisingTopic("society", 9.0, stories, 120.4, 40.2),)),
    )
    publish_edition(editions, edition)
    return places


def places_of(body):
    """The numbers of the stories in the chart, in their order."""
    _, _, chart = body.partition('data-rail="chart"')
    chart, _, _ = chart.partition("</ol>")
    return [int(piece.partition('"')[0]) for piece in chart.split('<li data-story="')[1:]]


@pytest.mark.parametrize("name", [name for name in CHARTS if name != "shared"])
@pytest.mark.parametrize("of", ["", "society"])
def test_each_chart_stands_at_its_own_address_with_every_story_once(asker, tables, name, of):
    answer = asker.get(chart_path(name, of))
    body = answer.body.decode()
    assert answer.status == 200 and places_of(body) == [story for story, *_ in tables]
    assert f'<h1 id="chart">{CHARTS[name].heading}' in body and "aria-current" in body
    assert "set-cookie" not in answer.headers and "s-maxage=1" in answer.headers["cache-control"]


def test_what_too_few_readers_did_makes_no_chart_and_says_so(asker, tables):
    body = asker.get("/ranking/shared/").body.decode()
    assert places_of(body) == [] and "この順位を出すには" in body
    assert places_of(asker.get("/ranking/shared/society/").body.decode())


def test_unknown_parameters_change_nothing(asker, tables):
    plain = asker.get("/ranking/").body
    assert asker.get("/ranking/", b"page=2&utm_source=x").body == plain
    assert asker.get("/ranking/week/", b"page=9").body == asker.get("/ranking/week/").body


@pytest.mark.parametrize("address", ["/ranking/never/", "/ranking/week/nowhere/", "/ranking/week/society/x/"])
def test_there_is_nothing_at_other_addresses(asker, tables, address):
    assert asker.get(address).status == 404


@pytest.mark.parametrize(
    ("asked", "stands_at"), [("/ranking/now/", "/ranking/"), ("/ranking/week", "/ranking/week/")]
)
def test_other_spellings_lead_to_the_one_address(asker, tables, asked, stands_at):
    answer = asker.get(asked)
    assert (answer.status, answer.headers["location"]) == (301, stands_at)


def test_rising_sections_stand_with_the_stories_that_rise(asker, tables):
    body = asker.get("/ranking/rising/").body.decode()
    assert 'class="rising-sections"' in body and "120" in body
    assert 'class="rising-sections"' not in asker.get("/ranking/rising/society/").body.decode()


def test_the_ranking_rail_leads_to_the_whole_of_it(asker, tables):
    assert '<a href="/ranking/">' in asker.get("/").body.decode()
    assert '<a href="/ranking/now/society/">' in asker.get("/society/").body.decode()


def test_a_chart_is_another_as_soon_as_its_tables_are(asker, tables, editions):
    before = asker.get("/ranking/week/").body
    cards = {card.id: card for card in queries.newest(7)}
    chart = tuple((number, 9.0, 0.0) for number in sorted(cards))
    now = clock.stamp(clock.now())
    tables_now = Edition(as_of=now, catalogue=Catalogue(cards=cards), charts=Charts(now, {"week ": chart}))
    publish_edition(editions, tables_now)
    time.sleep(LOOKS_EVERY)
    after = asker.get("/ranking/week/").body
    assert after != before and places_of(after.decode()) == sorted(cards)
