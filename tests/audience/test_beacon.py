"""What a browser sends ends in the log, or with a reason; nothing is counted twice or not at all."""

import asyncio
import json
import uuid
from collections import Counter

import pytest

from kawaraban.audience import pipeline
from kawaraban.audience.beacon import Beacons
from kawaraban.audience.log import EventLog
from kawaraban.audience.pipeline import LARGEST, MOST_EVENTS, REASONS, Sender
from kawaraban.audience.visitors import Visitors
from kawaraban.kit import clock

READER = Sender("11.0.0.7", "A reader's browser")
PUBLISHED = frozenset(range(1, 50))


async def published(stories):
    return stories & PUBLISHED


class Door:
    def __init__(self, folder, **terms):
        self.log = EventLog(folder / "audience.db", **terms)
        self.beacons = Beacons(self.log, Visitors(folder, "tests"))

    def take(self, data, sender=READER):
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        return asyncio.run(self.beacons.take(body, sender, published))

    def kept(self):
        return [event for _, event in self.log.read(0, 10_000)]


@pytest.fixture
def door(tmp_path):
    door = Door(tmp_path)
    yield door
    door.log.close()


def now():
    return int(clock.stamp(clock.now()) * 1000)


def one(kind="view", story=7, **more):
    return {"event": str(uuid.uuid4()), "story": story, "kind": kind, **more}


def batch(*events, **more):
    return {"v": 1, "sent": now(), "events": list(events), **more}


def test_a_batch_of_every_kind_is_kept_whole(door):
    rail = {"rail": "most-read", "edition": 3}
    sent = [
        one(),
        one("engaged", seconds=9),
        one("scroll", quarter=2),
        one("rail_shown", **rail, stories=[1, 2]),
        one("rail_clicked", story=0, **rail, place=2, target=2),
        one("share"),
        one("discussion"),
    ]
    answer = door.take(batch(*sent))
    assert (answer.status, answer.outcomes) == (204, {"accepted": 7})
    assert [event.kind for event in door.kept()] == [event["kind"] for event in sent]
    assert [event.stories for event in door.kept()[3:5]] == [(1, 2), (2,)]


def test_of_a_batch_the_sound_events_are_kept_and_the_others_said(door):
    answer = door.take(batch(one(), one(story=777), one("steal"), one("scroll", quarter=5), "torn"))
    said = {"accepted": 1, "unknown-story": 1, "unknown-kind": 1, "wrong-details": 1, "wrong-shape": 1}
    assert (answer.status, answer.outcomes) == (200, said)
    assert len(door.kept()) == 1
    assert door.take(batch(one(story=777))).status == 404
    assert door.beacons.counts == Counter(said) + Counter({"unknown-story": 1})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x" * (LARGEST + 1), "too-large"),
        (b'{"event"', "not-json"),
        (b"[" * 3000, "not-json"),
        (b'{"v":' * 1100 + b"1" + b"}" * 1100, "not-json"),
        (b'{"v":' * 900 + b"1" + b"}" * 900, "unknown-version"),
        (b"\xff\xfe", "not-utf8"),
        (b"[]", "wrong-shape"),
        ({"v": 2, "sent": 1, "events": [one()]}, "unknown-version"),
        ({"v": True, "sent": 1, "events": [one()]}, "unknown-version"),
        ({"v": 1, "events": [one()]}, "wrong-shape"),
        ({"v": 1, "sent": 1, "events": []}, "wrong-shape"),
        (batch(*["x"] * (MOST_EVENTS + 1)), "too-many-events"),
        ({**one(), "story": "7"}, "wrong-type"),
        ({**one(), "story": True}, "wrong-type"),
        ({**one(), "event": "7"}, "bad-event-id"),
        (one(story=2**70), "wrong-type"),
        (one(story=-1), "unknown-story"),
        (one(story=0), "unknown-story"),
        (one(story=50), "unknown-story"),
        (one(at=now() + 90_000_000), "from-the-future"),
        (one(at=now() - 365 * 86_400_000), "too-old"),
        (one(at="now"), "wrong-type"),
        (batch(one(at=now() + 5000), sent=now()), "from-the-future"),
        (batch(one(), sent=now() - 365 * 86_400_000), "too-old"),
        (batch(one("rail_shown", rail="top", edition=1, stories=[1])), "wrong-details"),
        (batch(one("rail_shown", rail="front", edition=1, stories=[1, 50])), "unknown-story"),
    ],
)
def test_bad_input_is_refused_by_its_reason_and_leaves_nothing(door, data, reason):
    answer = door.take(data)
    assert (answer.status, answer.outcomes) == (REASONS[reason], {reason: 1})
    assert door.kept() == []


def test_who_asks_not_to_be_tracked_is_a_view_and_nothing_else(door):
    alone = Sender("11.0.0.7", "A reader's browser", untracked=True)
    answer = door.take(batch(one(), one(story=8), one("engaged", seconds=5)), alone)
    assert answer.outcomes == {"accepted": 2, "not-to-be-tracked": 1}
    first, second = door.kept()
    assert first.visitor != second.visitor


def test_another_sites_pages_count_for_nothing(door):
    assert door.take(one(), Sender("11.0.0.7", "x", same_origin=False)).outcomes == {"cross-site": 1}


def test_on_overload_a_batch_is_refused_whole(tmp_path):
    door = Door(tmp_path, most_waiting=1)
    answer = door.take(batch(one(), one(story=777), one()))
    assert (answer.status, answer.outcomes) == (503, {"overloaded": 2, "unknown-story": 1})
    assert door.kept() == []
    door.log.close()


def test_every_reason_a_step_gives_is_of_the_closed_set():
    import inspect
    import re

    told = set(re.findall(r'Stopped\("([^"]+)"\)', inspect.getsource(pipeline)))
    assert told <= REASONS.keys()
