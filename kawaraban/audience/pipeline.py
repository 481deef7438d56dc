"""What happens to a beacon, in order, and the reasons for which one is refused or dropped.

A message goes through MESSAGE_STEPS, and each event it carries through EVENT_STEPS.
"""

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

import orjson

from kawaraban.audience import events
from kawaraban.audience.events import NOTHING_MORE, Malformed, Told
from kawaraban.kit.steps import Stopped

LARGEST = 8192  # bytes of a body
MOST_EVENTS = 32  # of a batch
CONTENT_TYPES = ("application/json", "text/plain", "")  # sendBeacon says text/plain of a string

# What a browser's clock may be off, and how long an event may wait for its sending.
_CLOCK_OFF_MS = 24 * 3_600_000
_WAITED_MS = 12 * 3_600_000

# Each reason and the status it is answered with: a closed set, counted and shown on the board.
REASONS: dict[str, int] = {
    "too-large": 413,
    "wrong-content-type": 415,
    "cross-site": 403,
    "robot": 403,
    "not-utf8": 400,
    "not-json": 400,
    "wrong-shape": 400,
    "unknown-version": 400,
    "too-many-events": 413,
    "wrong-type": 400,
    "bad-event-id": 400,
    "unknown-kind": 400,
    "wrong-details": 400,
    "from-the-future": 400,
    "too-old": 400,
    "not-to-be-tracked": 403,
    "unknown-story": 404,
    "overloaded": 503,
    "unavailable": 503,
}

# A small rule that has no false friends among people's browsers (a Cubot is a telephone).
_ROBOT = re.compile(r"(?<!cu)bot|crawl|spider|slurp", re.IGNORECASE)


@dataclass(frozen=True)
class Sender:
    """Who sent a beacon, for as long as it takes to answer: none of it is written down."""

    address: str
    user_agent: str
    content_type: str = ""
    untracked: bool = False  # Do Not Track or Global Privacy Control
    simulated: bool = False
    same_origin: bool = True  # False: a browser says that another site's page sent it


@dataclass
class Message:
    """A body on its way: what came, and the raw events found in it."""

    body: bytes
    sender: Sender
    now_ms: int
    sent_ms: int | None = None  # by the reader's clock
    raw: list[Any] = field(default_factory=list)
    batch: bool = False


@dataclass
class Arriving:
    """An event on its way through the steps, each of which fills in what it has made sure of."""

    data: Any
    message: Message
    id: bytes = b""
    story: int = 0
    kind: str = ""
    told: Told = NOTHING_MORE

    @property
    def all_stories(self) -> tuple[int, ...]:
        """Every story that the event names."""
        return (self.story, *self.told.stories) if self.story else self.told.stories


def within_size(message: Message) -> Message:
    if len(message.body) > LARGEST:
        raise Stopped("too-large")
    return message


def of_a_content_type(message: Message) -> Message:
    if message.sender.content_type.partition(";")[0].strip().lower() not in CONTENT_TYPES:
        raise Stopped("wrong-content-type")
    return message


def from_our_own_pages(message: Message) -> Message:
    if not message.sender.same_origin:
        raise Stopped("cross-site")
    return message


def from_no_robot(message: Message) -> Message:
    if _ROBOT.search(message.sender.user_agent):
        raise Stopped("robot")
    return message


def read(message: Message) -> Message:
    try:
        text = message.body.decode("utf-8")
    except UnicodeDecodeError:
        raise Stopped("not-utf8") from None
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError:  # torn, nested too deep, numbers out of bounds
        raise Stopped("not-json") from None
    if not isinstance(data, dict):
        raise Stopped("wrong-shape")
    message.raw, message.batch = [data], "v" in data
    return message


def unpacked(message: Message) -> Message:
    if not message.batch:
        return message
    (data,) = message.raw
    if type(data["v"]) is not int or data["v"] != events.VERSION:
        raise Stopped("unknown-version")
    told, message.sent_ms = data.get("events"), data.get("sent")
    if type(told) is not list or not told or type(message.sent_ms) is not int:
        raise Stopped("wrong-shape")
    if len(told) > MOST_EVENTS:
        raise Stopped("too-many-events")
    message.raw = told
    return message


MESSAGE_STEPS = [within_size, of_a_content_type, from_our_own_pages, from_no_robot, read, unpacked]


def of_the_right_shape(event: Arriving) -> Arriving:
    data = event.data
    if not isinstance(data, dict) or not {"event", "story", "kind"} <= data.keys():
        raise Stopped("wrong-shape")
    # bool is an int to Python, but `true` is no story.
    right = type(data["event"]) is str and type(data["story"]) is int and type(data["kind"]) is str
    if not right:
        raise Stopped("wrong-type")
    event.story = data["story"]
    return event


def with_an_event_id(event: Arriving) -> Arriving:
    told = event.data["event"]
    try:
        event.id = uuid.UUID(told).bytes
    except ValueError:
        raise Stopped("bad-event-id") from None
    if len(told) != 36:  # uuid.UUID takes braces and "urn:uuid:" too
        raise Stopped("bad-event-id")
    return event


def of_a_known_kind(event: Arriving) -> Arriving:
    event.kind = event.data["kind"]
    if event.kind not in events.KINDS:
        raise Stopped("unknown-kind")
    return event


def with_all_its_kind_asks_for(event: Arriving) -> Arriving:
    try:
        event.told = events.told_by(event.kind, event.data)
    except Malformed:
        raise Stopped("wrong-details") from None
    return event


def within_bounds_of_time(event: Arriving) -> Arriving:
    """By the reader's clock an event is not after its sending nor long before; nor is that clock mad."""
    at, sent, now = event.data.get("at"), event.message.sent_ms, event.message.now_ms
    if at is None:
        at = now if sent is None else sent
    if type(at) is not int:
        raise Stopped("wrong-type")
    if sent is None:
        sent = at
    if at > sent or sent > now + _CLOCK_OFF_MS:
        raise Stopped("from-the-future")
    if at < sent - _WAITED_MS or sent < now - _CLOCK_OFF_MS:
        raise Stopped("too-old")
    return event


def as_its_reader_allows(event: Arriving) -> Arriving:
    if event.message.sender.untracked and event.kind != "view":
        raise Stopped("not-to-be-tracked")
    return event


def of_a_possible_story(event: Arriving) -> Arriving:
    """Whether it is published is looked up for a whole message at once, after these steps."""
    if event.story == 0 and event.kind in events.OF_RAILS:
        return event
    if not 0 < event.story < 2**63:
        raise Stopped("unknown-story")
    return event


EVENT_STEPS = [
    of_the_right_shape,
    with_an_event_id,
    of_a_known_kind,
    with_all_its_kind_asks_for,
    within_bounds_of_time,
    as_its_reader_allows,
    of_a_possible_story,
]
