"""Simulated readers read as people might, and give way to a front door that is not ready."""

import contextlib
import itertools
import json
import random
import time
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from kawaraban.audience import events
from kawaraban.audience.beacon import SIMULATED_AGENT
from kawaraban.audience.events import Event
from kawaraban.audience.showings import CHOSEN, FIRST, SHOWN, Showings
from kawaraban.ops.demo import readers
from kawaraban.ops.demo.reading import Reading, Shown
from kawaraban.stories.queries import Card
from tests.publication import until

NOW = 1_800_000_000.0
CARD = Card(
    **dict.fromkeys(
        ("path", "kicker", "headline", "short_headline", "dek", "section_name", "section_colour"), ""
    ),
    **dict.fromkeys(("thumbnail", "alt", "storyline"), ""),
    **{"id": 0, "section": "s", "sections": ("s",), "topics": (), "people": (), "version": 1},
    published=NOW,
    updated=NOW,
)


@pytest.fixture
def cards():
    """A hundred stories, one every three hours; every fifth is of one topic."""
    return [
        replace(CARD, id=n, published=NOW - 10_800 * n, topics=("rail",) if n % 5 == 0 else ())
        for n in range(1, 101)
    ]


def no_rails(_card):
    return ()


def test_a_reader_opens_two_to_six_stories_each_once(cards):
    reading = Reading(cards, random.Random(1))
    for _ in range(300):
        opened = [one.card.id for one in reading.session(NOW, no_rails)]
        assert 2 <= len(opened) <= 6 and len(set(opened)) == len(opened)


def test_readers_stop_where_there_is_nothing_left(cards):
    assert len(list(Reading(cards[:1], random.Random(1)).session(NOW, no_rails))) == 1


def test_new_stories_are_read_more_than_old_ones_and_what_is_talked_about_most(cards):
    reading = Reading(cards, random.Random(2))
    opened = Counter(one.card.id for _ in range(800) for one in reading.session(NOW, no_rails))
    assert sum(opened[n] for n in range(1, 21)) > 3 * sum(opened[n] for n in range(41, 61))
    assert {story for story, _ in opened.most_common(3)} == set(reading.hot)
    before = reading.hot
    list(reading.session(NOW + 600, no_rails))
    assert reading.hot != before


def test_what_belongs_together_is_read_together(cards):
    reading = Reading(cards, random.Random(3))
    sessions = [[one.card.topics for one in reading.session(NOW, no_rails)] for _ in range(800)]
    followed = [after for one in sessions for before, after in itertools.pairwise(one) if before]
    assert sum(map(bool, followed)) / len(followed) > 0.5


def test_they_wait_longer_each_time_they_are_not_heard():
    waited = []
    rest = readers.rest(waited.append)
    for taken in (False, False, False, True, False):
        rest(taken)
    assert waited == [1.0, 2.0, 4.0, 1.0]


@contextlib.contextmanager
def answering(status):
    """A front door that answers once, and what it heard: (path, what the reader calls itself, body)."""
    heard = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers.get("Content-Length", 0))
            heard.append((self.path, self.headers["User-Agent"], self.rfile.read(length)))
            self.send_response(status)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as door:
        thread = Thread(target=door.handle_request)
        thread.start()
        yield door.server_port, heard
        thread.join()


@pytest.mark.parametrize(("status", "taken"), [(204, True), (404, True), (503, False)])
def test_a_beacon_says_that_its_reader_is_simulated(status, taken):
    with answering(status) as (port, heard):
        assert readers.tell(port, 7, 12) is taken
    ((_, agent, body),) = heard
    assert agent == f"{SIMULATED_AGENT}/1 (12)" and b'"story": 7' in body


def test_a_front_door_that_is_away_is_no_reason_to_fail():
    began = time.monotonic()
    assert readers.tell(1, 7, 12) is False
    assert time.monotonic() - began < 5


def test_what_readers_do_besides_is_as_browsers_tell_it():
    chance, card = random.Random(3), replace(CARD, id=7, characters=900)
    done = [one for _ in range(600) for one in readers.beside(card, chance)]
    by_kind = Counter(one["kind"] for one in done)
    assert by_kind["engaged"] == 600 > by_kind["discussion"] > 0 < by_kind["share"]
    assert all(events.told_by(one["kind"], one) for one in done)


def test_they_go_on_from_the_upper_places_of_rails_most_and_open_what_they_chose(cards):
    reading, rail = Reading(cards, random.Random(5)), Shown("recommended", 12, tuple(range(61, 69)))
    places = Counter()
    for _ in range(3000):
        opened = list(reading.session(NOW, lambda _: [rail]))
        assert opened[-1].chosen is None
        for one, after in itertools.pairwise(opened):
            if one.chosen:
                assert one.seen == [rail] and after.card.id == rail.stories[one.chosen.place - 1]
                places[one.chosen.place] += 1
    # Stories of one topic are in places 5 alone, which its own readers like.
    assert places[1] > 1.5 * places[3] > 1.5 * places[7] > 0


def test_they_find_the_rails_that_a_page_bears(served):
    address = served.addresses[3]

    def told_as_they_stand():
        found = readers.rails_of(served.port, replace(CARD, path=address))
        assert {rail.rail for rail in found} <= events.RAILS and all(rail.edition > 0 for rail in found)
        return found and all(list(rail.stories) == served.rail(address, rail.rail) for rail in found)

    # What has just begun to serve has no rails yet, and another edition may come between two askings.
    until(told_as_they_stand, seconds=20)


def test_who_gets_no_page_sees_no_rails():
    with answering(503) as (port, heard):
        assert readers.rails_of(port, replace(CARD, path="/s/7/")) == []
    assert heard == [("/s/7/", f"{SIMULATED_AGENT}/1", b"")]


def test_what_they_tell_of_rails_is_learnt_from_as_browsers_is(cards):
    reading, rail = Reading(cards, random.Random(6)), Shown("recommended", 1, (95, 96, 97, 98, 99))
    showings, seq = Showings(), itertools.count()
    for reader in range(2000):
        for one in reading.session(NOW, lambda _: [rail]):
            for did in readers.in_rails(one):
                told = events.told_by(did["kind"], json.loads(json.dumps(did)))
                visitor = (reader * 2_654_435_761 % 2**64).to_bytes(8, "little")
                event = Event(next(seq).to_bytes(16), 1, one.card.id, did["kind"], visitor, False, *told)
                showings.take(event)
    showings.count()
    first = FIRST["recommended"]
    assert showings.by_place()[first, SHOWN] > 1000
    clicks = showings.by_place()[first : first + 5, CHOSEN]
    assert clicks[0] > clicks[4] > 0 and len(showings.choices) == clicks.sum()
