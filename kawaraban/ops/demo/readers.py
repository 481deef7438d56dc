"""Simulated readers: so that rails move while one watches. Marked as simulated wherever they count.

They send real beacons to the real front door, as browsers do; only what they read is made up: new
stories more than old ones, a few stories more than all others for some minutes, and one after the
other stories that belong together.
"""

import json
import os
import random
import time
import urllib.error
import urllib.request
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kawaraban.audience.beacon import SIMULATED_AGENT
from kawaraban.stories import queries
from kawaraban.stories.queries import Card

READERS = 4000
VIEWS_A_SECOND = 4.0
FIRST = 400  # views at the very start, so that a fresh demo has something to rank
_HOT_FOR = 180.0  # seconds
_LOOKS_EVERY = 15.0  # seconds between two looks at what is published


@dataclass
class Reading:
    """What is there to be read, and what everybody talks about just now."""

    cards: list[Card]
    chance: random.Random
    hot: tuple[int, ...] = ()
    hot_until: float = 0.0

    def session(self, now: float) -> Iterator[Card]:
        """The stories of one reader, each once; most follow from the one before."""
        seen: set[int] = set()
        card = self._first(now)
        for _ in range(self.chance.randint(2, 6)):
            seen.add(card.id)
            yield card
            near = [one for one in self._near(card) if one.id not in seen]
            far = [one for one in self.cards if one.id not in seen]
            if not far:
                return
            card = self.chance.choice(near) if near and self.chance.random() < 0.6 else self._one_of(far, now)

    def _first(self, now: float) -> Card:
        if now > self.hot_until:
            self.hot = tuple(one.id for one in self.chance.sample(self.cards[:40], min(3, len(self.cards))))
            self.hot_until = now + _HOT_FOR
        return self._one_of(self.cards, now)

    def _one_of(self, among: list[Card], now: float) -> Card:
        # Half as likely every twelve hours; what is hot, as likely as eight fresh stories.
        weights = [
            2.0 ** (-(now - one.published) / 43_200) + 0.01 + (8.0 if one.id in self.hot else 0.0)
            for one in among
        ]
        return self.chance.choices(among, weights)[0]

    def _near(self, card: Card) -> list[Card]:
        if not hasattr(self, "_by"):
            self._by: defaultdict[str, list[Card]] = defaultdict(list)
            for one in self.cards:
                for key in (f"line:{one.storyline}", *(f"topic:{topic}" for topic in one.topics)):
                    self._by[key].append(one)
        line = self._by[f"line:{card.storyline}"] if card.storyline else []
        return line + [one for topic in card.topics for one in self._by[f"topic:{topic}"]]


def read_on(port: int) -> None:
    """Reads until whoever started this process is gone."""
    parent, chance = os.getppid(), random.Random()  # noqa: S311 - nothing is kept secret by it
    reading, looked, sent = Reading([], chance), 0.0, 0
    while os.getppid() == parent:
        if time.monotonic() - looked > _LOOKS_EVERY or not reading.cards:
            reading = Reading(queries.newest(500), chance, reading.hot, reading.hot_until)
            looked = time.monotonic()
        if not reading.cards:
            time.sleep(1)
            continue
        reader = chance.randrange(READERS)
        for card in reading.session(time.time()):
            time.sleep(0 if sent < FIRST else chance.expovariate(VIEWS_A_SECOND))
            if not view(port, card.id, reader):
                time.sleep(5)
            sent += 1


def view(port: int, story: int, reader: int) -> bool:
    """Sends one beacon; whether it was acknowledged."""
    body = {"event": str(uuid.uuid4()), "story": story, "kind": "view"}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/_/beacon",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "User-Agent": f"{SIMULATED_AGENT}/1 ({reader})"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 204)
    except urllib.error.HTTPError as refused:
        refused.close()
        return False
    except OSError:
        return False
