"""The door for beacons: through the steps, into the log, and only then the answer."""

import functools
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Set
from dataclasses import dataclass, field

from django.conf import settings

from kawaraban.audience.addresses import Headers, address_of
from kawaraban.audience.crowds import Crowds
from kawaraban.audience.events import Event
from kawaraban.audience.log import EventLog, LogUnavailable, Overloaded
from kawaraban.audience.pipeline import (
    COUNTING_STEPS,
    EVENT_STEPS,
    MESSAGE_STEPS,
    REASONS,
    Arriving,
    Message,
    Sender,
)
from kawaraban.audience.tally import ACCEPTED, UNAVAILABLE
from kawaraban.audience.visitors import Visitors
from kawaraban.kit import clock, database
from kawaraban.kit.steps import Steps, Stopped

log = logging.getLogger(__name__)

# What a simulated reader's browser calls itself: marked in the log, told apart in the newsroom.
SIMULATED_AGENT = "KawarabanDemoReader"

# What the newsroom sets in the browsers of those who work there, for this door alone.
STAFF_COOKIE = "kawaraban-staff"

# Characters of what a browser calls itself: thousands are remembered, and no server bounds them well.
_LONGEST_AGENT = 512

# Which of these stories are published. Raises Overloaded where too many are asked for at once.
Published = Callable[[Set[int]], Awaitable[Set[int]]]


@dataclass(frozen=True)
class Answer:
    """The HTTP status, and how many events ended how: "accepted" or one of `pipeline.REASONS`.

    204: all are on the disk. 200: some are, the others not, for these reasons. Else none is.
    """

    status: int
    outcomes: Counter[str] = field(default_factory=Counter)


class Beacons:
    """Takes beacons into one log. Each event ends in exactly one count of the log's tally.

    A body in which no events can be read counts as one.
    """

    def __init__(self, log: EventLog, visitors: Visitors, crowds: Crowds) -> None:
        self._log = log
        self._visitors = visitors
        self._crowds = crowds
        self._message_steps = Steps(MESSAGE_STEPS)
        self._event_steps = Steps(EVENT_STEPS)
        self._counting_steps = Steps(COUNTING_STEPS)

    @property
    def counts(self) -> Counter[str]:
        """How many events ended how, since this process began: "accepted" or one of the reasons."""
        return self._log.tally.ended

    async def take(self, body: bytes, sender: Sender, published: Published) -> Answer:
        """Takes what a browser sent; the answer when what is accepted is on the disk."""
        outcomes: Counter[str] = Counter()
        try:
            passed = await self._passed(body, sender, published, outcomes)
        finally:  # also if nobody waits for the answer any more
            if outcomes:
                self._log.count(outcomes)
        if passed:
            outcomes[await self._kept(passed)] += len(passed)
        return _answer(outcomes)

    async def _passed(
        self, body: bytes, sender: Sender, published: Published, outcomes: Counter[str]
    ) -> list[Arriving]:
        """The events that are to be kept; why the others are not goes to `outcomes`."""
        try:
            visitor = self._visitors.of(sender.address, sender.user_agent)
        except OSError:
            log.exception("the salt of the day can't be kept")
            outcomes[UNAVAILABLE] += 1
            return []
        message = Message(body, sender, visitor, self._crowds, int(clock.stamp(clock.now()) * 1000))
        try:
            self._message_steps.run(message)
        except Stopped as stop:
            outcomes[stop.reason] += len(message.raw) or 1
            return []
        sound = _those_that_pass(
            self._event_steps, (Arriving(data, message) for data in message.raw), outcomes
        )
        if not sound:
            return []
        outcomes[UNAVAILABLE] = len(sound)  # until it is known
        try:
            message.published = await published({story for event in sound for story in event.all_stories})
        except database.FAILURES as why:
            log.error("whether stories are published can't be looked up: %s", why)
            return []
        except Overloaded:
            outcomes["overloaded"] += outcomes.pop(UNAVAILABLE)
            return []
        del outcomes[UNAVAILABLE]
        return _those_that_pass(self._counting_steps, sound, outcomes)

    async def _kept(self, passed: list[Arriving]) -> str:
        """How these ended. What the log was handed counts itself, even if nobody waits for it any more."""
        try:
            await self._log.append(*[self._event(one) for one in passed])
        except Overloaded:
            self._log.count({"overloaded": len(passed)})
            return "overloaded"
        except LogUnavailable:
            return UNAVAILABLE
        return ACCEPTED

    def _event(self, event: Arriving) -> Event:
        message = event.message
        visitor = message.visitor.id
        if message.sender.untracked:
            visitor = self._visitors.alone(message.visitor, event.story)
        simulated = message.sender.simulated
        return Event(event.id, message.now_ms, event.story, event.kind, visitor, simulated, *event.told)


def _those_that_pass(
    steps: Steps[Arriving], events: Iterable[Arriving], outcomes: Counter[str]
) -> list[Arriving]:
    passed = []
    for event in events:
        try:
            passed.append(steps.run(event))
        except Stopped as stop:
            outcomes[stop.reason] += 1
    return passed


def _answer(outcomes: Counter[str]) -> Answer:
    if outcomes.keys() == {ACCEPTED}:
        return Answer(204, outcomes)
    if ACCEPTED in outcomes:
        return Answer(200, outcomes)
    # The gravest first: what a browser may try again goes before what it may not.
    return Answer(max(REASONS[reason] for reason in outcomes), outcomes)


def sender_of(client: str, headers: Headers, trusted_proxy: str) -> Sender:
    """The sender of an ASGI request: `client` is the peer's address, `headers` as the scope has them."""
    pairs = list(headers)
    told = dict(pairs)
    agent = told.get(b"user-agent", b"")[:_LONGEST_AGENT].decode("latin-1")
    return Sender(
        address=address_of(client, pairs, trusted_proxy),
        user_agent=agent,
        content_type=told.get(b"content-type", b"").decode("latin-1"),
        untracked=told.get(b"dnt") == b"1" or told.get(b"sec-gpc") == b"1",
        simulated=agent.startswith(SIMULATED_AGENT),
        staff=STAFF_COOKIE.encode() in told.get(b"cookie", b""),
        # Browsers that don't say are taken at their word: what they send is the same.
        same_origin=told.get(b"sec-fetch-site", b"same-origin") in (b"same-origin", b"none"),
    )


@functools.cache
def event_log() -> EventLog:
    """This process's log of the house: `var/audience.db`, or a Redis for several machines."""
    return EventLog(settings.AUDIENCE_URL or settings.VAR / "audience.db")


@functools.cache
def beacons() -> Beacons:
    """This process's door into the log of the house."""
    visitors = Visitors(settings.VAR, settings.PUBLIC_URL)
    return Beacons(event_log(), visitors, Crowds(settings.VAR / "audience-crowds"))


async def take(body: bytes, sender: Sender, published: Published) -> Answer:
    """`Beacons.take` on the log of the house."""
    return await beacons().take(body, sender, published)
