"""Pages as they are sent: joined, packed and with their headers, made once for many askers."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kawaraban.press.compression import PLAIN, packed
from kawaraban.press.plates import Discussion, Plate

Message = dict[str, Any]  # ASGI's
Header = tuple[bytes, bytes]

# Scripts that only carry data (JSON-LD) aren't run, so 'self' is all that scripts need.
_POLICY = (
    b"default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
SECURITY: tuple[Header, ...] = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
)
# A cache in front may keep a page a second, show it for one more while it fetches the next, and for a
# day when it gets none: rails are never older than two seconds where the house is well.
_KEEP_A_SECOND = b"public, max-age=0, s-maxage=1, stale-while-revalidate=1, stale-if-error=86400"
_KEEP_AN_ERROR = b"public, max-age=0, s-maxage=1"
_NEVER_KEEP = b"no-store"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: ASGI's two messages, and the one for a reader who has the page already."""

    start: Message
    body: Message
    etag: bytes
    not_modified: Message
    size: int


def reply(
    status: int, content_type: str, content: bytes, encoding: str, more: tuple[Header, ...] = ()
) -> Reply:
    """The answer that carries `content`, which is packed in `encoding` already."""
    etag = b'"%s"' % hashlib.blake2b(content, digest_size=12).hexdigest().encode()
    shared = [
        (b"etag", etag),
        (b"cache-control", _cache_control(status)),
        (b"vary", b"accept-encoding"),
        *SECURITY,
        *more,
    ]
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", b"%d" % len(content)),
        *([(b"content-encoding", encoding.encode())] if encoding != PLAIN else []),
        *shared,
    ]
    return Reply(
        start={"type": "http.response.start", "status": status, "headers": headers},
        body={"type": "http.response.body", "body": content},
        etag=etag,
        not_modified={"type": "http.response.start", "status": 304, "headers": shared},
        size=len(content),
    )


def _cache_control(status: int) -> bytes:
    if status >= 500:
        return _NEVER_KEEP
    return _KEEP_A_SECOND if status == 200 else _KEEP_AN_ERROR


@dataclass(frozen=True, slots=True)
class Matter:
    """What a page is joined from, and the versions both bear in the store (0 for one not there)."""

    plate: Plate
    plate_version: int
    discussion: Discussion | None = None
    discussion_version: int = 0
    behind_times: bool = False  # an old plate, because a new one can't be pressed


@dataclass(slots=True)
class Page:
    """A page in memory. `sum` tells what it was joined from: the same again need not be joined."""

    matter: Matter
    sum: tuple[object, ...]
    body: bytes
    joined_at: float  # seconds since 1970
    checked: float = 0.0  # monotonic; when it was last known to be the newest
    being_pressed: bool = False  # a new plate is on its way: this page is good until it is there
    barred: bool = False  # it shows what was withdrawn, and may be handed out no more
    replies: dict[str, Reply] = field(default_factory=dict)

    def pack(self, encoding: str) -> None:
        plate = self.matter.plate
        content = packed(self.body, encoding)
        # Another dict: somebody may be going through the old one on another thread.
        self.replies = {
            **self.replies,
            encoding: reply(plate.status, plate.content_type, content, encoding),
        }

    @property
    def size(self) -> int:
        """What it costs in memory, near enough: markup, page, and the page packed."""
        return 2 * len(self.body) + sum(one.size for one in self.replies.values()) + 4096


class Rack:
    """The pages in memory by address; those not asked for longest go first when it is full."""

    def __init__(self, room: int) -> None:
        self._room = room
        self.taken = 0
        self._pages: OrderedDict[str, tuple[Page, int]] = OrderedDict()

    def get(self, address: str) -> Page | None:
        found = self._pages.get(address)
        if found is None:
            return None
        self._pages.move_to_end(address)
        return found[0]

    def put(self, page: Page) -> None:
        address, size = page.matter.plate.address, page.size
        self.drop(address)
        self._pages[address] = (page, size)
        self.taken += size
        while self.taken > self._room and len(self._pages) > 1:
            _, (_, freed) = self._pages.popitem(last=False)
            self.taken -= freed

    def drop(self, address: str) -> None:
        found = self._pages.pop(address, None)
        if found is not None:
            self.taken -= found[1]

    def __len__(self) -> int:
        return len(self._pages)

    def __iter__(self) -> Iterator[str]:
        return iter(self._pages)
