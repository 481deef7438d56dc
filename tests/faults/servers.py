"""PostgreSQL and Redis of the tests' own, to be stopped, killed and started again."""

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg
import redis

from tests.publication import free_port, until

_STARTED = 300  # seconds, on a machine with much else to do


def program(name):
    """A program of PostgreSQL, which Debian keeps out of the path; None if it is not here."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


class Postgres:
    """A cluster in a folder, on a port of 127.0.0.1. It runs as `postgres` where we are root."""

    def __init__(self, folder):
        self._folder = folder
        self.port = free_port()
        self.url = "postgres://kawaraban@127.0.0.1:{port}/kawaraban"
        self._run("initdb", "-D", "data", "-U", "kawaraban", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        with psycopg.connect(f"{self.at(self.port).rpartition('/')[0]}/postgres", autocommit=True) as first:
            first.execute("CREATE DATABASE kawaraban")

    def at(self, port):
        """Its address, as it is reached at this port."""
        return self.url.format(port=port)

    def start(self):
        settings = f"-p {self.port} -h 127.0.0.1 -k {self._folder} -c fsync=off"
        (self._folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        self._run("pg_ctl", "-D", "data", "-w", "-t", str(_STARTED), "-l", "log", "-o", settings, "start")

    def start_again(self):
        """Starts it if it doesn't run."""
        if not any(map(is_alive, self.processes)):
            self.start()

    def kill(self):
        """All of its processes at once, as when its machine loses power."""
        pids = self.processes
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not any(is_alive(pid) for pid in pids), _STARTED)

    def freeze(self):
        for pid in self.processes:
            os.kill(pid, signal.SIGSTOP)

    def thaw(self):
        for pid in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def close(self):
        with contextlib.suppress(OSError):
            self.kill()

    @property
    def processes(self):
        # Its file is not there, or empty, while it starts.
        with contextlib.suppress(FileNotFoundError, IndexError):
            first = int((self._folder / "data" / "postmaster.pid").read_text().splitlines()[0])
            told = Path(f"/proc/{first}/task/{first}/children").read_text().split()
            return [first, *map(int, told)]
        return []

    def _run(self, name, *arguments):
        as_whom = {}
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
            as_whom = {"user": "postgres", "group": "postgres", "extra_groups": []}
        subprocess.run(
            [program(name), *arguments],
            cwd=self._folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **as_whom,
        )


class Redis:
    """A Redis that forgets everything when it ends, unless it is told otherwise."""

    def __init__(self, folder, *, appendfsync=""):
        self._folder = folder
        self._keeps = ["yes", "--appendfsync", appendfsync] if appendfsync else ["no"]
        self.port = free_port()
        self._process = None
        self.start()

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen(
            [*command, "--appendonly", *self._keeps], cwd=self._folder, stdout=subprocess.DEVNULL
        )
        until(self._answers, _STARTED)

    def start_again(self):
        """Starts it if it doesn't run, and gives it all the memory it wants."""
        if self._process.poll() is not None:
            self.start()
        self.do("CONFIG", "SET", "maxmemory", "0")

    @property
    def processes(self):
        return [self._process.pid]

    def kill(self):
        self._process.kill()
        self._process.wait(_STARTED)

    def freeze(self):
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self._process.pid, signal.SIGCONT)

    def do(self, *command):
        with redis.Redis(port=self.port, socket_timeout=_STARTED) as client:
            return client.execute_command(*command)

    def _answers(self):
        try:
            return self.do("PING")
        except redis.RedisError:
            return False


def is_alive(pid):
    """Whether it runs: one that is dead and waits for its parent to notice doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
