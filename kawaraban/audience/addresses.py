"""Network addresses, while a beacon is being answered: they are written nowhere."""

import functools
import ipaddress
import socket
from collections.abc import Iterable
from typing import NamedTuple

UNIX = "unix"
Headers = Iterable[tuple[bytes, bytes]]  # as ASGI gives them: names in lower case

_MAPPED = bytes(10) + b"\xff\xff"  # IPv4 inside of IPv6
_LOOPBACK = bytes(15) + b"\x01"
_LONGEST_LINE = 512  # bytes of X-Forwarded-For: thousands are remembered


class Networks(NamedTuple):
    """What an address belongs to. `own` is told apart as one household, `wide` as one provider's street."""

    own: bytes  # an IPv4 address whole; of an IPv6 address the /64
    wide: bytes  # the /24, or the /48
    public: bool  # not of the machine's own or a private network


def packed(address: str) -> bytes:
    """The address as 4 or 16 bytes; b"" for one that can't be read."""
    try:
        if ":" not in address:
            return socket.inet_pton(socket.AF_INET, address)
        found = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
    except (OSError, ValueError):  # ValueError: a NUL, or not ASCII
        return b""
    return found[12:] if found.startswith(_MAPPED) else found


def networks_of(address: str) -> Networks:
    """The networks of an address; of one that can't be read, nothing, and it is taken for private."""
    found = packed(address)
    if not found:
        return Networks(b"", b"", False)
    if len(found) == 4:
        return Networks(found, found[:3], not _is_private(found))
    return Networks(found[:8], found[:6], not _is_private(found))


def forget() -> None:
    """Leaves no address in memory."""
    _address_told.cache_clear()


def is_of_the_machine(host: str) -> bool:
    """Whether a host's name or address leads nowhere but to the machine itself."""
    found = packed(host)
    return host == "localhost" or found == _LOOPBACK or (len(found) == 4 and found[0] == 127)


def address_of(client: str, headers: Headers, trusted_proxy: str) -> str:
    """The reader's address: the peer's, or what the trusted proxy says in X-Forwarded-For.

    Anyone can write that header, so only its last address that is not the proxy's own is taken, and
    only when the peer is the proxy. `client` is "" for one that comes through a Unix socket;
    `trusted_proxy` is as `trusted` reads it.
    """
    line = b",".join([value for name, value in headers if name == b"x-forwarded-for"])
    if len(line) > _LONGEST_LINE:
        line = line[-_LONGEST_LINE:].partition(b",")[2]  # no part of an address is taken for one
    return _address_told(client, line, trusted_proxy) if trusted_proxy else client


@functools.lru_cache(maxsize=16_384)
def _address_told(client: str, line: bytes, trusted_proxy: str) -> str:
    if not is_trusted(client, trusted_proxy):
        return client
    for told in reversed(line.decode("latin-1").split(",")):
        address = told.strip()
        if not _is_within(address, trusted_proxy):
            return address if packed(address) else client
    return client


@functools.lru_cache(maxsize=1024)
def is_trusted(client: str, trusted_proxy: str) -> bool:
    """Whether the peer is the proxy whose word is taken: see `address_of`."""
    by_socket = not client and UNIX in _words(trusted_proxy)
    return by_socket or _is_within(client, trusted_proxy)


def _is_private(found: bytes) -> bool:
    """Of the machine itself, its link or a private network (RFC 1918, 3927, 4193, 4291)."""
    first = found[0]
    if len(found) == 4:
        return (
            first in (10, 127)
            or (first == 172 and 16 <= found[1] < 32)
            or found[:2] in (b"\xc0\xa8", b"\xa9\xfe")
        )
    return first & 0xFE == 0xFC or (first == 0xFE and found[1] & 0xC0 == 0x80) or found == _LOOPBACK


def _is_within(address: str, trusted_proxy: str) -> bool:
    found = packed(address)
    return any(_has(prefix, length, found) for prefix, length in trusted(trusted_proxy))


def _has(prefix: bytes, length: int, found: bytes) -> bool:
    if len(found) != len(prefix):
        return False
    rest = 8 * len(prefix) - length
    return int.from_bytes(found, "big") >> rest == int.from_bytes(prefix, "big") >> rest


@functools.lru_cache(maxsize=16)
def trusted(trusted_proxy: str) -> tuple[tuple[bytes, int], ...]:
    """The networks, as prefix and length, in "127.0.0.1,10.0.0.0/8,unix".

    `unix` means whoever comes by a Unix socket. Raises ValueError for what is no network.
    """
    words = [word for word in _words(trusted_proxy) if word != UNIX]
    networks = [ipaddress.ip_network(word, strict=False) for word in words]
    return tuple((network.network_address.packed, network.prefixlen) for network in networks)


def _words(trusted_proxy: str) -> list[str]:
    return [word.strip() for word in trusted_proxy.split(",") if word.strip()]
