"""Rising topics: bursts planted into two weeks of readers with seasons of their own, and false alarms.

Readers come by the hour of the day and the day of the week; each topic has its own hours, some a
regular hour that comes every week; parts drift from day to day and wander by the quarter of an hour;
stories come and go. The second week is looked at through the publication's own fold and watch. Beside
it stands a rule that many use: so many deviations above the topic's own past hours.
"""

import math
import statistics
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from benchmarks import rows
from benchmarks.rig import Rig
from kawaraban.audience.events import Event
from kawaraban.audience.fold import Fold
from kawaraban.rails.editions import Catalogue
from kawaraban.rails.watch import Watch
from kawaraban.stories.queries import Card

WEEK, DAY = 7 * 86_400, 86_400  # seconds
_MONDAY = 1_767_571_200  # 2026-01-05 00:00 UTC
_NOW = 300.0  # the half-life that the watch looks at
_FOUND_WITHIN = 300.0  # seconds
_AFTER = 3600.0  # seconds: so long after a burst its topic is not a false alarm
_STORIES = 6  # of a topic at a time
_STORY_LIVES = 8 * 3600  # seconds
_SMOOTH = {-2: 1, -1: 2, 0: 3, 1: 2, 2: 1}  # hours: a topic's own hours come and go softly
_DEVIATIONS = 4.0  # of the peer


@dataclass(frozen=True)
class Burst:
    topic: int
    begins: float  # seconds since 1970
    seconds: float
    readings: float  # more readings a second than usual


@dataclass
class House:
    """Two simulated weeks. `readings_a_day` of the whole house, `bursts` planted into the second week."""

    topics: int = 60
    readings_a_day: int = 20_000
    bursts: int = 60
    seed: int = 1
    step: int = 30  # seconds between two looks
    times: tuple[float, float] = (9, 19)  # a burst's readings, to the topic's usual ones
    least: float = 6.0  # readings a minute of a burst
    planted: list[Burst] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = self._chance = np.random.default_rng(self.seed)
        shares = 1 / (np.arange(self.topics) + 2.0) ** 0.8
        rough = chance.standard_normal((self.topics, 168))
        smooth = sum(weight * np.roll(rough, by, axis=1) for by, weight in _SMOOTH.items())
        hours = np.exp(0.4 * smooth / math.sqrt(sum(weight**2 for weight in _SMOOTH.values())))
        for topic in range(0, self.topics, 6):  # these have a regular hour
            at = int(chance.integers(168))
            hours[topic, at : at + 2] *= 6
        self._shares = (shares / shares.sum())[:, None] * hours
        self._days = np.exp(0.15 * chance.standard_normal((self.topics, 15)).cumsum(axis=1) * 0.7)
        self._whole_days = np.exp(0.1 * chance.standard_normal(15))
        quarters = chance.standard_normal((self.topics, 15 * 96))
        self._wander = np.exp(0.15 * (quarters + np.roll(quarters, 1, axis=1)) / math.sqrt(2))
        self.planted = list(self._bursts())

    def rates(self, at: float) -> np.ndarray:
        """Usual readings a second of each topic."""
        since = int(at - _MONDAY)
        day = since // DAY
        hour_of_day = since % DAY / 3600
        curve = 1.1 + math.cos((hour_of_day - 20.5) / 12 * math.pi) * 0.8 + 0.3 * (11 < hour_of_day < 13)
        weekend = 0.8 if day % 7 >= 5 else 1.0
        whole = self.readings_a_day / DAY * curve / 1.1 * weekend * self._whole_days[day]
        rates: np.ndarray = (
            whole * self._shares[:, since // 3600 % 168] * self._days[:, day] * self._wander[:, since // 900]
        )
        return rates

    def _bursts(self) -> Iterator[Burst]:
        """Twenty minutes each, spread over the topic's stories as its readings always are."""
        starts = _MONDAY + WEEK + 3600 + np.sort(self._chance.uniform(0, WEEK - 3 * 3600, self.bursts))
        for begins in starts:
            topic = int(self._chance.integers(self.topics))
            usual = float(self.rates(begins)[topic])
            times = float(self._chance.uniform(*self.times))
            yield Burst(topic, float(begins), 1200, max(self.least / 60, usual * times))

    def steps(self) -> Iterator[tuple[float, list[Event]]]:
        """(time, the readings of the step that ends then), through both weeks."""
        visitors = max(200, self.readings_a_day // 4)
        serial = 0
        for at in range(_MONDAY, _MONDAY + 2 * WEEK, self.step):
            rates = self.rates(at)
            for burst in self.planted:
                if burst.begins <= at < burst.begins + burst.seconds:
                    rates[burst.topic] += burst.readings
            counts = self._chance.poisson(rates * self.step)
            topics = np.repeat(np.arange(self.topics), counts)
            slots = (self._chance.random(len(topics)) ** 2 * _STORIES).astype(int)
            moments = np.sort(self._chance.uniform(0, self.step, len(topics)))
            events = []
            for topic, slot, moment in zip(topics.tolist(), slots.tolist(), moments.tolist(), strict=True):
                serial += 1
                who = int(self._chance.integers(visitors))
                events.append(
                    Event(
                        serial.to_bytes(16, "big"),
                        int((at + moment) * 1000),
                        self.story(topic, slot, at),
                        "view",
                        (who * 2_654_435_761 % 2**64).to_bytes(8, "little"),
                    )
                )
            yield at + self.step, events

    def story(self, topic: int, slot: int, at: float) -> int:
        """The story that stands in this of the topic's places at a time."""
        return self.topics * _STORIES * int((at - _MONDAY + slot * 4800) // _STORY_LIVES) + (
            topic * _STORIES + slot + 1
        )

    def catalogue(self) -> Catalogue:
        most = self.story(self.topics - 1, _STORIES - 1, _MONDAY + 2 * WEEK)
        return Catalogue(
            cards={
                story: _card(story, f"topic-{(story - 1) // _STORIES % self.topics}")
                for story in range(1, most + 1)
            },
            topics={f"topic-{topic}": f"{topic}" for topic in range(self.topics)},
        )


def _card(story: int, topic: str) -> Card:
    return Card(
        id=story, path="", kicker="", headline="", short_headline="", dek="", section="", section_name="",
        section_colour="", published=0.0, updated=0.0, thumbnail="", alt="", sections=(), topics=(topic,),
        people=(), storyline="", version=1,
    )  # fmt: skip


@dataclass
class Alarms:
    """What rose when, held against what was planted."""

    bursts: list[Burst]
    delays: dict[int, float] = field(default_factory=dict)  # by burst
    false: int = 0
    _up: set[int] = field(default_factory=set)

    def at(self, now: float, rising: Iterable[int]) -> None:
        """These topics rise now."""
        up = set(rising)
        for topic in up - self._up:
            if not any(
                burst.topic == topic and burst.begins <= now <= burst.begins + burst.seconds + _AFTER
                for burst in self.bursts
            ):
                self.false += 1
        for number, burst in enumerate(self.bursts):
            if burst.topic in up and burst.begins <= now <= burst.begins + burst.seconds:
                self.delays.setdefault(number, now - burst.begins)
        self._up = up

    @property
    def found(self) -> float:
        """The share of bursts found within _FOUND_WITHIN."""
        return sum(delay <= _FOUND_WITHIN for delay in self.delays.values()) / len(self.bursts)


class Deviations:
    """The peer: the past five minutes against the mean of the twelve before them, in standard deviations."""

    def __init__(self, topics: int) -> None:
        self._topics = topics
        self._steps: deque[np.ndarray] = deque()

    def rising(self, counts: np.ndarray, step: int) -> list[int]:
        self._steps.append(counts)
        recent, all_of_them = 300 // step, 3900 // step
        if len(self._steps) > all_of_them:
            self._steps.popleft()
        if len(self._steps) < all_of_them:
            return []
        taken = np.array(self._steps)
        seen, usual = taken[-recent:].sum(axis=0), taken[:-recent].sum(axis=0) / 12
        up = (seen >= 5) & (seen - usual >= _DEVIATIONS * np.sqrt(np.maximum(usual, 1)))
        return [int(topic) for topic in np.nonzero(up)[0]]


def looked_at(house: House) -> tuple[Alarms, Alarms]:
    """What the publication's own watch finds in the second week, and what the peer does."""
    fold, watch, catalogue, peer = (
        Fold(),
        Watch(lambda card: card.topics, ()),
        house.catalogue(),
        Deviations(house.topics),
    )
    ours, theirs = Alarms(house.planted), Alarms(house.planted)
    seq = 0
    for now, events in house.steps():
        fold.take(enumerate(events, start=seq + 1))
        seq += len(events)
        counted = np.zeros(house.topics)
        for event in events:
            counted[(event.story - 1) // _STORIES % house.topics] += 1
        theirs_now = peer.rising(counted, house.step)
        if now <= _MONDAY + WEEK:
            continue
        read = fold.counts(now, _NOW)
        read = {story: count for story, count in read.items() if count > 0.01}
        risen = watch.rising(catalogue, fold.read_in, read, _NOW, now)
        ours.at(now, (int(one.slug.removeprefix("topic-")) for one in risen))
        theirs.at(now, theirs_now)
    return ours, theirs


def measure(rig: Rig) -> list[rows.Found]:
    """Bursts found within five minutes, and false alarms a day."""
    found, false, peer_found, peer_false = [], [], [], []
    delays: list[float] = []
    sizes = [5_000] if rig.quick else [5_000, 20_000, 60_000]
    for readings in sizes:
        rig.say(f"topics: {readings:,} readings a day")
        ours, theirs = looked_at(House(readings_a_day=readings))
        found.append(ours.found)
        false.append(ours.false / 7)
        peer_found.append(theirs.found)
        peer_false.append(theirs.false / 7)
        delays += ours.delays.values()
    rig.say("topics: weaker bursts")
    weaker, _ = looked_at(House(readings_a_day=sizes[0], times=(4, 9), least=3.0))
    peer = f"{_DEVIATIONS:.0f} deviations above the past hour"
    return [
        rows.Row(
            "planted bursts found within 5 min",
            statistics.mean(found),
            0.95,
            "",
            more_is_better=True,
            spread=(min(found), max(found)),
            beside=f"{peer}: {statistics.mean(peer_found):.2f}"
            f" ({statistics.mean(found) / statistics.mean(peer_found):.2f} times that)",
            note=f"after {statistics.median(delays):.0f} s in the median; of bursts half as strong"
            f" {weaker.found:.2f}, and {len(weaker.delays) / len(weaker.bursts):.2f} at all",
        ),
        rows.Row(
            "false rising topics a day",
            statistics.mean(false),
            1,
            "",
            spread=(min(false), max(false)),
            beside=f"{peer}: {statistics.mean(peer_false):.1f}"
            f" ({statistics.mean(false) / statistics.mean(peer_false):.3f} times that)",
        ),
    ]
