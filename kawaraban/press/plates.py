"""Plates: pages' finished markup, pressed once and kept in the store of plates.

As it lies in the store: `KP`, the format's number (one byte), the CRC-32 of all that follows (four),
the header's length (four), the header as JSON, then the parts of the markup joined, under zstd.
"""

import functools
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import zstandard
from django.conf import settings

from kawaraban.kit.stores import Store, open_store

# Code of another format takes the plate for missing and presses it in its own.
FORMAT = 1
_MARK = b"KP" + bytes([FORMAT])
_SUMMED = len(_MARK) + 4
_PLATES, _DISCUSSIONS, _SHOWN, _GENERATION = "plate:", "discussion:", "shown:", "generation"


@dataclass(frozen=True)
class Stamps:
    """What a plate was made from. It is old as soon as one of them is another."""

    generation: int  # of what all pages share: name, menus, sections, people
    dress: str  # the code, templates and translations that pressed it
    story: int = 0  # the version of the story; 0 where the plate isn't a story's

    def alike(self, other: "Stamps") -> bool:
        """Whether nothing that all pages share has changed between the two."""
        return (self.generation, self.dress) == (other.generation, other.dress)


@dataclass(frozen=True)
class Plate:
    """A page, finished but for its slots: `parts[0]`, then `slots[0]`, then `parts[1]`…"""

    address: str  # the canonical one: path, and "?page=" where it has one
    kind: str  # "front", "section", "story", "person", "topic", "feed", "sitemap" or "problem"
    parts: tuple[bytes, ...]  # one more than slots
    slots: tuple[str, ...]
    stamps: Stamps
    pressed_at: float  # seconds since 1970
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    story_id: int | None = None
    section: str = ""  # slug
    standing: tuple[int, ...] = ()  # stories on the page outside of its rails


@dataclass(frozen=True)
class Discussion:
    """The discussion below a story, pressed apart from the story, for it changes more often."""

    story_id: int
    markup: bytes
    count: int  # of comments that readers see
    stamps: Stamps


class Plates:
    """The store, as the press sees it. Everything here may raise `StoreUnavailable`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, address: str) -> tuple[int, Plate] | None:
        """The plate and its version in the store; None if there is none that this code can read."""
        kept = self._store.get(_PLATES + address)
        plate = _plate_from(kept[1]) if kept else None
        return (kept[0], plate) if kept and plate else None

    def version(self, address: str) -> int | None:
        return self._store.version(_PLATES + address)

    def put(self, plate: Plate) -> int:
        """Keeps the plate; its version in the store."""
        if plate.kind == "story":
            for story_id in plate.standing:
                self._store.put(f"{_SHOWN}{story_id}:{plate.address}", b"")
        return self._store.put(_PLATES + plate.address, _packed_plate(plate))

    def drop(self, address: str) -> None:
        self._store.delete(_PLATES + address)

    def drop_further_pages(self, path: str) -> None:
        """Drops the plates of a list from its second page on."""
        for address in list(self.addresses(f"{path}?")):
            self.drop(address)

    def addresses(self, prefix: str = "") -> Iterator[str]:
        return (key.removeprefix(_PLATES) for key in self._store.keys(_PLATES + prefix))

    def stories_that_show(self, story_id: int) -> list[str]:
        """Addresses of story pages on which this story stands outside of the rails."""
        prefix = f"{_SHOWN}{story_id}:"
        return [key.removeprefix(prefix) for key in self._store.keys(prefix)]

    def discussion(self, story_id: int) -> tuple[int, Discussion] | None:
        kept = self._store.get(f"{_DISCUSSIONS}{story_id}")
        read = _unpacked(kept[1]) if kept else None
        if kept is None or read is None:
            return None
        header, markup = read
        return kept[0], Discussion(story_id, markup, header["count"], Stamps(*header["stamps"]))

    def discussion_version(self, story_id: int) -> int | None:
        return self._store.version(f"{_DISCUSSIONS}{story_id}")

    def put_discussion(self, discussion: Discussion) -> int:
        header = {"count": discussion.count, "stamps": _told(discussion.stamps)}
        value = _packed(header, discussion.markup)
        return self._store.put(f"{_DISCUSSIONS}{discussion.story_id}", value)

    def drop_discussion(self, story_id: int) -> None:
        self._store.delete(f"{_DISCUSSIONS}{story_id}")

    def generation(self) -> int:
        """A number that grows when something changes that all pages share."""
        return self._store.version(_GENERATION) or 0

    def new_generation(self) -> int:
        return self._store.put(_GENERATION, b"")


@functools.cache
def plates() -> Plates:
    """This house's plates."""
    return Plates(open_store("plates", settings.VAR, settings.STORE_URL))


def _told(stamps: Stamps) -> list[Any]:
    return [stamps.generation, stamps.dress, stamps.story]


def _packed(header: dict[str, Any], body: bytes) -> bytes:
    head = orjson.dumps(header)
    rest = b"".join([len(head).to_bytes(4, "big"), head, zstandard.compress(body, 3)])
    return b"".join([_MARK, zlib.crc32(rest).to_bytes(4, "big"), rest])


def _unpacked(kept: bytes) -> tuple[dict[str, Any], bytes] | None:
    """Header and body; None for another format's, and for a damaged one: it is pressed again."""
    told, rest = kept[len(_MARK) : _SUMMED], kept[_SUMMED:]
    if not kept.startswith(_MARK) or zlib.crc32(rest).to_bytes(4, "big") != told:
        return None
    end = 4 + int.from_bytes(rest[:4], "big")
    return orjson.loads(rest[4:end]), zstandard.decompress(rest[end:])


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
    }
    return _packed(header, b"".join(plate.parts))


def _plate_from(kept: bytes) -> Plate | None:
    read = _unpacked(kept)
    if read is None:
        return None
    header, markup = read
    return Plate(
        address=header["address"],
        kind=header["kind"],
        parts=tuple(_cut(markup, header["lengths"])),
        slots=tuple(header["slots"]),
        stamps=Stamps(*header["stamps"]),
        pressed_at=header["pressed_at"],
        status=header["status"],
        content_type=header["content_type"],
        story_id=header["story_id"],
        section=header["section"],
        standing=tuple(header["standing"]),
    )


def _cut(markup: bytes, lengths: Iterable[int]) -> Iterator[bytes]:
    at = 0
    for length in lengths:
        yield markup[at : at + length]
        at += length
