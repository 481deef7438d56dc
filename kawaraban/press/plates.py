"""Plates: pages' finished markup, pressed once and kept in the store of plates.

As a plate lies in the store: `KP`, the format's number (one byte), the CRC-32 of all that follows
(four), the header's length (four), the header as JSON, then the parts of the markup and the
fillings of its choices joined, under zstd.

Releases read each other's plates. In the header a field may be added, and one that is unknown or
missing is passed over; whatever else changes is a new format, whose plates others take for missing.
"""

import functools
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import Any

import orjson
from django.conf import settings

from kawaraban.kit.stores import Store, open_store
from kawaraban.press.leases import Leases
from kawaraban.press.outdating import Condition, Marks, Outdating, Stamps
from kawaraban.press.zstd import zstd_packed, zstd_unpacked

# Code of another format takes the plate for missing and presses it in its own.
FORMAT = 2
_MARK = b"KP" + bytes([FORMAT])
_SUMMED = len(_MARK) + 4
_PLATES, _DISCUSSIONS, _PROGRESS = "plate:", "discussion:", "progress:"


@dataclass(frozen=True)
class Choice:
    """A slot with fillings of its own: one for each wording of a story under test."""

    story_id: int
    fillings: tuple[bytes, ...]


@dataclass(frozen=True)
class Plate:
    """A page, finished but for its slots: `parts[0]`, then `slots[0]`, then `parts[1]`…"""

    address: str  # the canonical one: path, and "?page=" where it has one
    kind: str  # "front", "section", "story", "person", "topic", "ranking", "feed", "sitemap" or "problem"
    parts: tuple[bytes, ...]  # one more than slots
    slots: tuple[str, ...]
    stamps: Stamps
    pressed_at: float  # seconds since 1970
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    story_id: int | None = None
    section: str = ""  # slug
    standing: tuple[int, ...] = ()  # stories on the page outside of its rails
    shows: tuple[str, ...] = ()  # what else it shows, and is old when that changes
    choices: Mapping[int, Choice] = field(default_factory=dict)  # by their place among the slots

    @property
    def is_discussed(self) -> bool:
        """Whether the page has a place for the discussion of its story."""
        return self.story_id is not None and "discussion" in self.slots

    def condition(self, marks: Marks, ours: str) -> Condition:
        """Whether it is new, old or not to be shown; `ours` is the dress of the asking code."""
        return marks.condition(self.stamps, self.shows, self.standing, ours)


@dataclass(frozen=True)
class Discussion:
    """The discussion below a story, pressed apart from the story, for it changes more often."""

    story_id: int
    markup: bytes
    count: int  # of comments that readers see
    stamps: Stamps

    def condition(self, marks: Marks, ours: str) -> Condition:
        """As a plate's."""
        return marks.condition(self.stamps, (), (self.story_id,), ours)


class Plates:
    """The store, as the press sees it. Everything here may raise `StoreUnavailable`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.outdating = Outdating(store)
        self.leases = Leases(store)

    def get(self, address: str) -> tuple[int, Plate] | None:
        """The plate and its version in the store; None if there is none that this code can read."""
        kept = self._store.get(_PLATES + address)
        plate = _plate_from(kept[1]) if kept else None
        return (kept[0], plate) if kept and plate else None

    def glance(self, address: str) -> tuple[int, Plate] | None:
        """The same where it takes no waiting; None says to ask `get`."""
        kept = self._store.glance(_PLATES + address)
        plate = _plate_from(kept[1]) if kept else None
        return (kept[0], plate) if kept and plate else None

    def version(self, address: str) -> int | None:
        return self._store.version(_PLATES + address)

    def put(self, plate: Plate) -> int:
        """Keeps the plate; its version in the store."""
        return self._store.put(_PLATES + plate.address, _packed_plate(plate))

    def put_many(self, pressed: Iterable[Plate], discussions: Iterable[Discussion] = ()) -> None:
        """Keeps all of these, or none."""
        values = {_PLATES + plate.address: _packed_plate(plate) for plate in pressed}
        for one in discussions:
            values[f"{_DISCUSSIONS}{one.story_id}"] = _packed_discussion(one)
        self._store.put_many(values)

    def drop(self, address: str) -> None:
        self._store.delete(_PLATES + address)

    def addresses(self, prefix: str = "") -> Iterator[str]:
        return (key.removeprefix(_PLATES) for key in self._store.keys(_PLATES + prefix))

    def discussion(self, story_id: int) -> tuple[int, Discussion] | None:
        return _discussion_from(self._store.get(f"{_DISCUSSIONS}{story_id}"), story_id)

    def glance_at_discussion(self, story_id: int) -> tuple[int, Discussion] | None:
        """The same where it takes no waiting; None says to ask `discussion`."""
        return _discussion_from(self._store.glance(f"{_DISCUSSIONS}{story_id}"), story_id)

    def discussion_version(self, story_id: int) -> int | None:
        return self._store.version(f"{_DISCUSSIONS}{story_id}")

    def swap_discussion(self, discussion: Discussion, version: int | None) -> int | None:
        """Keeps it in place of what had this version (None: of nothing); None if another lies there now."""
        key = f"{_DISCUSSIONS}{discussion.story_id}"
        return self._store.swap(key, _packed_discussion(discussion), version)

    def progress(self, work: str) -> dict[str, Any]:
        """How far a work on all plates has come; {} for one that is not under way."""
        kept = self._store.get(_PROGRESS + work)
        told: dict[str, Any] = orjson.loads(kept[1]) if kept else {}
        return told

    def put_progress(self, work: str, told: dict[str, Any]) -> None:
        """Keeps how far it has come; {} when it is done."""
        if told:
            self._store.put(_PROGRESS + work, orjson.dumps(told))
        else:
            self._store.delete(_PROGRESS + work)

    def drop_discussion(self, story_id: int) -> None:
        self._store.delete(f"{_DISCUSSIONS}{story_id}")


@functools.cache
def plates() -> Plates:
    """This house's plates."""
    return Plates(open_store("plates", settings.VAR, settings.STORE_URL))


def _told(stamps: Stamps) -> list[Any]:
    return [stamps.number, stamps.dress, stamps.story]


def _packed(header: dict[str, Any], body: bytes) -> bytes:
    head = orjson.dumps(header)
    rest = b"".join([len(head).to_bytes(4, "big"), head, zstd_packed(body)])
    return b"".join([_MARK, zlib.crc32(rest).to_bytes(4, "big"), rest])


def _unpacked(kept: bytes) -> tuple[dict[str, Any], bytes] | None:
    """Header and body; None for another format's, and for a damaged one: it is pressed again."""
    told, rest = kept[len(_MARK) : _SUMMED], kept[_SUMMED:]
    if not kept.startswith(_MARK) or zlib.crc32(rest).to_bytes(4, "big") != told:
        return None
    end = 4 + int.from_bytes(rest[:4], "big")
    return orjson.loads(rest[4:end]), zstd_unpacked(rest[end:])


def _packed_discussion(discussion: Discussion) -> bytes:
    return _packed({"count": discussion.count, "stamps": _told(discussion.stamps)}, discussion.markup)


def _discussion_from(kept: tuple[int, bytes] | None, story_id: int) -> tuple[int, Discussion] | None:
    read = _unpacked(kept[1]) if kept else None
    if kept is None or read is None:
        return None
    header, markup = read
    return kept[0], Discussion(story_id, markup, header["count"], Stamps(*header["stamps"][:3]))


def _packed_plate(plate: Plate) -> bytes:
    header = {
        "address": plate.address,
        "kind": plate.kind,
        "lengths": [len(part) for part in plate.parts],
        "slots": plate.slots,
        "stamps": _told(plate.stamps),
        "pressed_at": plate.pressed_at,
        "status": plate.status,
        "content_type": plate.content_type,
        "story_id": plate.story_id,
        "section": plate.section,
        "standing": plate.standing,
        "shows": plate.shows,
        "choices": [
            [slot, one.story_id, [len(filling) for filling in one.fillings]]
            for slot, one in plate.choices.items()
        ],
    }
    fillings = [filling for one in plate.choices.values() for filling in one.fillings]
    return _packed(header, b"".join((*plate.parts, *fillings)))


def _plate_from(kept: bytes) -> Plate | None:
    read = _unpacked(kept)
    if read is None:
        return None
    header, markup = read
    lengths, stamps, chosen = header.pop("lengths"), header.pop("stamps"), header.pop("choices", [])
    pieces = _cut(markup, [*lengths, *(length for one in chosen for length in one[2])])
    parts = tuple(islice(pieces, len(lengths)))
    choices = {slot: Choice(story, tuple(islice(pieces, len(made)))) for slot, story, made in chosen}
    told = {name: value for name, value in header.items() if name in _FIELDS}
    for name in _TUPLES & told.keys():
        told[name] = tuple(told[name])
    return Plate(parts=parts, stamps=Stamps(*stamps[:3]), choices=choices, **told)


_FIELDS = frozenset(one.name for one in fields(Plate)) - {"parts", "stamps", "choices"}
_TUPLES = {"slots", "standing", "shows"}


def _cut(markup: bytes, lengths: Iterable[int]) -> Iterator[bytes]:
    at = 0
    for length in lengths:
        yield markup[at : at + length]
        at += length
