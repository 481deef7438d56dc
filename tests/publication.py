"""A small demo publication, loaded into a folder of its own and served as in earnest."""

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path

ROOT = Path(__file__).parent.parent
_BEFORE = 60  # seconds
# The command of this tree, wherever the installed one may point.
KAWARABAN = [sys.executable, "-c", "from kawaraban.ops.cli import main; main()"]


@dataclass
class Answer:
    status: int
    body: str
    headers: Message  # case does not matter
    url: str  # where it came from, when one was led on


@dataclass
class Served:
    """A publication being served. `addresses` are its stories', newest first."""

    var: Path
    port: int = 0
    addresses: list = field(default_factory=list)
    more: dict = field(default_factory=dict)  # of its environment
    patience: float = 10  # seconds for an answer
    _process: subprocess.Popen | None = None

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self._run(sys.executable, "-m", "tests.small_demo")
        self.serve()
        until(lambda: 'data-rail="most-read"' in self.get("/").body, _BEFORE)

    def serve(self, *options, port=0):
        self.begin(*options, port=port)
        try:
            until(lambda: self.get("/").status == 200, _BEFORE)
        except AssertionError:
            self.kill()
            raise
        feed = self.get("/feed.xml").body
        self.addresses = [_path(link) for link in re.findall(r"<link>([^<]+)</link>", feed)][1:]

    def begin(self, *options, port=0):
        """`serve` without waiting for pages."""
        self.port = port or free_port()
        with self.said.open("ab") as out:
            self._process = subprocess.Popen(
                [*KAWARABAN, "serve", "--port", str(self.port), *options],
                env=self.environment(),
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def signal(self, number):
        self._process.send_signal(number)

    def stop(self):
        if self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(_BEFORE)

    def kill(self):
        """Ends it as a power cut would."""
        self._process.kill()
        self._process.wait(_BEFORE)

    def command(self, *arguments):
        """What `kawaraban …` printed."""
        return self._run(*KAWARABAN, *arguments)

    def headline(self, slug, *others):
        """Has the article's own headline tested against these, as an editor does."""
        self._run(sys.executable, "-m", "tests.second_headline", slug, *others)

    def password(self, name):
        return (self.var / f"demo-password-{name}").read_text()

    def get(self, path, **headers):
        return self.ask(urllib.request.Request(self.base + path, headers=headers))

    def post(self, path, body, **headers):
        return self.ask(urllib.request.Request(self.base + path, body, headers))

    def ask(self, request):
        try:
            answer = urllib.request.urlopen(request, timeout=self.patience)
        except urllib.error.HTTPError as problem:
            answer = problem
        except OSError:
            return Answer(0, "", Message(), "")
        with answer:
            return Answer(answer.status, answer.read().decode(), answer.headers, answer.url)

    def beacon(self, story, reader, event=""):
        body = {"event": event or str(uuid.uuid4()), "story": story, "kind": "view"}
        headers = {"Content-Type": "application/json", "User-Agent": f"Reader {reader}"}
        return self.post("/_/beacon", json.dumps(body).encode(), **headers).status

    def story(self, address):
        """The number of the story at the address."""
        return int(re.search(r'<article class="story" data-story="(\d+)"', self.get(address).body)[1])

    def rail(self, address, name):
        """Numbers of the stories in a rail of a freshly asked page."""
        page = self.get(address).body
        rail = re.search(rf'data-rail="{name}".*?</section>', page, re.DOTALL)
        return [int(story) for story in re.findall(r'<li data-story="(\d+)"', rail[0])] if rail else []

    @property
    def said(self):
        """What its processes logged."""
        return self.var / "served.txt"

    def watch(self):
        """Starts a watch, which says how many seconds have passed since."""
        began = time.monotonic()
        return lambda: time.monotonic() - began

    def within(self, seconds, holds):
        """Waits until it holds; fails, and says what was logged, when that takes longer than `seconds`."""
        took = self.watch()
        while True:
            with contextlib.suppress(OSError):
                if holds():
                    return
            assert took() < seconds, f"not within {seconds} s; logged last:\n{self._said_last()}"
            time.sleep(0.05)

    def _said_last(self):
        return "\n".join(self.said.read_text().splitlines()[-10:])

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_THEIRS}
        return {
            **kept,
            "KAWARABAN_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "kawaraban.config.settings.embedded",
            **self.more,
        }

    def _run(self, *command):
        done = subprocess.run(command, env=self.environment(), cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


# A test's publication is one of SQLite files alone, whatever the tests themselves run on.
_NOT_THEIRS = {"DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "TRUSTED_PROXY", "SECRET_KEY"}


def until(holds, seconds, *, every=0.05):
    """Waits until it holds; how long that took. Fails when it takes longer than `seconds`."""
    began = time.monotonic()
    while True:
        with contextlib.suppress(OSError):
            if holds():
                return time.monotonic() - began
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(every)


def free_port():
    """A port below those that the system gives to clients: somebody who asks again and again at one of
    theirs while nobody listens there ends up connected to himself, and the server can't have it back."""
    for port in random.SystemRandom().sample(range(10_000, 32_000), 100):
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


def _path(address):
    return "/" + address.split("/", 3)[3]
