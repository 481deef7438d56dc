"""What a cheat can do to the rankings: next to nothing, and the honest readers' order stays.

Honest readers and an attacker send to the real door; what it lets in is folded and ranked, and the list
is laid beside the one of the honest readers alone.
"""

import asyncio
import datetime as dt
import random
import uuid

import numpy as np
import orjson
import pytest

from kawaraban.audience.beacon import Beacons
from kawaraban.audience.crowds import Crowds
from kawaraban.audience.fold import HALF_LIVES, Fold
from kawaraban.audience.pipeline import Sender
from kawaraban.audience.tally import ACCEPTED, REPEATED, Tally
from kawaraban.audience.visitors import Visitors
from kawaraban.kit import clock
from kawaraban.rankings.foresight import Foresight
from kawaraban.rankings.most_read import most_read

STORIES = range(1, 21)
FEWEST = 100  # readers of the least read story
START = dt.datetime(2026, 5, 1, 0, 0, tzinfo=dt.UTC).timestamp()
HOUR, DAY = 3_600, 86_400
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Chrome/124.0 Safari/537.36"
MOVED_AT_MOST = 3


class Kept:
    """A log in memory: what a door wants of one."""

    def __init__(self):
        self.tally, self.events, self.ids = Tally(), [], set()

    async def append(self, *events):
        for event in events:
            self.tally.add({REPEATED if event.id in self.ids else ACCEPTED: 1})
            if event.id not in self.ids:
                self.ids.add(event.id)
                self.events.append((len(self.events) + 1, event))

    def count(self, outcomes):
        self.tally.add(outcomes)


def view(story, **more):
    return {"event": str(uuid.uuid4()), "story": story, "kind": "view", **more}


def honest(span):
    """(second, sender, event): the nth story has FEWEST * 20 / n readers, spread over `span` seconds."""
    chance = random.Random(7)
    sent = []
    for story in STORIES:
        readers = FEWEST * len(STORIES) // story
        for number in range(readers):
            # No network has more than a hundredth of the readers, as with the largest providers.
            network = chance.randrange(3000)
            address = f"{20 + network // 250}.{network % 250}.{chance.randrange(4)}.{chance.randrange(250)}"
            sent.append(((number + chance.random()) * span / readers, Sender(address, AGENT), view(story)))
    return sorted(sent, key=lambda one: one[0])


HONEST = {span: honest(span) for span in (HOUR, DAY)}
# The last story, and one in the middle: what somebody would like to see higher.
TARGETS = (20, 12)


def all_the_while(span, senders):
    """The senders take turns from the first second to the last."""
    for number, sender in enumerate(senders):
        for target in TARGETS:
            yield number * span / len(senders), sender, view(target)


def one_address(span):
    return all_the_while(span, [Sender("11.0.0.7", AGENT)] * 1000)


def one_24(span):
    return all_the_while(span, [Sender(f"11.0.0.{n % 256}", AGENT) for n in range(2000)])


def one_48(span):
    return all_the_while(span, [Sender(f"2400:1:2:{n:x}::{n:x}", AGENT) for n in range(2000)])


def ten_thousand_forged_agents(span):
    for number in range(10_000):
        yield number * span / 10_000, Sender("11.0.0.7", f"{AGENT} {number}"), view(TARGETS[0])


def at_once_before_the_look(span):
    """All of it in the last five minutes before the list is looked at."""
    for at, sender, event in one_24(300):
        yield span - 300 + at, sender, event


def replayed(span):
    """What honest readers sent, again and again, by themselves and by others."""
    first = [one for one in HONEST[span] if one[2]["story"] in TARGETS][:100]
    for number in range(20):
        for n, (at, sender, event) in enumerate(first):
            again = max(at + 1, number * span / 20)
            yield again, sender, event
            yield again, Sender(f"11.0.0.{n}", AGENT), event


def shifted_in_time(span):
    """Events that say they happened at other times than they came."""
    for number in range(200):
        at, sender = number * span / 200, Sender("11.0.0.7", f"{AGENT} {number}")
        for shift in (-365 * DAY, -DAY, -HOUR, HOUR, DAY):
            at_ms = int((START + at + shift) * 1000)
            yield at, sender, view(TARGETS[0], at=at_ms)
            yield at, sender, {"v": 1, "sent": at_ms + 1000, "events": [view(TARGETS[0], at=at_ms)]}


def ranked(folder, span, sent, monkeypatch):
    """The stories by readers and as ranked live, their readers, and how the events ended at the door."""
    kept = Kept()
    door = Beacons(kept, Visitors(folder, "tests"), Crowds(folder / "crowds"))

    async def published(stories):
        return stories & set(STORIES)

    async def send():
        for at, sender, event in sent:
            times.append(at)
            await door.take(orjson.dumps(event), sender, published)

    times = [0.0]
    monkeypatch.setattr(clock, "now", lambda: clock.moment(START + times[-1]))
    monkeypatch.setattr("kawaraban.audience.visitors.time.time", lambda: START)
    asyncio.run(send())
    fold, now = Fold(), START + span - 1
    fold.take(kept.events)
    by_story = [fold.counts(now, half_life) for half_life in HALF_LIVES]
    counts = np.array([[of.get(story, 0.0) for story in STORIES] for of in by_story])
    readers = fold.readers(now)
    by_readers = sorted(STORIES, key=lambda story: (-readers.get(story, 0), story))
    # Of the day, the list whose half-life is a day; of the hour, the one that the engine chooses.
    way = HALF_LIVES.index(86_400.0) if span == DAY else Foresight().choice(counts)
    live = most_read(STORIES, counts, way, dict.fromkeys(STORIES, START), STORIES).stories
    return (by_readers, list(live)), readers, door.counts


@pytest.fixture(scope="module", params=[DAY, HOUR], ids=["day", "hour"])
def without(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        folder = tmp_path_factory.mktemp("honest")
        yield request.param, *ranked(folder, request.param, HONEST[request.param], patched)


def test_honest_readers_are_counted_one_and_all(without):
    _, (by_readers, _), readers, _ = without
    assert by_readers == list(STORIES)
    for story in STORIES:
        wanted = FEWEST * len(STORIES) // story
        assert wanted * 0.98 <= readers[story] <= wanted


@pytest.mark.parametrize(
    "attack",
    [
        one_address,
        one_24,
        one_48,
        ten_thousand_forged_agents,
        at_once_before_the_look,
        replayed,
        shifted_in_time,
    ],
)
def test_no_attacker_moves_a_story_by_more_than_three_places(attack, without, tmp_path, monkeypatch):
    span, lists_without, readers_without, _ = without
    sent = sorted([*HONEST[span], *attack(span)], key=lambda one: one[0])
    lists, readers, counts = ranked(tmp_path, span, sent, monkeypatch)
    for attacked, alone in zip(lists, lists_without, strict=True):
        moved = {story: abs(attacked.index(story) - alone.index(story)) for story in alone}
        assert max(moved.values()) <= MOVED_AT_MOST, moved
        # Those nobody pushed stand among themselves as their readers put them.
        others = [story for story in alone if story not in TARGETS]
        assert [story for story in attacked if story in others] == others
    assert counts.total() == len(sent)
    assert all(readers[story] <= readers_without[story] * 1.1 for story in TARGETS)
