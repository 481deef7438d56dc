"""Addresses of readers' pages: their one canonical form, and what stands at each."""

import re
from urllib.parse import parse_qsl, quote

from django.conf import settings

from kawaraban.rails.slots import chart_path

_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_NUMBERED = re.compile(rb"p=([1-9][0-9]{0,9})(?:&|$)")
_LIST = re.compile(r"/(?:(people|topics)/)?[^/]+/")


def is_list(path: str) -> bool:
    """Whether the path is of a form that has further pages: a section's, person's or topic's."""
    return _LIST.fullmatch(path) is not None and path != chart_path()


def canonical(path: str, query: bytes) -> str | None:
    """The address without anything that makes no difference; two that show the same are the same.

    The inputs known are `page`, on lists, and on the front page `p`, by which another system that
    the publication may have come from named its stories; whatever else stands there is ignored.
    None where nothing can ever stand: the path is decoded, so a "?" in it begins no query.
    """
    if "?" in path or "\0" in path:
        return None
    if not query:
        return path
    if path == "/":
        numbered = _NUMBERED.match(query)
        return f"/?p={numbered[1].decode()}" if numbered else path
    if not is_list(path):
        return path
    for name, value in parse_qsl(query.decode("latin-1")):
        if name == "page":
            return path if value == "1" else f"{path}?page={value if _PAGE.fullmatch(value) else 0}"
    return path


def is_of_another_system(address: str) -> bool:
    """Whether the address is a number that means something only if a story once bore it."""
    return address.startswith("/?p=")


def split(address: str) -> tuple[str, int]:
    """Path and page number (0 for one that can't be) of a canonical address."""
    path, _, page = address.partition("?page=")
    return path, int(page) if page else 1


def as_location(address: str) -> str:
    """The address as a header can carry it."""
    path, mark, query = address.partition("?")
    return quote(path) + mark + query


def public_url() -> str:
    """The publication's own address, without a slash at its end. Never taken from a request."""
    return str(settings.PUBLIC_URL).rstrip("/")
