"""Servers to measure, each on the servers' core for as long as it is needed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SERVERS_CORE, LOAD_CORE = "0", "1"
_LISTENS_WITHIN, _STOPS_WITHIN = 60.0, 15.0  # seconds
_REST = 0.05  # seconds of work in a second of which one may say that nothing is left to do

# nginx as one would set it up to send files, one worker; and whatever else it is to serve.
_NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  open_file_cache max=100;
  default_type text/html;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; gzip_static on; }}
  {more}
}}
"""


class DidNotServe(Exception):
    """A server ended, or did not listen in time."""


@dataclass(frozen=True)
class Nginx:
    """Where it serves files, and its process."""

    files: str
    process: int


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def kawaraban(*arguments: str) -> list[str]:
    """The command of this tree, wherever the installed one may point."""
    return [sys.executable, "-c", "from kawaraban.ops.cli import main; main()", *arguments]


@contextlib.contextmanager
def running(
    command: Sequence[str], port: int, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a server on the servers' core, in `env`; waits until it listens. Raises DidNotServe."""
    server = subprocess.Popen(
        ["taskset", "-c", SERVERS_CORE, *command],
        env=env,
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + _LISTENS_WITHIN
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if server.poll() is not None or time.monotonic() > until:
                raise DidNotServe(f"{command[0]} did not serve")
            time.sleep(0.05)
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextlib.contextmanager
def nginx(folder: Path, program: str, more: str = "") -> Iterator[Nginx]:
    """nginx with the files of `folder/files`, and with `more` in its http block."""
    port = free_port()
    # nginx's worker gives up root's rights, and must still be able to read its files.
    folder.chmod(0o755)
    (folder / "files").mkdir(exist_ok=True)
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, port=port, more=more))
    with running([program, "-c", str(config), "-e", str(folder / "error.log")], port, os.environ) as process:
        yield Nginx(f"http://127.0.0.1:{port}", process.pid)


def worked(pid: int) -> float:
    """Seconds that a process, with its threads, has been at work on a core."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def worked_by_all(parent: int) -> dict[int, float]:
    """The same of each process that this one has begun."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return {pid: worked(pid) for pid in map(int, children)}


def worked_with_all(parent: int) -> float:
    """The same of a process and those it has begun, together."""
    return worked(parent) + sum(worked_by_all(parent).values())


def wait_for_rest(parent: int, longest: float) -> None:
    """Until nothing is left to do for the processes that this one has begun; so many seconds at most."""
    until = time.monotonic() + longest
    while time.monotonic() < until:
        before = sum(worked_by_all(parent).values())
        time.sleep(1)
        if sum(worked_by_all(parent).values()) - before < _REST:
            return
