"""Simulated readers: so that rails move while one watches. Marked as simulated wherever they count.

They send real beacons to the real front door, as browsers do, and name rails as the pages they get bear
them; only what they read is made up (see reading.py).
"""

import json
import logging
import os
import random
import re
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence

from django.db import DatabaseError, close_old_connections

from kawaraban.audience.beacon import SIMULATED_AGENT
from kawaraban.audience.events import LONGEST_ENGAGED, MOST_SHOWN, VERSION
from kawaraban.ops.demo.reading import Opened, Reading, Shown
from kawaraban.stories import queries
from kawaraban.stories.queries import Card

log = logging.getLogger(__name__)

READERS = 4000
VIEWS_A_SECOND = 4.0
AT_ONCE = 400  # views at the very start, so that a fresh demo has something to rank
_DISCUSS, _SHARE = 0.05, 0.03  # of those who open a story
_STORIES = 500
_LOOKS_EVERY = 15.0  # seconds between two looks at what is published
_BACK_OFF = 1.0, 30.0  # seconds to wait after a beacon that was not taken: first, longest
_AGENT = f"{SIMULATED_AGENT}/1"
# Rails as `reading.railing` makes them and scripts/beacon.js reads them.
_RAIL = re.compile(rb'data-rail="([a-z-]+)" data-edition="(\d+)"(.*?)</section>', re.DOTALL)
_PLACE = re.compile(rb'<li data-story="(\d+)"')


def read_on(port: int) -> None:
    """Reads until whoever started this process is gone."""
    parent, chance = os.getppid(), random.Random()  # noqa: S311 - nothing is kept secret by it
    reading, looked, sent = Reading([], chance), 0.0, 0
    take_rest = rest(time.sleep)
    while os.getppid() == parent:
        if time.monotonic() - looked > _LOOKS_EVERY or not reading.cards:
            reading, looked = reading.with_cards(_published() or reading.cards), time.monotonic()
        if not reading.cards:
            time.sleep(1)
            continue
        reader = chance.randrange(READERS)
        for opened in reading.session(time.time(), lambda card: rails_of(port, card)):
            time.sleep(0 if sent < AT_ONCE else chance.expovariate(VIEWS_A_SECOND))
            did = [*beside(opened.card, chance), *in_rails(opened)]
            take_rest(tell(port, opened.card.id, reader, did))
            sent += 1


def rest(sleep: Callable[[float], None]) -> Callable[[bool], None]:
    """To be told after each beacon whether it was taken: waits longer after each that was not."""
    first, longest = _BACK_OFF
    wait = 0.0

    def take(was_taken: bool) -> None:
        nonlocal wait
        wait = 0.0 if was_taken else min(max(first, wait * 2), longest)
        if wait:
            sleep(wait)

    return take


def beside(card: Card, chance: random.Random) -> list[dict[str, object]]:
    """What a reader does with a story besides opening it, as a browser would tell it."""
    # People's times are spread as a lognormal is; each story holds them shorter or longer.
    liking = random.Random(card.id).uniform(0.4, 1.4)  # noqa: S311
    seconds = min(1 + int(liking * card.characters / 8 * chance.lognormvariate(0, 0.5)), LONGEST_ENGAGED)
    did: list[dict[str, object]] = [{"kind": "engaged", "seconds": seconds}]
    did += [{"kind": "discussion"}] if chance.random() < _DISCUSS * liking else []
    did += [{"kind": "share"}] if chance.random() < _SHARE * liking else []
    return did


def rails_of(port: int, card: Card) -> list[Shown]:
    """The rails of a story's page as it is handed out now; none where it can't be had."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{card.path}", headers={"User-Agent": _AGENT})
    try:
        with urllib.request.urlopen(request, timeout=5) as page:  # noqa: S310
            return list(_rails_in(page.read()))
    except OSError:
        return []


def _rails_in(page: bytes) -> Iterator[Shown]:
    for name, edition, rail in _RAIL.findall(page):
        if stories := tuple(map(int, _PLACE.findall(rail))):
            yield Shown(name.decode(), int(edition), stories)


def in_rails(opened: Opened) -> list[dict[str, object]]:
    """What came into sight in rails and was chosen there, as a browser would tell it."""
    told: list[dict[str, object]] = [
        {"kind": "rail_shown", "rail": rail, "edition": edition, "stories": stories[:MOST_SHOWN]}
        for rail, edition, stories in opened.seen
    ]
    if opened.chosen:
        (rail, edition, stories), place = opened.chosen
        target = stories[place - 1]
        told.append(
            {"kind": "rail_clicked", "rail": rail, "edition": edition, "place": place, "target": target}
        )
    return told


def tell(port: int, story: int, reader: int, more: Sequence[dict[str, object]] = ()) -> bool:
    """Sends a view and what else was done; False where the front door is away or not ready.

    A refusal is an answer.
    """
    told: list[dict[str, object]] = [{"kind": "view"}, *more]
    events = [{"event": str(uuid.uuid4()), "story": story, **one} for one in told]
    body = {"v": VERSION, "sent": time.time_ns() // 1_000_000, "events": events}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/_/beacon",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "User-Agent": f"{_AGENT} ({reader})"},
    )
    try:
        urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code < 500
    except OSError:
        return False
    return True


def _published() -> list[Card]:
    close_old_connections()
    try:
        return queries.newest(_STORIES)
    except DatabaseError as why:
        log.warning("simulated readers can't see what is published: %s", why)
        return []
