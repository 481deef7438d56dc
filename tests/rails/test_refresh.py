"""From the log of readers to the rails of a page."""

import datetime as dt
import os
import sqlite3
from dataclasses import replace

import pytest

from kawaraban.audience.deadletters import DeadLetters
from kawaraban.audience.events import Event
from kawaraban.audience.log import EventLog
from kawaraban.discussion import comments
from kawaraban.kit import clock, database
from kawaraban.kit.stores import StoreUnavailable, open_store
from kawaraban.rails import arrangement, catalogue, readers, refresh, shelf
from kawaraban.rails.arrangement import Matter, Pin
from kawaraban.rails.catalogue import Cataloguing
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.editions import Catalogue
from kawaraban.rails.refresh import Refresher
from kawaraban.rails.shelf import Shelf
from kawaraban.stories.elements import Paragraph
from kawaraban.stories.models import Section, Topic
from kawaraban.stories.publish import Finished, publish, withdraw


@pytest.fixture
def house(db, tmp_path):
    society = Section.objects.create(name="社会", slug="society")
    sports = Section.objects.create(name="スポーツ", slug="sports", position=1)
    topic = Topic.objects.create(name="港", slug="harbor")
    now = clock.now()
    for number in range(1, 31):
        publish(
            Finished(
                id=number,
                path=f"/s/story-{number}/",
                section_id=(society if number % 2 else sports).pk,
                headline=f"港の再開発をめぐる話 その{number}",
                body=(Paragraph(f"倉庫街を残すかどうか、{number}回目の話し合いが開かれた。"),),
                published_at=now - dt.timedelta(hours=number),
                updated_at=now - dt.timedelta(hours=number),
                topic_ids=(topic.pk,),
            )
        )
    return House(tmp_path)


class House:
    def __init__(self, folder):
        self.log = EventLog(folder / "audience.db")
        self.store = open_store("editions", folder)
        self.refresher = Refresher(self.log, self.store)

    def read(self, story, visitor):
        at = int(clock.stamp(clock.now()) * 1000)
        self.log.append_now(Event(os.urandom(16), at, story, "view", visitor.to_bytes(8, "little")))

    def rails(self, **page):
        self.refresher.tick()
        return compose(Shelf(self.store).current(), PageSlots(**page), clock.now())


def numbers(rail):
    return [item.card.id for item in rail.items]


def test_twenty_readers_put_a_story_first_in_its_section(house):
    before = house.rails(kind="section", section="sports")["most-read"]
    assert not before.poses and str(before.heading) != "Most read"
    for visitor in range(20):
        house.read(24, visitor)
    after = house.rails(kind="section", section="sports")["most-read"]
    assert after.poses and numbers(after)[0] == 24
    assert "20" in str(after.items[0].reason)
    assert house.rails(kind="section", section="society")["most-read"].poses is False


def test_what_the_same_readers_read_stands_under_also_read(house):
    for visitor in range(6):
        for story in (1, 8, 22, 24):
            house.read(story, visitor)
    rail = house.rails(kind="story", story_id=1, section="society")["also-read"]
    assert rail.poses and set(numbers(rail)[:3]) <= {8, 22, 24}


def test_no_story_stands_twice_and_the_one_being_read_only_in_the_ranking(house):
    for visitor in range(9):
        for story in (3, 4, 5, 6, 7):
            house.read(story, visitor)
    rails = house.rails(kind="story", story_id=5, section="society")
    ranking = rails.pop("most-read")
    assert [item.card.id for item in ranking.items if item.here] == [5]
    rest = [story for rail in rails.values() for story in numbers(rail)]
    assert len(rest) == len(set(rest)) and not {5, *numbers(ranking)} & set(rest)


def test_a_withdrawn_story_is_in_no_rail_after_the_next_round(house):
    for visitor in range(9):
        house.read(2, visitor)
    assert 2 in numbers(house.rails(kind="front")["most-read"])
    withdraw(2)
    rails = house.rails(kind="front")
    assert all(2 not in numbers(rail) for rail in rails.values())


def test_a_house_started_again_knows_what_it_knew(house):
    for visitor in range(9):
        house.read(10, visitor)
    first = house.rails(kind="front")["most-read"]
    house.refresher = Refresher(house.log, house.store)
    assert numbers(house.rails(kind="front")["most-read"]) == numbers(first)


def test_nothing_new_makes_no_new_edition(house):
    assert house.refresher.tick()
    for _ in range(50):  # until likeness is done, which may take a busy machine several rounds
        if not house.refresher.tick():
            break
    assert not house.refresher.tick()


def test_tables_that_no_store_took_are_published_when_it_is_back(house, monkeypatch):
    def away(*_):
        raise StoreUnavailable("gone")

    monkeypatch.setattr(refresh, "_AGAIN", 0.0)
    with monkeypatch.context() as broken:
        broken.setattr(shelf, "publish", away)
        assert not house.refresher.tick()
    assert house.refresher.tick() and not house.refresher.tick()
    assert len(Shelf(house.store).current().cards) == 30


def test_rails_go_on_with_what_is_known_while_the_database_is_away(house, monkeypatch):
    house.refresher.tick()
    house.read(7, 1)
    monkeypatch.setattr(refresh, "_AGAIN", 0.0)
    monkeypatch.setattr(database, "read", away)
    assert house.refresher.tick()
    assert Shelf(house.store).current().rankings[""].evidence == 1


def away(*_):
    raise database.Away("gone")


def test_a_house_started_again_without_the_database_goes_on_from_its_last_edition(house, monkeypatch):
    arrangement.keep([Pin(6)], [(Matter(story=9), Matter(story=7))])
    house.refresher.tick()
    shelf.publish(house.store, replace(Shelf(house.store).current(), wordings={3: 1}, comments={5: 2}))
    for visitor in range(9):
        house.read(7, visitor)
    with monkeypatch.context() as broken:
        broken.setattr(database, "read", away)
        house.refresher = Refresher(house.log, house.store)
        house.refresher.tick()
    edition = Shelf(house.store).current()
    assert len(edition.cards) == 30 and edition.rankings[""].stories[0] == 7
    assert edition.arranged.pins == {"": (6,)} and set(edition.arranged.apart_from_story) == {7, 9}
    assert edition.wordings == {3: 1} and edition.comments == {5: 2}


def test_a_house_that_never_saw_its_database_publishes_nothing(house, monkeypatch):
    monkeypatch.setattr(refresh, "_AGAIN", 0.0)
    with monkeypatch.context() as broken:
        broken.setattr(database, "read", away)
        house.read(7, 1)
        assert not house.refresher.tick()
    assert Shelf(house.store).current().number == 0
    assert house.refresher.tick() and len(Shelf(house.store).current().cards) == 30


def test_what_is_withdrawn_goes_though_comments_can_not_be_counted(house, monkeypatch):
    house.refresher.tick()
    withdraw(2)
    monkeypatch.setattr(comments, "counts", away)
    monkeypatch.setattr(refresh, "_COMMENTS_EVERY", 0.0)
    assert house.refresher.tick() and 2 not in Shelf(house.store).current().cards


def test_an_older_story_stands_where_editors_or_readers_put_it(house, monkeypatch):
    monkeypatch.setattr(catalogue, "MOST_STORIES", 10)
    monkeypatch.setattr(catalogue, "_OLDER_EVERY", 0.0)
    arrangement.keep([Pin(30)], [(Matter(story=29), Matter(story=3))])
    for visitor in range(9):
        house.read(24, visitor)
    house.read(25, 1)
    rails = house.rails(kind="front")
    assert numbers(rails["pinned"]) == [30] and numbers(rails["most-read"])[0] == 24
    cards = Shelf(house.store).current().cards
    assert list(cards) == [*range(1, 11), 24, 29, 30] and 25 not in cards


def test_older_stories_come_for_three_readers_stay_for_one_and_only_so_many(house, monkeypatch):
    monkeypatch.setattr(catalogue, "MOST_STORIES", 10)
    monkeypatch.setattr(catalogue, "MOST_OLDER", 2)
    monkeypatch.setattr(catalogue, "_OLDER_EVERY", 0.0)
    cataloguing = Cataloguing(Catalogue())

    def older(readers):
        cataloguing.look(frozenset(), lambda: readers)
        return [story for story in cataloguing._cards if story > 10]

    assert older({1: 50, 20: 3, 21: 2}) == [20]
    assert older({20: 1, 21: 2}) == [20]
    assert older({20: 3, 21: 9, 22: 8, 99: 1}) == [21, 22]
    assert older({}) == []


def test_a_catalogue_that_its_store_forgot_is_put_there_again(house):
    house.refresher.tick()
    house.store.delete(shelf.CATALOGUE)
    house.read(7, 1)
    assert house.refresher.tick()
    assert len(Shelf(house.store).current().cards) == 30


def test_a_house_started_again_goes_on_from_its_snapshot_and_reads_only_the_tail(
    house, tmp_path, monkeypatch
):
    monkeypatch.setattr(readers, "_KEPT_EVERY", 0.0)
    house.refresher = Refresher(house.log, house.store, tmp_path)
    for visitor in range(9):
        house.read(10, visitor)
    first = house.rails(kind="front")["most-read"]
    house.read(10, 99)
    house.log.prune(2**50 // 1000)  # what the snapshot knows is not needed any more
    read = []
    really = house.log.read
    monkeypatch.setattr(house.log, "read", lambda after, most: read.append(after) or really(after, most))
    house.read(11, 100)
    house.refresher = Refresher(house.log, house.store, tmp_path)
    again = house.rails(kind="front")["most-read"]
    assert read[0] == 9 and numbers(again)[:2] == [10, 11] == [numbers(first)[0], 11]


def test_a_log_that_is_another_one_is_counted_from_its_beginning(house, tmp_path):
    for visitor in range(9):
        house.read(10, visitor)
    assert numbers(house.rails(kind="front")["most-read"])[0] == 10
    for file in tmp_path.glob("audience.db*"):
        file.rename(tmp_path / f"former-{file.name}")
    for visitor in range(7):
        house.read(11, visitor)
    assert numbers(house.rails(kind="front")["most-read"])[0] == 11
    house.log.prune(2**50 // 1000)  # an old one that is empty is still the same
    house.rails(kind="front")
    assert house.refresher.lag() == 0


def test_a_row_of_the_log_that_is_none_is_put_aside_and_what_follows_counts(house, tmp_path):
    house.refresher = Refresher(house.log, house.store, tmp_path)
    for visitor in range(8):
        house.read(4, visitor)
    with sqlite3.connect(tmp_path / "audience.db") as file:
        file.execute("UPDATE events SET stories = 'torn' WHERE seq = 2")
        file.execute("UPDATE events SET visitor = 7 WHERE seq = 3")
    file.close()
    rail = house.rails(kind="front")["most-read"]
    assert numbers(rail)[0] == 4 and "6" in str(rail.items[0].reason)
    assert [seq for seq, _, _ in DeadLetters(tmp_path / "dead_letters.db").all()] == [2, 3]


def test_while_the_log_is_being_counted_rails_say_of_readers_what_they_said(house, tmp_path, monkeypatch):
    for visitor in range(30):
        house.read(10, visitor)
    ranked = house.rails(kind="front")["most-read"]
    assert numbers(ranked)[0] == 10
    monkeypatch.setattr(readers, "_AT_ONCE", 10)
    monkeypatch.setattr(readers, "_A_ROUND", 0.0)
    before = Shelf(house.store).current()
    house.refresher = Refresher(house.log, house.store)  # as where another house led
    withdraw(24)
    meanwhile = house.rails(kind="front")["most-read"]
    now = Shelf(house.store).current()
    assert now.number > before.number and 24 not in now.cards and now.as_of == before.as_of
    assert now.rankings == before.rankings and now.charts.of == before.charts.of
    assert meanwhile.items[0].reason == ranked.items[0].reason and house.refresher.lag() == 20
    for _ in range(3):
        house.refresher.tick()
    assert house.refresher.lag() == 0 and Shelf(house.store).current().as_of > before.as_of


def test_where_no_edition_was_before_stories_show_while_the_log_is_being_counted(house, monkeypatch):
    for visitor in range(30):
        house.read(10, visitor)
    monkeypatch.setattr(readers, "_AT_ONCE", 10)
    monkeypatch.setattr(readers, "_A_ROUND", 0.0)
    rails = house.rails(kind="front")
    assert not rails["most-read"].poses and rails["most-read"].items and rails["recommended"].items
