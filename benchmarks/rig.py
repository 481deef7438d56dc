"""What a measurement needs around it: servers on one core, wrk on another, figures read back."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

SERVERS_CORE, WRK_CORE = "0", "1"
_FIGURE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_TROUBLE = re.compile(r"(Non-2xx or 3xx responses: \d+|Socket errors: .*)")

NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  open_file_cache max=100;
  gzip_static on;
  default_type text/html;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


def need(*programs: str) -> None:
    """Ends with one clear line where a program is missing, or there is no second core."""
    for program in programs:
        if found(program) is None:
            sys.exit(f"The benchmark needs {program}: apt-get install nginx-light wrk util-linux")
    if (os.cpu_count() or 1) < 2:
        sys.exit("The benchmark needs two cores: one for the servers, one for wrk.")


def found(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextlib.contextmanager
def running(command: Sequence[str], port: int, env: dict[str, str] | None = None) -> Iterator[None]:
    """Runs a server on the servers' core for as long as it is needed; waits until it listens."""
    server = subprocess.Popen(["taskset", "-c", SERVERS_CORE, *command], env={**os.environ, **(env or {})})
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if server.poll() is not None:
                sys.exit(f"{command[0]} ended before it served anything.")
            time.sleep(0.1)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(15)


@contextlib.contextmanager
def nginx(folder: Path, port: int) -> Iterator[None]:
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port))
    with running([found("nginx") or "nginx", "-c", str(config), "-e", str(folder / "error.log")], port):
        yield


def fetched(url: str, encoding: str = "identity") -> bytes:
    """The body as it comes over the wire."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(request, timeout=10) as answer:
        body: bytes = answer.read()
        return body


def send_beacon(base: str, agent: str, beacon: dict[str, object]) -> None:
    request = urllib.request.Request(
        f"{base}/_/beacon",
        data=json.dumps(beacon).encode(),
        headers={"Content-Type": "application/json", "User-Agent": agent},
    )
    urllib.request.urlopen(request, timeout=10).close()


def requests_a_second(url: str, encoding: str, seconds: int) -> float:
    """What wrk reaches with 32 connections. Ends with its words if any answer was not a page."""
    command = ["taskset", "-c", WRK_CORE, "wrk", "-t1", "-c32", f"-d{seconds}"]
    if encoding != "identity":
        command += ["-H", f"Accept-Encoding: {encoding}"]
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    if trouble := _TROUBLE.search(said):
        sys.exit(f"{url}: {trouble[1]}")
    figure = _FIGURE.search(said)
    if figure is None:
        sys.exit(f"wrk said no figure:\n{said}")
    return float(figure[1])
