"""Telling readers apart for a day, without cookies and without keeping who they are.

A visitor is 8 bytes of keyed BLAKE2b over address, browser and publication. The key is the salt of
the day: it lies in `var/`, readable by its owner alone, and is thrown away with the day, after which
nobody can find the reader again. The address itself is written nowhere. (The scheme is Plausible's
and Ackee's; docs/audience.md says it in words for readers.)
"""

import datetime as dt
import functools
import hashlib
import ipaddress
import time
from collections.abc import Iterable
from pathlib import Path

from django.utils import timezone

from kawaraban.kit import clock
from kawaraban.kit.secret import kept_secret

Headers = Iterable[tuple[bytes, bytes]]  # as ASGI gives them: names in lower case


class Visitors:
    """Gives each reader of a publication a number for the day; every process gives the same."""

    def __init__(self, folder: Path, publication: str) -> None:
        self._folder = folder
        self._publication = publication.encode()
        self._salt = b""
        self._until = 0.0

    def of(self, address: str, user_agent: str, *, alone: int | None = None) -> bytes:
        """The visitor's 8 bytes.

        `alone` is the story of a reader who asked not to be tracked: hashed in, so that reading it
        twice counts once, while two stories of that reader can't be joined. Raises OSError when the
        salt can't be kept.
        """
        if time.time() >= self._until:
            self._take_todays_salt()
        told = b"\0".join(
            [self._publication, network_of(address).encode(), user_agent.encode("utf-8", "replace")]
        )
        if alone is not None:
            told += b"\0alone\0%d" % alone
        return hashlib.blake2b(told, key=self._salt, digest_size=8).digest()

    def _take_todays_salt(self) -> None:
        today = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
        kept = self._folder / f"visitor-salt-{today:%Y-%m-%d}"
        self._salt = hashlib.blake2b(kept_secret(kept).encode(), digest_size=32).digest()
        for former in self._folder.glob("visitor-salt-*"):
            if former.name < kept.name:
                former.unlink(missing_ok=True)
        self._until = (today + dt.timedelta(days=1)).timestamp()


@functools.lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """An IPv4 address whole; of an IPv6 address the /64, which is what a household is given."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found.packed[:8] + bytes(8), 64)))


def address_of(client: str, headers: Headers, trusted_proxy: str) -> str:
    """The reader's address: the peer's, or what the trusted proxy says in X-Forwarded-For.

    Anyone can write that header, so only its last address that is not the proxy's own is taken, and
    only when the peer is the proxy. `trusted_proxy` is an address or a network ("10.0.0.0/8"), or "".
    """
    if not _is_trusted(client, trusted_proxy):
        return client
    line = b",".join(value for name, value in headers if name == b"x-forwarded-for")
    for told in reversed(line.decode("latin-1").split(",")):
        address = told.strip()
        if not _is_trusted(address, trusted_proxy):
            return address if network_of(address) else client
    return client


@functools.lru_cache(maxsize=4096)
def _is_trusted(address: str, trusted_proxy: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return bool(trusted_proxy) and found in ipaddress.ip_network(trusted_proxy, strict=False)
