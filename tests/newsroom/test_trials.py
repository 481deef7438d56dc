"""A headline test the whole way: an editor's form, readers' beacons, the bandit, the pages."""

import asyncio
import datetime as dt
import json
import os
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from kawaraban.audience.beacon import Beacons
from kawaraban.audience.crowds import IN_A_WINDOW, Crowds
from kawaraban.audience.events import Event
from kawaraban.audience.log import EventLog
from kawaraban.audience.pipeline import Sender
from kawaraban.audience.visitors import Visitors
from kawaraban.headlines import trials, turns
from kawaraban.headlines.models import HeadlineTest, Showing
from kawaraban.kit import clock
from kawaraban.kit.stores import open_store
from kawaraban.newsroom.publishing import bring_in_line
from kawaraban.newsroom.wordings import OtherWording
from kawaraban.press.plates import Plates
from kawaraban.press.supply import Supply
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.refresh import Refresher
from kawaraban.rails.shelf import Shelf
from kawaraban.stories.models import Story
from kawaraban.stories.outcome import Outcome

OWN, OTHER = "港の再開発", "倉庫街は残るのか"


@pytest.fixture
def house(tmp_path, monkeypatch, db):
    kept = Plates(open_store("plates", tmp_path))
    for module in ("plates", "pressing"):
        monkeypatch.setattr(f"kawaraban.press.{module}.plates", lambda: kept)
    return House(tmp_path, monkeypatch, kept)


class House:
    """Readers' side of a publication whose time the test says."""

    def __init__(self, folder, monkeypatch, plates):
        self.now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.now)
        self.log = EventLog(folder / "audience.db")
        self.store = open_store("editions", folder)
        self.refresher = Refresher(self.log, self.store)
        self.plates = plates

    def round(self, seconds=10.0):
        self.now += dt.timedelta(seconds=seconds)
        self.refresher.tick()
        return Shelf(self.store).current()

    def page(self, address):
        return (
            Supply(self.plates, Shelf(self.store))
            .newest(address, None, ())
            .body.decode()
            .replace("<wbr>", "")
        )

    def tell(self, kind, story, edition, visitor):
        at = int(clock.stamp(self.now) * 1000)
        self.log.append_now(
            Event(
                os.urandom(16),
                at,
                0,
                kind,
                visitor.to_bytes(8, "little"),
                False,
                0,
                "front",
                edition,
                (story,),
            )
        )


@pytest.fixture
def tested(published, committed):
    """A published article with another headline."""

    def make():
        article = published()
        article.other_wordings.add(OtherWording(headline=OTHER))
        with committed():
            article.save_revision().publish()
        return article

    return make


def test_readers_get_the_wordings_in_turns_and_all_of_an_edition_the_same(tested, published, house):
    article, beside = tested(), published(slug="beside", headline="別の話")
    shown = []
    for _ in range(24):
        edition = house.round()
        wording = edition.wordings[article.pk]
        words, rest = (OTHER, OWN) if wording else (OWN, OTHER)
        front = house.page("/")
        assert words in front and front == house.page("/")
        assert f'class="headline">{rest}</span></a></h2>' not in front.split("data-card")[1]
        rails = compose(edition, PageSlots("story", beside.pk, "society"), house.now)
        assert {i.card.headline for r in rails.values() for i in r.items if i.card.id == article.pk} == {
            words
        }
        # Its own page has its own headline, whatever shows elsewhere.
        assert f'<h1 class="headline">{OWN}</h1>' in house.page(article.readers_path)
        shown.append(wording)
    assert 10 <= sum(shown) <= 14


def test_the_better_headline_stays_and_every_page_shows_it(tested, published, house, committed):
    article = tested()
    published(slug="beside", headline="別の話")
    visitor = 0
    for _ in range(60):
        with committed():
            edition = house.round()
        if not HeadlineTest.objects.filter(state=HeadlineTest.State.RUNNING).exists():
            break
        for _ in range(150):
            visitor += 1
            house.tell("rail_shown", article.pk, edition.number, visitor)
            if visitor % (8 if edition.wordings[article.pk] else 25) == 0:
                house.tell("rail_clicked", article.pk, edition.number, visitor)
    test = HeadlineTest.objects.get()
    assert test.state == HeadlineTest.State.DECIDED and test.chosen == 1 and test.certainty >= 0.95
    assert sum(showings for showings, _ in test.counts) <= visitor and not Showing.objects.exists()
    story = Story.objects.get(pk=article.pk)
    assert story.headline == OTHER and story.wordings == [] and story.updated_at == story.published_at
    house.round()
    assert (
        OTHER in house.page("/")
        and OWN not in house.page("/").split("data-card", 1)[1].split("</article>")[0]
    )
    assert f'<h1 class="headline">{OTHER}</h1>' in house.page(article.readers_path)
    # Handed over again (a mended comma in the body), the choice holds and no test begins.
    bring_in_line(article.pk)
    assert Story.objects.get(pk=article.pk).headline == OTHER and HeadlineTest.objects.count() == 1


def test_events_count_by_their_edition_once_a_visitor_and_over_a_restart(tested, house):
    article = tested()
    first = house.round()
    second = next(e for e in (house.round() for _ in range(9)) if e.wordings != first.wordings)
    by = {edition.wordings[article.pk]: edition.number for edition in (first, second)}
    for _ in range(3):  # again and again: once
        house.tell("rail_shown", article.pk, by[0], visitor=1)
        house.tell("rail_clicked", article.pk, by[0], visitor=1)
    house.tell("rail_shown", article.pk, by[1], visitor=1)
    house.tell("rail_clicked", article.pk, by[1], visitor=2)  # its showing was never told of
    house.tell("rail_shown", article.pk, 5, visitor=3)  # of an edition before the test
    house.tell("rail_shown", 999, by[1], visitor=4)  # of another story
    house.round()
    assert HeadlineTest.objects.get().counts == [[1, 1], [2, 1]]
    house.refresher = Refresher(house.log, house.store)
    house.round()
    house.tell("rail_shown", article.pk, by[1], visitor=5)
    house.round()
    assert HeadlineTest.objects.get().counts == [[1, 1], [3, 1]]


def test_what_came_before_its_first_count_counts_after_a_restart_too(tested, house):
    article = tested()
    house.tell("rail_shown", article.pk, 1, visitor=1)  # the log is an old one
    edition = house.round()
    house.tell("rail_shown", article.pk, edition.number, visitor=2)
    house.refresher = Refresher(house.log, house.store)
    house.round()
    assert sum(showings for showings, _ in HeadlineTest.objects.get().counts) == 1


def test_beacons_of_a_front_come_through_the_real_door(tested, house, tmp_path):
    """What a reader's browser sends of the page it got, with the edition that the page names."""
    article = tested()
    edition = house.round()
    door = Beacons(house.log, Visitors(tmp_path, "tests"), Crowds(tmp_path / "crowds"))

    async def there(stories):
        return stories & {article.pk}

    def send(agent, *events):
        now = int(clock.stamp(clock.now()) * 1000)
        told = [{"event": str(uuid.uuid4()), "story": 0, "at": now, **one} for one in events]
        body = json.dumps({"v": 1, "sent": now, "events": told}).encode()
        return asyncio.run(door.take(body, Sender("127.0.0.1", agent), there)).status

    rail = {"rail": "front", "edition": edition.number}
    shown = {"kind": "rail_shown", "stories": [article.pk], **rail}
    clicked = {"kind": "rail_clicked", "place": 1, "target": article.pk, **rail}
    assert {send("one browser", shown, clicked), send("another", shown)} <= {200, 204}
    house.round()
    counts = HeadlineTest.objects.get().counts
    assert counts[edition.wordings[article.pk]] == [2, 1]


def test_one_address_decides_no_test(tested, house, tmp_path):
    article = tested()
    edition = house.round()
    door = Beacons(house.log, Visitors(tmp_path, "tests"), Crowds(tmp_path / "crowds"))

    async def there(stories):
        return stories

    for number in range(200):
        shown = {"kind": "rail_shown", "stories": [article.pk], "rail": "front", "edition": edition.number}
        told = [{"event": str(uuid.uuid4()), "story": number % 9, **shown}]
        body = json.dumps({"v": 1, "sent": int(clock.stamp(clock.now()) * 1000), "events": told}).encode()
        asyncio.run(door.take(body, Sender("11.0.0.7", f"agent {number}"), there))
    house.round()
    assert sum(showings for showings, _ in HeadlineTest.objects.get().counts) == IN_A_WINDOW[0]


def test_a_new_log_is_counted_from_its_beginning(tested, house, tmp_path):
    article = tested()
    edition = house.round()
    for visitor in range(30):
        house.tell("rail_shown", article.pk, edition.number, visitor)
    house.round()
    house.log.close()
    house.log = EventLog(tmp_path / "new.db")
    house.refresher = Refresher(house.log, house.store)
    house.round()
    for visitor in range(100, 110):
        house.tell("rail_shown", article.pk, edition.number, visitor)
    house.round()
    assert sum(showings for showings, _ in HeadlineTest.objects.get().counts) == 40


def test_what_a_killed_jobs_process_did_not_note_the_next_one_notes(tested, house, monkeypatch):
    article = tested()
    with monkeypatch.context() as killed:
        killed.setattr("kawaraban.headlines.turns.Turns.note", lambda *_: None)
        edition = house.round()
    house.tell("rail_shown", article.pk, edition.number, visitor=1)
    house.refresher = Refresher(house.log, house.store)
    # The very same slice: nothing but the stored edition says what was shown.
    house.round(0)
    house.round()
    assert sum(showings for showings, _ in HeadlineTest.objects.get().counts) <= 1
    assert Showing.objects.filter(edition=edition.number).exists()


def test_an_editor_writes_wordings_sees_the_state_and_ends_the_test(editor, tested, house, committed):
    article = tested()
    edition = house.round()
    for visitor in range(40):
        house.tell("rail_shown", article.pk, edition.number, visitor)
    house.round()
    page = editor.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).content.decode()
    address = reverse("newsroom_end_headline_test", args=[article.pk])
    assert OTHER in page and address in page and "<td>40</td>" in page
    assert OTHER in editor.get(address).content.decode()
    assert editor.post(address, {"wording": "7"}).status_code == 200
    # Of a test that another has replaced meanwhile the second wording is not this one's.
    assert editor.post(address, {"wording": "1", "test": "0"}).status_code == 302
    assert HeadlineTest.objects.get().state == HeadlineTest.State.RUNNING
    with committed():
        assert editor.post(address, {"wording": "1"}).status_code == 302
    test = HeadlineTest.objects.get()
    assert (test.state, test.chosen, test.certainty) == (HeadlineTest.State.CHOSEN, 1, None)
    assert Story.objects.get(pk=article.pk).headline == OTHER
    assert editor.get(address).status_code == 302


def test_who_may_not_publish_ends_no_test(client, account_in, tested):
    article = tested()
    client.force_login(account_in("Reporters"))
    assert client.post(
        reverse("newsroom_end_headline_test", args=[article.pk]), {"wording": 1}
    ).status_code in (302, 403)
    assert HeadlineTest.objects.get().state == HeadlineTest.State.RUNNING


def test_other_words_make_another_test_and_none_ends_it(tested, committed):
    article = tested()
    other = article.other_wordings.get()
    other.headline = "倉庫街のこれから"
    article.other_wordings.add(other)
    with committed():
        article.save_revision().publish()
    newer, older = HeadlineTest.objects.all()
    assert older.state == HeadlineTest.State.REPLACED and newer.headlines == [OWN, "倉庫街のこれから"]
    article.other_wordings.set([])
    with committed():
        article.save_revision().publish()
    assert not HeadlineTest.objects.filter(state=HeadlineTest.State.RUNNING).exists()


def test_a_picture_alone_may_be_tested(published, photo_of, committed, house):
    article = published()
    article.other_wordings.add(OtherWording(photo=photo_of()))
    with committed():
        article.save_revision().publish()
    own, other = Story.objects.get(pk=article.pk).wordings
    assert own["headline"] == other["headline"] == OWN and own["lead"] is None and other["lead"]["thumbnail"]
    fronts = {house.round().wordings[article.pk]: house.page("/") for _ in range(9)}
    assert other["lead"]["alt"] == "" or other["lead"]["thumbnail"]
    assert "<picture" not in fronts[0] and "<picture" in fronts[1]


def test_an_editor_sees_the_pictures_of_a_test_of_pictures(editor, published, photo_of, committed, house):
    article = published(short_headline="港")
    article.other_wordings.add(OtherWording(photo=photo_of()))
    with committed():
        article.save_revision().publish()
    thumbnail = Story.objects.get(pk=article.pk).wordings[1]["lead"]["thumbnail"]
    asked = editor.get(reverse("newsroom_end_headline_test", args=[article.pk])).content.decode()
    assert asked.count(f'src="{thumbnail}"') == 2  # in the table, and where it is chosen
    card = house.round().cards[article.pk]
    assert [one.short_headline for one in card.every_wording] == ["港", "港"]


def test_a_long_log_is_counted_bit_by_bit_and_decides_nothing_before_its_end(tested, house, monkeypatch):
    article = tested()
    edition = house.round()
    house.tell("rail_shown", article.pk, edition.number, 9_999)
    house.round()
    for visitor in range(1_500):
        house.tell("rail_shown", article.pk, edition.number, visitor)
        house.tell("rail_clicked", article.pk, edition.number, visitor)
    monkeypatch.setattr(turns, "_AT_ONCE", 100)
    HeadlineTest.objects.update(began_at=clock.now() - dt.timedelta(days=3))  # its time is over
    house.refresher = Refresher(house.log, house.store)
    with monkeypatch.context() as busy:
        busy.setattr(turns, "_COUNTED_FOR", 0.0)
        house.round()
    test = HeadlineTest.objects.get()
    assert test.state == HeadlineTest.State.RUNNING and sum(map(sum, test.counts)) == 1
    house.round()
    test = HeadlineTest.objects.get()
    assert test.state == HeadlineTest.State.DECIDED and sum(map(sum, test.counts)) == 3_001


def test_a_chosen_wording_shows_on_while_pages_still_have_the_others(tested, house, monkeypatch):
    article = tested()
    monkeypatch.setattr(trials, "tell", lambda story_id: None)  # a handover that takes its time
    assert house.round().wordings.keys() == {article.pk}
    trials.choose(HeadlineTest.objects.get(), 1)
    assert {house.round().wordings[article.pk] for _ in range(5)} == {1}
    assert OTHER in house.page("/")


def test_a_wording_says_something_and_the_same_twice_is_no_test(published, committed):
    with pytest.raises(ValidationError):
        OtherWording(headline=" ").clean()
    article = published()
    article.other_wordings.add(OtherWording(headline=OWN))
    with committed():
        article.save_revision().publish()
    assert not HeadlineTest.objects.exists()


def test_a_choice_that_a_crash_kept_from_readers_reaches_them(tested, house):
    article = tested()
    HeadlineTest.objects.update(state=HeadlineTest.State.DECIDED, chosen=1, certainty=0.97)
    house.round()
    assert Story.objects.get(pk=article.pk).headline == OTHER


def test_what_was_chosen_is_not_asked_again_by_what_follows_late(tested):
    article = tested()
    HeadlineTest.objects.update(state=HeadlineTest.State.DECIDED, chosen=1, certainty=0.97)
    story = Story.objects.get(pk=article.pk)
    trials.after_story(Outcome(story.pk, story.path, "changed", story.version))
    assert HeadlineTest.objects.get().chosen == 1
