"""A publication served as in earnest, to which bad things are done."""

import contextlib
import functools
import json
import os
import signal
import statistics
import sys
import time
import urllib.parse
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.little import ADDRESSES, NAME
from tests.faults.machine import Machine
from tests.publication import Served, until

LONG = os.environ.get("KAWARABAN_LONG") == "1"
RECOVERY = 30  # seconds
# What a page never pressed takes to say so. It is 20 ms by its server; tests share their machine.
AT_ONCE = 0.5
ANSWERED = 2.0 + 0.5  # to a 503 for what a reader sent: two seconds, and what it takes to ask
SEARCH = "/search?q=%E6%B8%AF"
AT_LAST = 300  # seconds, for what takes as long as it takes on a machine with much else to do
_HELD_UP = 0.2  # seconds in the past few, after which a house may say that something did not answer in time


@dataclass
class House(Served):
    """A little publication in a folder of its own, with more in its environment or before its command."""

    more: dict = field(default_factory=dict)
    warmed: tuple = ("/", *ADDRESSES[:3])
    patience: float = AT_LAST  # how long it took is said by those who ask

    @functools.cached_property
    def machine(self):
        return Machine(lambda: self.at_work)

    def environment(self):
        return {**super().environment(), **self.more}

    def load(self):
        self._run(sys.executable, "-m", "tests.faults.little")

    def serve(self, *more, port=0):
        self.begin(*more, port=port)
        until(lambda: self.get("/").status == 200, AT_LAST, every=0.2)

    def warm(self):
        """Has pages pressed, tables made, and Django loaded."""
        for page in (*self.warmed, "/newsroom/login/"):
            until(lambda page=page: self.get(page).status == 200, AT_LAST)
        until(self.edition, AT_LAST)

    def edition(self):
        """The number of the tables behind the rails; 0 where that can't be had now."""
        answer = self.get("/readyz")
        return json.loads(answer.body)["edition"] if answer.status == 200 else 0

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(AT_LAST)
        finally:
            self._process.kill()

    @property
    def said(self):
        """Beside its folder, which some tests leave no room in."""
        return self.var.parent / f"{self.var.name}.log"

    @property
    def keeper(self):
        return self._process

    @property
    def processes(self):
        """The web workers and the jobs, by number."""
        pid = self._process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    @property
    def at_work(self):
        """Every process that has a part in its answers, by number."""
        return self.processes

    def watch(self):
        """Starts a watch, which says how many seconds of its own the house has had since."""
        began, held_up = time.monotonic(), self.machine.watch()
        return lambda: time.monotonic() - began - held_up()

    def timed(self, path):
        took = self.watch()
        answer = self.get(path)
        return took(), answer

    def comment(self, body, address=ADDRESSES[0]):
        """How long it took, and the answer to a comment below the story at the address."""
        form = {"story": number_of(address), "name": "読者", "body": body, "website": ""}
        took = self.watch()
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = self.post("/_/comments", urllib.parse.urlencode(form).encode(), **headers)
        return took(), answer

    def read(self, reader="one", address=ADDRESSES[0]):
        """How long it took, and the status of a beacon."""
        took = self.watch()
        status = self.beacon(number_of(address), reader)
        return took(), status

    # What is promised while something is broken.

    def still_serves(self):
        """Every page that was ever served comes, and soon."""
        for page in self.warmed:
            took, answer = self.timed(page)
            assert answer.status == 200, (page, answer.status, answer.body[:300])
            assert took < ANSWERED, (page, took)

    def answers(self, ask, *wanted):
        """What is asked for is answered so. Held up by its machine it may find that something it asks
        did not answer in time, and say so (503); asked again it answers."""
        took = self.watch()
        while (status := ask()) not in wanted:
            assert status == 503 and self.machine.held_up_lately() > _HELD_UP, status
            assert took() < RECOVERY, status
            time.sleep(0.2)

    def takes_beacons(self):
        self.answers(lambda: self.read()[1], 204)

    def says_how_old(self):
        """Pages that can't be renewed bear their age."""
        self.within(20, lambda: int(self.get(self.warmed[1]).headers.get("Age", 0)) >= 3)

    def refuses_the_rest_at_once(self):
        """Pages that were never pressed get the 503 page in dress, without waiting."""
        self.within(15, lambda: self.get(never()).status == 503)
        times = []
        for _ in range(8):
            took, answer = self.timed(never())
            assert answer.status == 503, answer.status
            assert answer.headers["Retry-After"], answer.headers.items()
            assert NAME in answer.body and "<html" in answer.body, answer.body[:500]
            times.append(took)
        assert statistics.median(times) < AT_ONCE, times

    def takes_no_comment(self):
        """A comment is refused for now, in time, and its words come back."""
        words = f"あとで送ります {uuid.uuid4()}"
        took, answer = self.comment(words)
        assert answer.status == 503 and answer.headers["Retry-After"], answer.status
        assert words in answer.body and took < ANSWERED, took

    def takes_no_beacon(self):
        took, status = self.read()
        assert status == 503 and took < ANSWERED, (status, took)

    def recovers(self, *pages):
        """All is well again by itself, within RECOVERY."""
        took = self.watch()
        words = f"元気になりました {uuid.uuid4()}"
        for page in (*self.warmed, *pages):
            self.within(RECOVERY, lambda page=page: self.is_well(page))
        self.within(RECOVERY, lambda: self.comment(words)[1].status in (200, 422))
        self.within(RECOVERY, lambda: self.read()[1] == 204)
        self.within(RECOVERY, lambda: self.get(never()).status == 404)
        assert took() < RECOVERY

    def is_well(self, page):
        """Whether the page comes, and as of now."""
        answer = self.get(page)
        return answer.status == 200 and "Age" not in answer.headers


def number_of(address):
    return 1_000_001 + ADDRESSES.index(address)


def never():
    """The address of a page that was never pressed."""
    return f"/society/never-{uuid.uuid4()}/"


@contextlib.contextmanager
def served(house, *more):
    house.serve(*more)
    try:
        house.warm()
        yield house
    finally:
        house.stop()
