"""The door for beacons: through the steps, into the log, and only then the answer."""

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from kawaraban.audience.log import Event, EventLog, LogUnavailable, Overloaded
from kawaraban.audience.pipeline import REASONS, STEPS, Arriving, Sender
from kawaraban.audience.visitors import Headers, Visitors, address_of
from kawaraban.kit import clock
from kawaraban.kit.steps import Steps, Stopped

# What a simulated reader's browser calls itself: marked in the log, told apart in the newsroom.
SIMULATED_AGENT = "KawarabanDemoReader"


@dataclass(frozen=True)
class Answer:
    """The HTTP status and the reason, "accepted" or one of `pipeline.REASONS`."""

    status: int
    reason: str


class Beacons:
    """Takes beacons into one log. `counts` says how many ended how, since this process began."""

    def __init__(self, log: EventLog, visitors: Visitors) -> None:
        self._log = log
        self._visitors = visitors
        self._steps = Steps(STEPS)
        self.counts: Counter[str] = Counter()

    async def take(self, body: bytes, sender: Sender, known: Callable[[int], bool]) -> Answer:
        """204 once the event is on the disk; else why not. Each beacon ends in exactly one count."""
        try:
            beacon = self._steps.run(Arriving(body, sender, known))
            await self._log.append(self._event(beacon))
        except Stopped as stop:
            return self._refused(stop.reason)
        except Overloaded:
            return self._refused("overloaded")
        except (LogUnavailable, OSError):
            return self._refused("unavailable")
        self.counts["accepted"] += 1
        return Answer(204, "accepted")

    def _event(self, beacon: Arriving) -> Event:
        sender = beacon.sender
        alone = beacon.story if sender.untracked else None
        visitor = self._visitors.of(sender.address, sender.user_agent, alone=alone)
        at_ms = int(clock.stamp(clock.now()) * 1000)
        return Event(beacon.id, at_ms, beacon.story, beacon.kind, visitor, sender.simulated)

    def _refused(self, reason: str) -> Answer:
        self.counts[reason] += 1
        return Answer(REASONS[reason], reason)


def sender_of(client: str, headers: Headers, trusted_proxy: str) -> Sender:
    """The sender of an ASGI request: `client` is the peer's address, `headers` as the scope has them."""
    pairs = list(headers)
    told = dict(pairs)
    agent = told.get(b"user-agent", b"").decode("latin-1")
    return Sender(
        address=address_of(client, pairs, trusted_proxy),
        user_agent=agent,
        content_type=told.get(b"content-type", b"").decode("latin-1"),
        untracked=told.get(b"dnt") == b"1" or told.get(b"sec-gpc") == b"1",
        simulated=agent.startswith(SIMULATED_AGENT),
    )


@functools.cache
def event_log() -> EventLog:
    """This process's log of the house: `var/audience.db`."""
    return EventLog(settings.VAR / "audience.db")


@functools.cache
def beacons() -> Beacons:
    """This process's door into the log of the house."""
    return Beacons(event_log(), Visitors(settings.VAR, settings.PUBLIC_URL))


async def take(body: bytes, sender: Sender, known: Callable[[int], bool]) -> Answer:
    """`Beacons.take` on the log of the house. `known` says whether a story is published."""
    return await beacons().take(body, sender, known)
