"""What happens to a beacon, in order, and the reasons for which one is refused."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from kawaraban.kit.steps import Stopped

LARGEST = 4096  # bytes of a body
KINDS = ("view",)
CONTENT_TYPES = ("application/json", "text/plain", "")  # sendBeacon says text/plain of a string

# Each reason and the status it is answered with: a closed set, counted and shown on the board.
REASONS: dict[str, int] = {
    "too-large": 413,
    "wrong-content-type": 415,
    "robot": 403,
    "not-utf8": 400,
    "not-json": 400,
    "wrong-shape": 400,
    "wrong-type": 400,
    "bad-event-id": 400,
    "unknown-kind": 400,
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


@dataclass
class Arriving:
    """A beacon on its way through the steps, each of which fills in what it has made sure of."""

    body: bytes
    sender: Sender
    known: Callable[[int], bool]
    data: Any = None
    id: bytes = b""
    story: int = 0
    kind: str = field(default="")


def within_size(beacon: Arriving) -> Arriving:
    if len(beacon.body) > LARGEST:
        raise Stopped("too-large")
    return beacon


def of_a_content_type(beacon: Arriving) -> Arriving:
    if beacon.sender.content_type.partition(";")[0].strip().lower() not in CONTENT_TYPES:
        raise Stopped("wrong-content-type")
    return beacon


def from_no_robot(beacon: Arriving) -> Arriving:
    if _ROBOT.search(beacon.sender.user_agent):
        raise Stopped("robot")
    return beacon


def read(beacon: Arriving) -> Arriving:
    try:
        text = beacon.body.decode("utf-8")
    except UnicodeDecodeError:
        raise Stopped("not-utf8") from None
    try:
        beacon.data = orjson.loads(text)
    except orjson.JSONDecodeError:  # torn, nested too deep, numbers out of bounds
        raise Stopped("not-json") from None
    return beacon


def of_the_right_shape(beacon: Arriving) -> Arriving:
    data = beacon.data
    if not isinstance(data, dict) or not {"event", "story", "kind"} <= data.keys():
        raise Stopped("wrong-shape")
    # bool is an int to Python, but `true` is no story.
    right = type(data["event"]) is str and type(data["story"]) is int and type(data["kind"]) is str
    if not right:
        raise Stopped("wrong-type")
    beacon.story = data["story"]
    return beacon


def with_an_event_id(beacon: Arriving) -> Arriving:
    told = beacon.data["event"]
    try:
        beacon.id = uuid.UUID(told).bytes
    except ValueError:
        raise Stopped("bad-event-id") from None
    if len(told) != 36:  # uuid.UUID takes braces and "urn:uuid:" too
        raise Stopped("bad-event-id")
    return beacon


def of_a_known_kind(beacon: Arriving) -> Arriving:
    beacon.kind = beacon.data["kind"]
    if beacon.kind not in KINDS:
        raise Stopped("unknown-kind")
    return beacon


def of_a_known_story(beacon: Arriving) -> Arriving:
    if not 0 < beacon.story < 2**63 or not beacon.known(beacon.story):
        raise Stopped("unknown-story")
    return beacon


STEPS = [
    within_size,
    of_a_content_type,
    from_no_robot,
    read,
    of_the_right_shape,
    with_an_event_id,
    of_a_known_kind,
    of_a_known_story,
]
