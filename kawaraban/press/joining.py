"""Joining: a plate's slots filled with what is live, as one body of bytes."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kawaraban.press.plates import Choice, Discussion, Plate
from kawaraban.rails import charts, compose
from kawaraban.rails.compose import Rail
from kawaraban.rails.editions import Edition
from kawaraban.reading import rendering

_RAIL, _CHART = "rail ", "chart "
_KINDS: dict[str, Literal["story", "front", "section", "person", "topic"]] = {
    "story": "story",
    "front": "front",
    "section": "section",
    "person": "person",
    "topic": "topic",
}


@dataclass(frozen=True)
class Live:
    """What fills the slots of a page: the tables behind the rails, and the discussion of its story."""

    edition: Edition
    discussion: Discussion | None
    now: dt.datetime


def join(plate: Plate, live: Live) -> bytes:
    """The whole page. A slot that nothing fills leaves nothing behind."""
    fillings = _fillings(plate, live)
    pieces = [plate.parts[0]]
    for place, (slot, part) in enumerate(zip(plate.slots, plate.parts[1:], strict=True)):
        choice = plate.choices.get(place)
        pieces += (_chosen(choice, live.edition) if choice else fillings.get(slot, b""), part)
    return b"".join(pieces)


def _chosen(choice: Choice, edition: Edition) -> bytes:
    """What the edition shows of the story's wordings: all readers of one edition see the same."""
    wording = edition.wordings.get(choice.story_id, 0)
    return choice.fillings[wording if wording < len(choice.fillings) else 0]


def slots_of(plate: Plate, chart: Rail | None = None) -> compose.PageSlots:
    """What the page asks of the rails, and what stands on it besides, its chart included."""
    wanted = tuple(slot.removeprefix(_RAIL) for slot in plate.slots if slot.startswith(_RAIL))
    kind = _KINDS.get(plate.kind, "front")
    standing = (*plate.standing, *(item.card.id for item in chart.items)) if chart else plate.standing
    return compose.PageSlots(kind, plate.story_id, plate.section, standing, wanted)


def _fillings(plate: Plate, live: Live) -> dict[str, bytes]:
    slot = next((slot for slot in plate.slots if slot.startswith(_CHART)), None)
    if slot is None:
        filled = _rails(plate, live)
    else:
        of = (live.edition, slot.removeprefix(_CHART), plate.section)
        chart = charts.chart(*of, live.now)
        filled = _rails(plate, live, chart)
        filled[slot] = rendering.chart(chart, charts.rising_sections(*of)).encode()
    for slot in plate.slots:
        if slot in _OTHERS:
            filled[slot] = _OTHERS[slot](live)
    return filled


def _rails(plate: Plate, live: Live, chart: Rail | None = None) -> dict[str, bytes]:
    """The rails of one page are composed together, so that no story stands in two of them."""
    page = slots_of(plate, chart)
    if not page.rails:
        return {}
    composed = compose.compose(live.edition, page, live.now)
    return {_RAIL + name: rendering.rail(rail).encode() for name, rail in composed.items()}


_OTHERS: dict[str, Callable[[Live], bytes]] = {
    "date": lambda live: rendering.date(live.now).encode(),
    "discussion": lambda live: live.discussion.markup if live.discussion else b"",
    "comment-count": lambda live: b"%d" % live.discussion.count if live.discussion else b"0",
}
