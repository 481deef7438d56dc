"""What the kiosk reads of a request, and nothing else of it makes a difference."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

from django.conf import settings

from kawaraban.audience.addresses import is_trusted
from kawaraban.kit.logs import id_from
from kawaraban.press.compression import PLAIN, chosen

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class TooLarge(Exception):
    """The body is larger than what is taken there."""


class Gone(Exception):
    """The reader went away before the whole body had come."""


class Asked(NamedTuple):
    """How a reader wants a page."""

    encoding: str
    etags: bytes  # those of the copies the reader has, "" for none


def asked(headers: Headers) -> Asked:
    encoding, etags = PLAIN, b""
    for name, value in headers:
        if name == b"accept-encoding":
            encoding = chosen(value)
        elif name == b"if-none-match":
            etags = value
    return Asked(encoding, etags)


def has(etags: bytes, etag: bytes) -> bool:
    """Whether the reader's copy is the page as it is (weak comparison, RFC 9110, 13.1.2)."""
    return etag in etags or etags.strip() == b"*"


def header(headers: Headers, wanted: bytes) -> bytes:
    """The first value of a header, "" for none."""
    for name, value in headers:
        if name == wanted:
            return value
    return b""


def number_of(scope: Scope) -> str:
    """The request's number for the log: the trusted proxy's, else a new one."""
    client = scope["client"][0] if scope.get("client") else ""
    told = header(scope["headers"], b"x-request-id")
    return id_from(told if told and is_trusted(client, settings.TRUSTED_PROXY) else b"")


async def body_of(scope: Scope, receive: Receive, most: int) -> bytes:
    """The request's body. Raises TooLarge at the first byte too many, or before if it is announced."""
    announced = header(scope["headers"], b"content-length")
    if announced.isdigit() and int(announced) > most:
        raise TooLarge
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if len(body) > most:
            raise TooLarge
        if not message.get("more_body", False):
            return body


def again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives a body which has been read already, and then what follows it."""
    left = [body]

    async def given() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return given


def without_body(send: Send) -> Send:
    """A `send` for HEAD: what GET would say, without what it would show."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sent


def closing(send: Send) -> Send:
    """A `send` that has the connection closed after the answer."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return sent
