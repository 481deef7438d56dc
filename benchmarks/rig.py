"""What every measurement is given: how long it may take, what programs there are, publications to serve."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import publication, servers
from benchmarks.visits import send_beacon

_TAKEN_UP = 2.0  # seconds until what readers did is on every page
_COME_TO_REST = 180.0  # seconds at most
# Pages name the publication's own address: the same in every run, so that plates of the last one serve.
_ADDRESS = "http://127.0.0.1:8000"

_NOT_THEIRS = {"DATABASE_URL", "REDIS_URL", "STORE_URL", "TRUSTED_PROXY", "SECRET_KEY"}

_PACKAGES = {
    "nginx": "apt-get install nginx-light",
    "wrk": "apt-get install wrk",
    "h2load": "apt-get install nghttp2-client",
    "taskset": "apt-get install util-linux",
    "chromium": "apt-get install chromium",
    "node": "apt-get install nodejs npm",
}


class CannotMeasure(Exception):
    """What is missing here, in one line."""


@dataclass(frozen=True)
class House:
    """A publication being served by one worker: `address`, and what its commands need around them."""

    var: Path
    base: str
    env: dict[str, str]
    process: subprocess.Popen[bytes]


@dataclass(frozen=True)
class Rig:
    """`rounds` of `seconds` each; `long` for what takes many minutes more. `say` shows what is done now."""

    rounds: int
    seconds: int
    quick: bool
    long: bool
    say: Callable[[str], None]
    kept: Path = field(default=Path("var/bench").absolute())  # publications that later runs use again

    def need(self, *programs: str) -> list[str]:
        """Where the programs are. Raises CannotMeasure where one is missing, or there is no second core."""
        if (os.cpu_count() or 1) < 2:
            raise CannotMeasure("two cores are needed: one for the servers, one for the load")
        return [_found(program) for program in programs]

    @contextlib.contextmanager
    def folder(self) -> Iterator[Path]:
        """A folder for a server's files that is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="kawaraban-bench-") as folder:
            yield Path(folder)

    def filled(self, stories: int, *, press: int = 0) -> Path:
        """The folder of a publication of so many stories; made and pressed if it isn't yet."""
        self.say(f"a publication of {stories:,} stories")
        var = self.kept / f"stories-{stories}"
        command = [sys.executable, "-m", "benchmarks.publication"]
        self.run([*command, "--stories", str(stories), "--press", str(press)], var)
        return var

    def demo(self) -> Path:
        """The folder of the demo publication, with its pictures."""
        self.say("the demo publication (the first time takes minutes)")
        var = self.kept / "demo"
        self.run(servers.kawaraban("demo"), var)
        return var

    def run(self, command: Sequence[str], var: Path) -> str:
        """What a command on the publication in that folder printed. Raises CannotMeasure if it failed."""
        var.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(command, env=around(var), capture_output=True, text=True)
        if done.returncode:
            raise CannotMeasure(f"{' '.join(command[-3:])}: {last_line(done.stderr)}")
        return done.stdout

    @contextlib.contextmanager
    def serving(self, var: Path, *, read: int = 0, **told: str) -> Iterator[House]:
        """Serves the publication with all it always runs, on the servers' core.

        With `read`, sixty readers have read before, each a few of that many newest stories, every rail
        shows it, and the jobs beside have done all that was to be done. `told` are more settings.
        """
        port = servers.free_port()
        with servers.running(
            servers.kawaraban("serve", "--port", str(port)), port, {**around(var), **told}
        ) as process:
            base = f"http://127.0.0.1:{port}"
            if read:
                self.say("readers read")
                for agent, beacon in publication.readers_events(read):
                    send_beacon(base, agent, beacon)
                time.sleep(_TAKEN_UP)
                self.say("the jobs come to rest")
                servers.wait_for_rest(process.pid, _COME_TO_REST)
            yield House(var, base, around(var), process)


def last_line(said: str) -> str:
    return (said.strip().splitlines() or ["no word"])[-1]


def around(var: Path) -> dict[str, str]:
    """The environment of a command of the publication in that folder: SQLite files alone."""
    return {
        **{name: value for name, value in os.environ.items() if name not in _NOT_THEIRS},
        "KAWARABAN_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "kawaraban.config.settings.embedded",
        "PUBLIC_URL": _ADDRESS,
    }


def _found(program: str) -> str:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    found = shutil.which(program, path=path)
    if found is None:
        raise CannotMeasure(f"{program} is missing: {_PACKAGES[program]}")
    return found
