"""What a browser sends ends in the log, or with a reason; nothing is counted twice or not at all."""

import asyncio
import json
import time
import tracemalloc
import uuid
from collections import Counter

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kawaraban.audience import pipeline
from kawaraban.audience.beacon import STAFF_COOKIE, Beacons, sender_of
from kawaraban.audience.crowds import CHOSEN_IN_A_WINDOW, IN_A_WINDOW, Crowds
from kawaraban.audience.events import KINDS
from kawaraban.audience.log import EventLog, Overloaded
from kawaraban.audience.pipeline import LARGEST, MOST_EVENTS, REASONS, Sender
from kawaraban.audience.visitors import Visitors
from kawaraban.kit import clock

READER = Sender("11.0.0.7", "A reader's browser")
AT_HOME = Sender("127.0.0.1", "A reader's browser")  # no network is capped there
SLACK = 5  # others use the machine, too
PUBLISHED = frozenset(range(1, 50))


async def published(stories):
    return stories & PUBLISHED


class Door:
    def __init__(self, folder, **terms):
        self.log = EventLog(folder / "audience.db", **terms)
        self.beacons = Beacons(self.log, Visitors(folder, "tests"), Crowds(folder / "crowds"))

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
    assert door.beacons.counts == Counter(said) + Counter({"unknown-story": 1, "repeated": 0})


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


@pytest.mark.parametrize(
    ("data", "reason", "events"),
    [
        (batch(*["x"] * (MOST_EVENTS + 8)), "too-many-events", MOST_EVENTS + 8),
        (batch(one(), one(), sent="now"), "wrong-shape", 2),
    ],
)
def test_a_batch_that_is_refused_whole_counts_as_its_events(door, data, reason, events):
    answer = door.take(data)
    assert (answer.status, answer.outcomes) == (REASONS[reason], {reason: events})


def test_who_asks_not_to_be_tracked_is_a_view_and_nothing_else(door):
    alone = Sender("11.0.0.7", "A reader's browser", untracked=True)
    answer = door.take(batch(one(), one(story=8), one("engaged", seconds=5)), alone)
    assert answer.outcomes == {"accepted": 2, "not-to-be-tracked": 1}
    first, second = door.kept()
    assert first.visitor != second.visitor


@pytest.mark.parametrize(
    ("agent", "address", "status"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "11.0.0.7", 403),
        ("python-requests/2.32", "11.0.0.7", 403),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/130.0 Safari/537.36", "11.0.0.7", 403),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/130.0 Safari/537.36", "127.0.0.1", 204),
        ("curl/8.11.0", "127.0.0.1", 204),
        ("Googlebot/2.1", "127.0.0.1", 403),
        ("Mozilla/5.0 (Linux; Android 12; CUBOT X30) Chrome/124.0 Mobile Safari/537.36", "11.0.0.7", 204),
        ("", "11.0.0.7", 204),
    ],
)
def test_robots_that_say_so_are_dropped(door, agent, address, status):
    assert door.take(one(), Sender(address, agent)).status == status


def test_those_who_work_in_the_newsroom_are_no_readers(door):
    cookie = f"theme=1; {STAFF_COOKIE}=1".encode()
    sender = sender_of("11.0.0.7", [(b"cookie", cookie), (b"user-agent", b"x")], "")
    assert door.take(one(), sender).outcomes == {"staff": 1}


def test_however_long_a_browser_s_name_and_a_proxy_s_header_are_little_is_remembered(door):
    def told(number):
        agent = b"Mozilla/5.0 %d " % number + b"x" * 15_000
        proxies = b"11.9.9.9, " * 1500 + b"11.0.%d.%d" % divmod(number, 250)
        return [(b"user-agent", agent), (b"x-forwarded-for", proxies)]

    async def all_of_them():
        for number in range(500):
            await door.beacons.take(b"torn", sender_of("127.0.0.1", told(number), "127.0.0.1"), published)

    tracemalloc.start()
    asyncio.run(all_of_them())
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert left < 2_000_000


def test_the_same_event_again_is_taken_and_counts_once(door):
    event = one()
    answers = [door.take(batch(event, event)), door.take(event)]
    assert [answer.status for answer in answers] == [204, 204] and len(door.kept()) == 1
    assert door.beacons.counts == {"accepted": 1, "repeated": 2}


def test_a_crowd_of_one_address_adds_a_few_and_the_rest_is_dropped_by_reason(door):
    for number in range(50):
        door.take(one(), Sender("11.0.0.7", f"agent {number}"))
    assert len(door.kept()) == IN_A_WINDOW[0]
    assert door.beacons.counts["crowded"] == 50 - IN_A_WINDOW[0]


def test_what_one_address_adds_to_a_story_s_showings_is_capped_whatever_pages_it_says_showed_it(door):
    for page in PUBLISHED - {7}:
        shown = one("rail_shown", story=page, rail="recommended", edition=1, stories=[7])
        door.take(batch(shown), Sender("11.0.0.7", f"agent {page}"))
    assert len(door.kept()) == IN_A_WINDOW[0]
    assert door.beacons.counts["crowded"] == len(PUBLISHED) - 1 - IN_A_WINDOW[0]


def test_a_visitor_of_a_full_network_counts_for_none_of_the_stories_of_a_rail_and_takes_no_place(door):
    def told(agent, stories, rail="recommended"):
        shown = one("rail_shown", story=1, rail=rail, edition=1, stories=stories)
        return door.take(batch(shown), Sender("11.0.0.7", agent)).outcomes["accepted"]

    assert [told(agent, [2, 3]) for agent in "abcd"] == [1, 1, 0, 0]
    assert [told(agent, [4, 5]) for agent in "dcba"] == [0, 0, 1, 1]
    # Of every rail: a headline test learns of them all.
    assert [told(agent, [2, 3], "front") for agent in "abcd"] == [1, 1, 0, 0]


def test_a_network_s_clicks_on_a_story_of_a_rail_that_is_learnt_from_are_one_in_a_window(door):
    for number in range(1, 41):
        at = {"story": 1, "rail": "recommended", "edition": 1}
        told = one("rail_shown", **at, stories=[7]), one("rail_clicked", **at, place=1, target=7)
        door.take(batch(*told), Sender(f"11.0.0.{number}", "agent"))
    clicks = [event for event in door.kept() if event.kind == "rail_clicked"]
    assert len(clicks) == CHOSEN_IN_A_WINDOW[1] < IN_A_WINDOW[1]


def test_a_reader_is_shown_the_same_list_on_page_after_page(door):
    for page in PUBLISHED - {7, 8}:
        door.take(batch(one("rail_shown", story=page, rail="most-read", edition=1, stories=[7, 8])))
    assert len(door.kept()) == len(PUBLISHED) - 2


def test_what_can_not_be_looked_up_is_not_taken(door):
    async def away(stories):
        raise OperationalError("gone")

    body = json.dumps(one()).encode()
    assert asyncio.run(door.beacons.take(body, READER, away)).status == 503
    assert door.beacons.counts == {"unavailable": 1}


def test_what_nobody_has_time_to_look_up_may_be_sent_again(door):
    async def busy(stories):
        raise Overloaded

    body = json.dumps(batch(one(), one("share"), one("steal"))).encode()
    answer = asyncio.run(door.beacons.take(body, READER, busy))
    assert (answer.status, answer.outcomes) == (503, {"overloaded": 2, "unknown-kind": 1})
    assert door.beacons.counts == answer.outcomes and not door.kept()


def test_where_the_database_hangs_what_nobody_waits_for_any_more_is_counted(door):
    async def hanging(stories):
        await asyncio.sleep(60)

    async def impatient():
        async with asyncio.timeout(0.01):
            await door.beacons.take(json.dumps(batch(one(), one("steal"))).encode(), READER, hanging)

    with pytest.raises(TimeoutError):
        asyncio.run(impatient())
    assert door.beacons.counts == {"unavailable": 1, "unknown-kind": 1}


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
shaped = st.fixed_dictionaries(
    {},
    optional={
        "v": st.just(1) | anything,
        "sent": st.just(0) | anything,
        "events": anything,
        "event": st.uuids().map(str) | anything,
        "story": st.integers(0, 60) | anything,
        "kind": st.sampled_from(KINDS) | anything,
        "stories": anything,
        "at": anything,
    },
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300) | (anything | shaped).map(lambda data: json.dumps(data).encode()))
def test_whatever_comes_ends_in_one_count_or_one_for_each_event(door, body):
    before = door.beacons.counts.total()
    answer = door.take(body)
    assert answer.status in {204, 200, *REASONS.values()}
    assert door.beacons.counts.total() - before == answer.outcomes.total() >= 1
    assert answer.outcomes.keys() <= {"accepted", *REASONS}


def test_bad_input_is_refused_quickly_and_leaves_nothing_behind(door):
    """One million distinct numbers of stories would take the same room: nothing is kept by number."""
    door.take(one(story=777))
    bodies = [
        b"[" * LARGEST,
        b'{"a":' * (LARGEST // 5),
        b"\xff" * LARGEST,
        b"x" * 100 * LARGEST,
        json.dumps(batch(*({"event": "x" * 180},) * MOST_EVENTS)).encode()[:LARGEST],
        json.dumps(batch(*(one(story=2**40 + n) for n in range(MOST_EVENTS)))).encode(),
        *(json.dumps(one(story=10**9 + number)).encode() for number in range(2000)),
    ]

    async def all_of_them():
        took = []
        for body in bodies:
            began = time.thread_time()
            await door.beacons.take(body, AT_HOME, published)
            took.append(time.thread_time() - began)
        return took

    tracemalloc.start()
    took = asyncio.run(all_of_them())
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sorted(took)[int(len(took) * 0.9)] < 0.001 * SLACK
    assert left < 300_000 and door.kept() == []


def test_sent_is_accepted_and_refused_and_dropped_in_every_run(tmp_path):
    """Under overload, with repeats, refusals and readers who go away before they are answered."""
    door = Door(tmp_path, most_waiting=100)
    sent = [
        [one(story=number % 60) for number in range(1 + number % 5)] if number % 7 else [{"torn": 1}]
        for number in range(600)
    ]

    async def impatient(events):
        body = json.dumps(batch(*events)).encode()
        taking = asyncio.ensure_future(door.beacons.take(body, AT_HOME, published))
        if len(events) == 3:
            await asyncio.sleep(0.001)
            taking.cancel()
        return await asyncio.gather(taking, return_exceptions=True)

    async def all_of_them():
        await asyncio.gather(*(impatient(events) for events in sent))
        await asyncio.gather(*(impatient(events) for events in sent[:50]))

    asyncio.run(all_of_them())
    door.log.close()
    number = sum(map(len, sent)) + sum(map(len, sent[:50]))
    counts = door.beacons.counts
    assert counts.total() == number and counts["overloaded"] and counts["unknown-story"]
    assert counts["accepted"] == len(door.kept())
    # What was counted is in the file, for all processes to see.
    assert Counter(EventLog(tmp_path / "audience.db").tallied(60)) == +counts


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
