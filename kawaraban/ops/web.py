"""One web worker: a server on the shared socket, and its end without a lost request."""

import asyncio
import contextlib
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

import uvloop
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from kawaraban.ops.listening import BACKLOG, mute
from kawaraban.press import front_door

# Seconds for which one that is ending still answers, closing each connection with its answer: long
# enough for whoever keeps a connection busy to be told, rather than cut off.
LINGER = 1.0
# Connections that are open at once, those that readers keep without asking anything among them: one
# more waits until another closes. What is too much work is told so by the gates in front of it.
_CONNECTIONS = 16_384
# Seconds for which a thread at work keeps Python's lock from those that wait for it. An editor's publishing
# and the pressing of a page take their time on threads, and each reader's answer asks for the lock two or
# three times: at Python's own 5 ms each of them would wait for 10 or 15.
_KEEPS_THE_LOCK = 0.0005


class _OnOpenSocket(Server):
    """Granian on a socket that is open already, rather than on one that it opens."""

    def __init__(self, application: Any, listening: socket.socket) -> None:
        super().__init__(
            application,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            backpressure=_CONNECTIONS,
            log_enabled=False,
        )
        self.descriptor = os.dup(listening.fileno())
        holder: Any = SocketHolder  # its stub names none of its arguments
        self._shd: Any = holder(self.descriptor, listening.family == socket.AF_UNIX, BACKLOG)

    def _init_shared_socket(self) -> None:
        pass


def work(application: Any, listening: socket.socket, say_ready: Callable[[], None]) -> None:
    """Serves until SIGTERM; then accepts nothing new, ends what is under way, and returns."""
    _let_files_be_opened()
    sys.setswitchinterval(_KEEPS_THE_LOCK)
    server = _OnOpenSocket(application, listening)
    application.on_ready = say_ready

    async def until_stopped() -> None:
        told = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
        serving = asyncio.ensure_future(server.serve())
        telling = asyncio.ensure_future(told.wait())
        await asyncio.wait({serving, telling}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            mute(server.descriptor, listening.family)
            listening.close()
            application.drain()
            await asyncio.sleep(LINGER)
            server.stop()  # type: ignore[no-untyped-call]
        telling.cancel()
        await serving

    uvloop.run(until_stopped())
    front_door.finish(front_door.TOLD_WITHIN)


def _let_files_be_opened() -> None:
    """Each connection is one; many systems allow 1024 until a program asks for what it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * _CONNECTIONS if hard == resource.RLIM_INFINITY else min(2 * _CONNECTIONS, hard)
    if wanted > soft:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
