"""The door for beacons: through the steps, into the log, and only then the answer."""

import functools
from collections import Counter
from collections.abc import Awaitable, Callable, Set
from dataclasses import dataclass, field

from django.conf import settings

from kawaraban.audience.events import Event
from kawaraban.audience.log import EventLog, LogUnavailable, Overloaded
from kawaraban.audience.pipeline import EVENT_STEPS, MESSAGE_STEPS, REASONS, Arriving, Message, Sender
from kawaraban.audience.visitors import Headers, Visitors, address_of
from kawaraban.kit import clock
from kawaraban.kit.steps import Steps, Stopped

# What a simulated reader's browser calls itself: marked in the log, told apart in the newsroom.
SIMULATED_AGENT = "KawarabanDemoReader"

ACCEPTED = "accepted"
# Which of these stories are published.
Published = Callable[[Set[int]], Awaitable[Set[int]]]


@dataclass(frozen=True)
class Answer:
    """The HTTP status, and how many events ended how: "accepted" or one of `pipeline.REASONS`.

    204: all are on the disk. 200: some are, the others not, for these reasons. Else none is.
    """

    status: int
    outcomes: Counter[str] = field(default_factory=Counter)


class Beacons:
    """Takes beacons into one log. `counts` says how many events ended how, since this process began.

    A body in which no events can be read counts as one.
    """

    def __init__(self, log: EventLog, visitors: Visitors) -> None:
        self._log = log
        self._visitors = visitors
        self._message_steps = Steps(MESSAGE_STEPS)
        self._event_steps = Steps(EVENT_STEPS)
        self.counts: Counter[str] = Counter()

    async def take(self, body: bytes, sender: Sender, published: Published) -> Answer:
        """Takes what a browser sent. Each event ends in exactly one count."""
        outcomes: Counter[str] = Counter()
        try:
            message = Message(body, sender, int(clock.stamp(clock.now()) * 1000))
            message = self._message_steps.run(message)
        except Stopped as stop:
            outcomes[stop.reason] += 1
        else:
            await self._keep(await self._passed(message, published, outcomes), outcomes)
        self.counts.update(outcomes)
        return _answer(outcomes)

    async def _passed(self, message: Message, published: Published, outcomes: Counter[str]) -> list[Arriving]:
        passed = []
        for data in message.raw:
            try:
                passed.append(self._event_steps.run(Arriving(data, message)))
            except Stopped as stop:
                outcomes[stop.reason] += 1
        named = {story for event in passed for story in event.all_stories}
        known = await published(named) if named else named
        if known >= named:
            return passed
        of_known = [event for event in passed if all(s in known for s in event.all_stories)]
        outcomes["unknown-story"] += len(passed) - len(of_known)
        return of_known

    async def _keep(self, passed: list[Arriving], outcomes: Counter[str]) -> None:
        if not passed:
            return
        try:
            await self._log.append(*map(self._event, passed))
            outcomes[ACCEPTED] += len(passed)
        except Overloaded:
            outcomes["overloaded"] += len(passed)
        except (LogUnavailable, OSError):
            outcomes["unavailable"] += len(passed)

    def _event(self, event: Arriving) -> Event:
        sender = event.message.sender
        alone = event.story if sender.untracked else None
        visitor = self._visitors.of(sender.address, sender.user_agent, alone=alone)
        return Event(
            event.id, event.message.now_ms, event.story, event.kind, visitor, sender.simulated, *event.told
        )


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
    agent = told.get(b"user-agent", b"").decode("latin-1")
    return Sender(
        address=address_of(client, pairs, trusted_proxy),
        user_agent=agent,
        content_type=told.get(b"content-type", b"").decode("latin-1"),
        untracked=told.get(b"dnt") == b"1" or told.get(b"sec-gpc") == b"1",
        simulated=agent.startswith(SIMULATED_AGENT),
        # Browsers that don't say are taken at their word: what they send is the same.
        same_origin=told.get(b"sec-fetch-site", b"same-origin") in (b"same-origin", b"none"),
    )


@functools.cache
def event_log() -> EventLog:
    """This process's log of the house: `var/audience.db`."""
    return EventLog(settings.VAR / "audience.db")


@functools.cache
def beacons() -> Beacons:
    """This process's door into the log of the house."""
    return Beacons(event_log(), Visitors(settings.VAR, settings.PUBLIC_URL))


async def take(body: bytes, sender: Sender, published: Published) -> Answer:
    """`Beacons.take` on the log of the house."""
    return await beacons().take(body, sender, published)
