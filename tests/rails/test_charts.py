"""From what readers did to the charts of an edition, and to the pages that show them."""

import datetime as dt
import os

import pytest
from django.utils import timezone, translation

from kawaraban.audience.events import RAILS, Event
from kawaraban.audience.fold import WINDOW_MS
from kawaraban.discussion import comments
from kawaraban.kit import clock
from kawaraban.rails import charting, charts
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.shelf import Shelf
from kawaraban.rails.slots import chart_path
from kawaraban.stories.models import Publication
from kawaraban.stories.publish import withdraw
from tests.rails.test_refresh import house as a_house
from tests.rails.test_refresh import numbers

house = a_house
WINDOW = dt.timedelta(milliseconds=WINDOW_MS)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(charting, "_EVERY", 0.0)


def did(house, kind, story, visitors, value=0, minutes_ago=0):
    at = int(clock.stamp(clock.now()) * 1000) - minutes_ago * 60_000
    for visitor in visitors:
        event = Event(os.urandom(16), at, story, kind, visitor.to_bytes(8, "little"), value=value)
        house.log.append_now(event)


def chart(house, name, section=""):
    house.refresher.tick()
    return charts.chart(Shelf(house.store).current(), name, section, clock.now())


def test_every_chart_has_its_stories_and_reasons(house, django_capture_on_commit_callbacks):
    Publication.objects.update_or_create(pk=1, defaults={"comments_held": False})
    for story in (2, 4, 6, 8, 9):
        did(house, "view", story, range(12 + story))
    for story in (2, 4, 6):
        did(house, "share", story, range(2 + story))
        did(house, "discussion", story, range(2 + story))
        did(house, "engaged", story, range(12), 10 * story)
    comments.post(2, "読者", "よい記事でした")
    assert numbers(chart(house, "quarter")) == [9, 8, 6, 4, 2]
    assert numbers(chart(house, "week", "sports")) == [8, 6, 4, 2]
    shared = chart(house, "shared")
    assert numbers(shared) == [6, 4, 2] and "8" in str(shared.items[0].reason) and shared.poses
    discussed = chart(house, "discussed", "sports")
    assert numbers(discussed)[0] == 2 and "1" in str(discussed.items[0].reason)
    engaged = chart(house, "engaged")
    assert numbers(engaged) == [6, 4, 2] and "60" in str(engaged.items[0].reason)
    assert str(engaged.note) and clock.stamp(engaged.as_of) == Shelf(house.store).current().charts.as_of


def test_one_who_comes_back_is_told_as_times_and_not_as_many_readers(house):
    for minutes_ago in (93, 62, 31, 0):
        for story in (2, 4, 6):
            did(house, "view", story, [1], minutes_ago=minutes_ago)
            for kind in ("share", "discussion"):
                did(house, kind, story, [1], minutes_ago=minutes_ago)
    with translation.override("en"):
        told = [str(chart(house, name).items[0].reason) for name in ("now", "day", "shared", "discussed")]
    assert told == [
        "Read 4 times in the past 24 hours",
        "Read 4 times",
        "Shared 4 times",
        "0 new comments, discussion opened 4 times",
    ]


def test_with_too_few_readers_a_chart_says_so_and_lists_nothing(house):
    did(house, "view", 2, range(9))
    for name in charts.CHARTS:
        if name == charts.NOW:
            continue
        empty = chart(house, name)
        assert numbers(empty) == [] and not empty.poses and str(empty.note)
    assert numbers(chart(house, "now")) == [2]  # none of the newest that nobody read
    assert numbers(chart(house, "now", "society")) == []


def test_a_withdrawn_story_leaves_the_charts_at_once(house):
    for story in (2, 4, 6, 8):
        did(house, "view", story, range(10))
    assert len(numbers(chart(house, "hour"))) == 4
    withdraw(4)
    assert 4 not in numbers(chart(house, "hour")) and len(numbers(chart(house, "hour"))) == 3


def test_charts_are_not_made_for_every_edition(house, monkeypatch):
    for story in (2, 4, 6):
        did(house, "view", story, range(5))
    first = chart(house, "hour")
    monkeypatch.setattr(charting, "_EVERY", 60.0)
    did(house, "view", 8, range(50))
    assert numbers(chart(house, "hour")) == numbers(first) and chart(house, "hour").as_of == first.as_of
    assert 8 in numbers(chart(house, "now"))


def test_addresses_and_charts_are_one_to_one():
    for name in charts.CHARTS:
        for section in ("", "society"):
            assert charts.at(chart_path(name, section)) == (name, section)
    wrong = ("/ranking/now/", "/ranking", "/ranking/never/", "/ranking/week/a/b/", "/rankings/", "/ranking//")
    assert [charts.at(address) for address in wrong] == [None] * len(wrong)
    assert charts.RAIL in RAILS


def test_the_ranking_rail_names_the_address_of_its_whole(house):
    for story in (2, 4, 6):
        did(house, "view", story, range(5))
    house.refresher.tick()
    edition = Shelf(house.store).current()
    rail = compose(edition, PageSlots("section", section="sports"), clock.now())["most-read"]
    assert rail.more == "/ranking/now/sports/"
    # A stand-in is no ranking, and there is no whole of it.
    assert compose(edition, PageSlots("section", section="society"), clock.now())["most-read"].more == ""


def test_a_reader_who_comes_again_is_one_visitor_of_the_day(house, monkeypatch):
    noon = clock.now().astimezone(timezone.get_default_timezone()).replace(hour=12)
    monkeypatch.setattr(clock, "now", lambda: noon)
    for story in (2, 4, 6):
        did(house, "view", story, range(10 + story))
    monkeypatch.setattr(clock, "now", lambda: noon + WINDOW)
    did(house, "view", 2, range(12))
    house.refresher.tick()
    charts_now = Shelf(house.store).current().charts
    assert dict(charts_now.visitors) == {2: 12, 4: 14, 6: 16}
    assert {story: count for story, count, _ in charts_now.of["day "]} == {2: 24, 4: 14, 6: 16}


def test_only_stories_read_enough_to_rise_are_held_against_their_past(house, monkeypatch):
    looked_at = []
    monkeypatch.setattr(charting.OwnPast, "is_old_enough", lambda self, story: looked_at.append(story))
    for story, visitors in ((2, 9), (4, 2), (6, 4), (8, 1)):
        did(house, "view", story, range(visitors))
    house.refresher.tick()
    assert sorted(looked_at) == [2, 6]
