"""What a reader's browser may tell, and how the log keeps it: the schema, VERSION 1.

A message to the door is either one event,

    {"event": UUID, "story": 7, "kind": "view"}

or a batch, `{"v": 1, "sent": MS, "events": [EVENT, …]}`, where each event has `event`, `story`, `kind`,
may have `at` (MS, when it happened by the reader's own clock), and what its kind asks for:

    view          the story was opened and seen
    engaged       seconds: how long it was visible and its reader active, since the last such event
    scroll        quarter: 1 to 4, the furthest part of the story that was seen
    rail_shown    rail, edition, stories: what stood in the rail when it came into sight, by place
    rail_clicked  rail, edition, place, target: the story that was chosen there
    share         a way of sharing was chosen
    discussion    the discussion was opened

`story` is the story being read. The events of rails may come from pages that are none; there it is 0.
"""

from typing import Any, NamedTuple

VERSION = 1
KINDS = ("view", "engaged", "scroll", "rail_shown", "rail_clicked", "share", "discussion")
OF_RAILS = frozenset({"rail_shown", "rail_clicked"})
# The rails there are; "after-read", what a session has filled in the place of "recommended"; "front", the
# lists that a front shows of itself; "chart", a ranking page's own.
RAILS = frozenset(
    {
        "most-read",
        "pinned",
        "storyline",
        "also-read",
        "recommended",
        "after-read",
        "topics",
        "front",
        "chart",
    },
)

LONGEST_ENGAGED = 1800  # seconds in one event: a browser tells more often than that
MOST_SHOWN = 40  # stories of a rail
_MOST_EDITIONS = 2**53  # numbers that JavaScript can tell apart


class Event(NamedTuple):
    """One thing that one reader did. `visitor` is 8 bytes from `visitors`, never an address."""

    id: bytes  # 16 bytes, made by the reader's browser: the same event again is the same id
    at_ms: int  # when it arrived, milliseconds since 1970
    story: int
    kind: str  # one of KINDS
    visitor: bytes
    simulated: bool = False
    value: int = 0  # engaged: seconds; scroll: the quarter; rail_clicked: the place, from 1
    rail: str = ""  # one of RAILS, for the events of rails
    edition: int = 0  # the number of the tables that filled the rail
    stories: tuple[int, ...] = ()  # rail_shown: by place; rail_clicked: the one that was chosen


class Told(NamedTuple):
    """What an event says besides which story and kind: the last four fields of Event."""

    value: int = 0
    rail: str = ""
    edition: int = 0
    stories: tuple[int, ...] = ()


NOTHING_MORE = Told()


class Malformed(ValueError):
    """An event without what its kind asks for."""


class NoEvent(ValueError):
    """What lies in the log under number `seq` is no event; `found` is what does."""

    def __init__(self, seq: int, found: object, why: Exception) -> None:
        super().__init__(f"no event: {why}")
        self.seq, self.found = seq, found


def told_by(kind: str, data: dict[str, Any]) -> Told:
    """What an event of this kind tells. Raises Malformed where something is missing or out of bounds."""
    if kind == "engaged":
        return Told(value=_whole(data, "seconds", 1, LONGEST_ENGAGED))
    if kind == "scroll":
        return Told(value=_whole(data, "quarter", 1, 4))
    if kind not in OF_RAILS:
        return NOTHING_MORE
    rail, edition = data.get("rail"), _whole(data, "edition", 0, _MOST_EDITIONS)
    if type(rail) is not str or rail not in RAILS:
        raise Malformed("rail")
    if kind == "rail_clicked":
        target = _whole(data, "target", 1, 2**63 - 1)
        return Told(_whole(data, "place", 1, 10 * MOST_SHOWN), rail, edition, (target,))
    return Told(0, rail, edition, _shown(data.get("stories")))


def _whole(data: dict[str, Any], name: str, least: int, most: int) -> int:
    value = data.get(name)
    # bool is an int to Python, but `true` is no number here.
    if type(value) is not int or not least <= value <= most:
        raise Malformed(name)
    return value


def _shown(stories: Any) -> tuple[int, ...]:
    if type(stories) is not list or not 0 < len(stories) <= MOST_SHOWN:
        raise Malformed("stories")
    if any(type(story) is not int or not 0 < story < 2**63 for story in stories):
        raise Malformed("stories")
    return tuple(stories)
