"""Telling readers apart for a day, without cookies and without keeping who they are.

A visitor is 8 bytes of keyed BLAKE2b over address, browser and publication. The key is the salt of
the day: it lies in `var/`, readable by its owner alone, and is thrown away with the day, after which
nobody can find the reader again. The address itself is written nowhere. (The scheme is Plausible's
and Ackee's; docs/privacy.md says it in words for readers and their lawyers.)
"""

import datetime as dt
import hashlib
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils import timezone

from kawaraban.audience import addresses
from kawaraban.audience.addresses import is_of_the_machine, networks_of
from kawaraban.kit import clock
from kawaraban.kit.secret import kept_secret

_MOST_LATELY = 16_384  # readers whose hashes are not made anew; in memory, until the day ends at most


class Visitor(NamedTuple):
    """A sender as the day's salt makes them known. Only `id` is ever written down."""

    id: bytes  # 8 bytes: address, browser, publication
    number: int  # the same as a number
    own: int  # the address; 64 bits, as the next
    wide: int  # the network around it
    public: bool  # whether address and publication are of the open internet
    day: int  # which day's salt this is


class Visitors:
    """Knows each reader of a publication for the day; every process knows them alike."""

    def __init__(self, folder: Path, publication: str) -> None:
        self._folder = folder
        self._publication = publication.encode()
        # A publication on the machine's own address is a trial: whoever reads it may send what they like.
        self._is_public = not is_of_the_machine(urlsplit(publication).hostname or "")
        self._salt = b""
        self._day = 0
        self._lately: dict[tuple[str, str], Visitor] = {}
        self._since = self._until = 0.0  # the day, by a clock that may be set back

    def of(self, address: str, user_agent: str) -> Visitor:
        """The visitor at this address. Raises OSError when the salt can't be kept."""
        if not self._since <= time.time() < self._until:
            self._take_todays_salt()
        visitor = self._lately.get((address, user_agent))
        if visitor is None:
            if len(self._lately) >= _MOST_LATELY:
                self._lately.clear()
            visitor = self._lately[address, user_agent] = self._made(address, user_agent)
        return visitor

    def _made(self, address: str, user_agent: str) -> Visitor:
        networks = networks_of(address)
        reader = b"\0".join(
            (self._publication, networks.own.hex().encode(), user_agent.encode("utf-8", "replace"))
        )
        found = self._hash(reader)
        return Visitor(
            found,
            int.from_bytes(found, "big"),
            int.from_bytes(self._hash(b"own" + networks.own), "big"),
            int.from_bytes(self._hash(b"wide" + networks.wide), "big"),
            networks.public and self._is_public,
            self._day,
        )

    def alone(self, visitor: Visitor, story: int) -> bytes:
        """The id of a reader who asked not to be tracked.

        The story is hashed in: reading it twice counts once, and two stories can't be joined.
        """
        return self._hash(b"alone%d" % story + visitor.id)

    def _hash(self, told: bytes) -> bytes:
        return hashlib.blake2b(told, key=self._salt, digest_size=8).digest()

    def _take_todays_salt(self) -> None:
        today = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
        kept = self._folder / f"visitor-salt-{today:%Y-%m-%d}"
        self._salt = hashlib.blake2b(kept_secret(kept).encode(), digest_size=32).digest()
        throw_other_salts_away(self._folder)
        self._day = today.toordinal()
        self._lately.clear()
        addresses.forget()
        self._since, self._until = today.timestamp(), (today + dt.timedelta(days=1)).timestamp()


def day_of(at: float) -> int:
    """The day of a moment (seconds since 1970) as salts have it: for so long a visitor stays the same."""
    return timezone.localtime(clock.moment(at)).toordinal()


def day_after(at: float) -> float:
    """When the day after that of a moment begins (both seconds since 1970)."""
    begins = timezone.localtime(clock.moment(at)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (begins + dt.timedelta(days=1)).timestamp()


def throw_other_salts_away(folder: Path) -> None:
    """Leaves no salt but today's: none of a day that is over, nor of one at which a wrong clock was."""
    # Listed before it is asked which day it is: what another process makes at midnight is today's, too.
    there = list(folder.glob("visitor-salt-*"))
    todays = f"visitor-salt-{timezone.localtime(clock.now()):%Y-%m-%d}"
    for salt in there:
        if salt.name != todays:
            salt.unlink(missing_ok=True)
