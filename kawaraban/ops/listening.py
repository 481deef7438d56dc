"""Where a publication listens: one socket, opened before any worker is forked and shared by all.

Connections wait in it while a worker is replaced, so none is lost; it outlives even the program that
opened it, which hands it on to its successor (see restarting.py).
"""

import contextlib
import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

BACKLOG = 1024


class CannotServe(Exception):
    """Why serving can't begin, in one line."""


@dataclass(frozen=True)
class Address:
    """A host and port, or the file of a Unix socket."""

    host: str = "127.0.0.1"
    port: int = 8000
    file: Path | None = None

    def __str__(self) -> str:
        return f"unix:{self.file}" if self.file else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """What a browser on this machine may be given; "" behind a Unix socket."""
        return "" if self.file else f"http://{self.host}:{self.port}"

    @property
    def is_open_to_others(self) -> bool:
        """Whether other machines can reach it."""
        return self.file is None and not (self.host.startswith("127.") or self.host in ("localhost", "::1"))

    @property
    def family(self) -> socket.AddressFamily:
        if self.file:
            return socket.AF_UNIX
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET


def listen(address: Address) -> socket.socket:
    """A socket that listens there. Raises CannotServe where something else does, or nobody may."""
    opened = socket.socket(address.family)
    try:
        if address.file:
            _clear(address.file)
            opened.bind(str(address.file))
            # Who may reach it is said by the folder that it lies in.
            address.file.chmod(0o666)
        else:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Every connection inherits it: an answer in two pieces waits for no acknowledgment.
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.bind((address.host, address.port))
        opened.listen(BACKLOG)
    except OSError as why:
        opened.close()
        what = "another file" if address.file else "another port"
        raise CannotServe(f"{address} can't be used: {why.strerror or why}. Choose {what}.") from why
    opened.setblocking(False)
    return opened


def check(address: Address) -> None:
    """Raises CannotServe where `listen` would."""
    listen(address).close()
    if address.file:
        address.file.unlink(missing_ok=True)


def mute(descriptor: int, family: socket.AddressFamily) -> None:
    """Has a server accept nothing more from its descriptor of a listening socket, and notice nothing.

    The socket itself stays open in other processes, which accept what comes. A server told to stop
    would close what it has accepted and not read yet; so first it is given, under the same number, a
    socket that nobody connects to.
    """
    quiet = socket.socket(family)
    with quiet:
        quiet.bind({socket.AF_INET: ("127.0.0.1", 0), socket.AF_INET6: ("::1", 0)}.get(family, ""))
        quiet.listen(1)
        quiet.setblocking(False)
        os.dup2(quiet.fileno(), descriptor)


def _clear(file: Path) -> None:
    """Takes away what a process that was killed left behind; OSError where one still listens."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(file.stat().st_mode):
            raise FileExistsError(17, "it is no socket")
        with socket.socket(socket.AF_UNIX) as trial:
            trial.settimeout(1)
            try:
                trial.connect(str(file))
            except ConnectionRefusedError:
                file.unlink()
            else:
                raise OSError(98, os.strerror(98))
