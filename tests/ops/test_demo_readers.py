"""Simulated readers read as people might, and give way to a front door that is not ready."""

import itertools
import random
import time
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from kawaraban.audience import events
from kawaraban.audience.beacon import SIMULATED_AGENT
from kawaraban.ops.demo import readers
from kawaraban.ops.demo.reading import Reading
from kawaraban.stories.queries import Card

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


def test_a_reader_opens_two_to_six_stories_each_once(cards):
    reading = Reading(cards, random.Random(1))
    for _ in range(300):
        opened = [card.id for card in reading.session(NOW)]
        assert 2 <= len(opened) <= 6 and len(set(opened)) == len(opened)


def test_readers_stop_where_there_is_nothing_left(cards):
    assert len(list(Reading(cards[:1], random.Random(1)).session(NOW))) == 1


def test_new_stories_are_read_more_than_old_ones_and_what_is_talked_about_most(cards):
    reading = Reading(cards, random.Random(2))
    opened = Counter(card.id for _ in range(800) for card in reading.session(NOW))
    assert sum(opened[n] for n in range(1, 21)) > 3 * sum(opened[n] for n in range(41, 61))
    assert {story for story, _ in opened.most_common(3)} == set(reading.hot)
    before = reading.hot
    list(reading.session(NOW + 600))
    assert reading.hot != before


def test_what_belongs_together_is_read_together(cards):
    reading = Reading(cards, random.Random(3))
    sessions = [[card.topics for card in reading.session(NOW)] for _ in range(800)]
    followed = [after for one in sessions for before, after in itertools.pairwise(one) if before]
    assert sum(map(bool, followed)) / len(followed) > 0.5


def test_they_wait_longer_each_time_they_are_not_heard():
    waited = []
    rest = readers.rest(waited.append)
    for taken in (False, False, False, True, False):
        rest(taken)
    assert waited == [1.0, 2.0, 4.0, 1.0]


@pytest.mark.parametrize(("status", "taken"), [(204, True), (404, True), (503, False)])
def test_a_beacon_says_that_its_reader_is_simulated(status, taken):
    heard = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append((self.headers["User-Agent"], self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as door:
        thread = Thread(target=door.handle_request)
        thread.start()
        assert readers.tell(door.server_port, 7, 12) is taken
        thread.join()
    assert heard[0][0] == f"{SIMULATED_AGENT}/1 (12)" and b'"story": 7' in heard[0][1]


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
