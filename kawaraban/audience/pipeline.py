"""What happens to a beacon, in order, and the reasons for which one is refused or dropped.

A message goes through MESSAGE_STEPS, each event it carries through EVENT_STEPS, and those that are
left, once it is known which stories are published, through COUNTING_STEPS.
"""

import re
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

import orjson

from kawaraban.audience import events, swaps
from kawaraban.audience.crowds import Crowds
from kawaraban.audience.events import NOTHING_MORE, Malformed, Told
from kawaraban.audience.robots import is_robot
from kawaraban.audience.tally import REPEATED, UNAVAILABLE
from kawaraban.audience.visitors import Visitor
from kawaraban.kit.steps import Stopped

LARGEST = 8192  # bytes of a body
MOST_EVENTS = 32  # of a batch
CONTENT_TYPES = ("application/json", "text/plain", "")  # sendBeacon says text/plain of a string

# What a browser's clock may be off, and how long an event may wait for its sending.
_CLOCK_OFF_MS = 24 * 3_600_000
_WAITED_MS = 12 * 3_600_000

# Each reason and the status it is answered with: a closed set, counted and shown in the newsroom.
# Refused: what came can't be taken, or not now.
REFUSED: dict[str, int] = {
    "too-large": 413,
    "wrong-content-type": 415,
    "cross-site": 403,
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
    "unknown-story": 404,
    "overloaded": 503,
    UNAVAILABLE: 503,
}
# Dropped: it is sound, but is not counted as a reader's.
DROPPED: dict[str, int] = {
    "robot": 403,
    "staff": 403,
    "flood": 429,
    "not-to-be-tracked": 403,
    "crowded": 429,
    REPEATED: 204,
}
REASONS = REFUSED | DROPPED

_EVENT_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# What one network may not tell of a story without end.
_CAPPED = {kind: place for place, kind in enumerate(events.KINDS) if kind != "scroll"}


@dataclass(frozen=True)
class Sender:
    """Who sent a beacon, for as long as it takes to answer: none of it is written down."""

    address: str
    user_agent: str
    content_type: str = ""
    untracked: bool = False  # Do Not Track or Global Privacy Control
    simulated: bool = False
    staff: bool = False  # a browser that has been in the newsroom
    same_origin: bool = True  # False: a browser says that another site's page sent it


@dataclass
class Message:
    """A body on its way: what came, and the raw events found in it."""

    body: bytes
    sender: Sender
    visitor: Visitor
    crowds: Crowds
    now_ms: int
    sent_ms: int | None = None  # by the reader's clock
    raw: list[Any] = field(default_factory=list)
    published: Set[int] = frozenset()  # those of the stories in it, once that is known


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
    def subject(self) -> int:
        """What the event adds to, as one number: the story, or the one chosen in a rail, and the kind.

        Of what rails show it is the kind alone: a number for each story of each rail would fill the
        counters that stories' readers need.
        """
        story = self.story
        if self.kind in events.OF_RAILS:
            story = self.told.stories[0] if self.kind == "rail_clicked" else 0
        return story * len(events.KINDS) + _CAPPED[self.kind]

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


def read(message: Message) -> Message:
    try:
        data = orjson.loads(message.body)
    except orjson.JSONDecodeError:  # torn, nested too deep, not UTF-8
        raise Stopped("not-json" if _is_utf8(message.body) else "not-utf8") from None
    if not isinstance(data, dict):
        raise Stopped("wrong-shape")
    message.raw = [data]
    return message


def unpacked(message: Message) -> Message:
    (data,) = message.raw
    if "v" not in data:
        return message
    if type(data["v"]) is not int or data["v"] != events.VERSION:
        raise Stopped("unknown-version")
    told, message.sent_ms = data.get("events"), data.get("sent")
    if type(told) is not list or not told:
        raise Stopped("wrong-shape")
    message.raw = told  # refused from here on, each of them is counted
    if type(message.sent_ms) is not int:
        raise Stopped("wrong-shape")
    if len(told) > MOST_EVENTS:
        raise Stopped("too-many-events")
    return message


def from_no_robot(message: Message) -> Message:
    sender = message.sender
    if not sender.simulated and is_robot(sender.user_agent, at_home=not message.visitor.public):
        raise Stopped("robot")
    return message


def from_no_staff(message: Message) -> Message:
    if message.sender.staff:
        raise Stopped("staff")
    return message


def from_no_flood(message: Message) -> Message:
    if message.crowds.too_often(message.visitor, len(message.raw), message.now_ms):
        raise Stopped("flood")
    return message


MESSAGE_STEPS = [
    within_size,
    of_a_content_type,
    from_our_own_pages,
    read,
    unpacked,
    from_no_robot,
    from_no_staff,
    from_no_flood,
]


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
    if not _EVENT_ID.fullmatch(told):
        raise Stopped("bad-event-id")
    event.id = bytes.fromhex(told.replace("-", ""))
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


def of_a_published_story(event: Arriving) -> Arriving:
    if not all(story in event.message.published for story in event.all_stories):
        raise Stopped("unknown-story")
    return event


def not_told_without_end(event: Arriving) -> Arriving:
    """The same list stands on page after page: of what rails show, the reader's minute is the limit."""
    message = event.message
    if (
        event.kind in _CAPPED
        and event.kind != "rail_shown"
        and message.crowds.told_too_often(message.visitor, event.subject, message.now_ms)
    ):
        raise Stopped("flood")
    return event


def from_no_crowd(event: Arriving) -> Arriving:
    """What one network adds to a story is capped. The last step: it counts what passes.

    Of what rails show it is how many of a network's visitors tell of it: each counts for all stories
    shown to them, or for none.
    """
    message, kind = event.message, event.kind
    if kind not in _CAPPED:
        return event
    is_choice = kind == "rail_clicked" and event.told.rail in swaps.COUNTED
    if message.crowds.is_full(message.visitor, event.subject, message.now_ms, is_choice):
        raise Stopped("crowded")
    return event


COUNTING_STEPS = [of_a_published_story, not_told_without_end, from_no_crowd]


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
