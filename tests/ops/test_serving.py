"""`kawaraban serve`, as it is run."""

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from kawaraban.ops import serving

KAWARABAN = Path(sys.executable).with_name("kawaraban")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """What a process of a house with tables has in its environment."""
    var = tmp_path_factory.mktemp("var")
    env = {name: value for name, value in os.environ.items() if name not in ("PUBLIC_URL", "DATABASE_URL")}
    env |= {"KAWARABAN_VAR": str(var), "DJANGO_SETTINGS_MODULE": "kawaraban.config.settings.embedded"}
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v0"], env=env, check=True, capture_output=True
    )
    return env


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def asked(port, path="/"):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return answer.status, answer.read()


def answers_within(port, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            return asked(port)[0] == 200
        time.sleep(0.05)
    return False


@contextlib.contextmanager
def served(house, *more):
    port = free_port()
    server = subprocess.Popen(
        [KAWARABAN, "serve", "--port", str(port), *more], env=house, stdout=subprocess.PIPE
    )
    try:
        assert answers_within(port, 20)
        yield server, port
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
        server.wait(15)
        server.stdout.close()


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_it_serves_names_its_addresses_and_stops_when_told(house):
    with served(house) as (server, port):
        status, body = asked(port)
        assert status == 200 and b"<html" in body and f"http://127.0.0.1:{port}/".encode() in body
        assert asked(port, "/newsroom/login/")[0] == 200
        assert asked(port, "/static/wagtailadmin/css/core.css")[0] == 200
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=15)
        assert server.returncode == 0 and time.monotonic() - began < 5
        assert f"http://127.0.0.1:{port}/newsroom/" in said.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_that_is_killed_is_replaced_and_none_outlives_its_keeper(house):
    with served(house, "--workers", "2") as (server, port):
        first = children_of(server.pid)
        assert len(first) == 3
        for child in first:
            os.kill(child, signal.SIGKILL)
        assert answers_within(port, 10)
        left = children_of(server.pid)
        server.kill()
        server.wait(5)
        until = time.monotonic() + 10
        while any(Path(f"/proc/{child}").exists() for child in left) and time.monotonic() < until:
            time.sleep(0.05)
        assert not any(Path(f"/proc/{child}").exists() for child in left)


def refused(house, port):
    done = subprocess.run(
        [KAWARABAN, "serve", "--port", str(port)], env=house, capture_output=True, timeout=30
    )
    lines = done.stderr.decode().strip().splitlines()
    assert done.returncode == 2 and len(lines) == 1, lines
    return lines[0]


def test_a_taken_port_is_one_clear_line(house):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert str(taken.getsockname()[1]) in refused(house, taken.getsockname()[1])


def test_missing_tables_are_one_clear_line(house, tmp_path):
    assert "kawaraban rebuild --migrate" in refused({**house, "KAWARABAN_VAR": str(tmp_path)}, free_port())


def test_a_full_disk_is_one_clear_line(monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(serving.os, "fsync", full)
    with pytest.raises(serving.CannotServe, match="No space left on device"):
        serving.serve("127.0.0.1", free_port(), 1)


def test_a_folder_that_cannot_be_written_is_one_clear_line(house, tmp_path):
    (tmp_path / "file").write_text("")
    assert "file" in refused({**house, "KAWARABAN_VAR": str(tmp_path / "file")}, free_port())
