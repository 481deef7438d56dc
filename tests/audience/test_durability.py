"""What was acknowledged is on the disk before that, and there once whatever ends the process."""

import contextlib
import http.client
import itertools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid

import pytest

from tests.audience import strace
from tests.publication import ROOT, free_port, until

LONG = os.environ.get("KAWARABAN_LONG") == "1"
KILLS = 300 if LONG else 4
READERS = 4
# A web worker as `kawaraban serve` has them.
WORKER = """
import sys
from kawaraban.config.asgi import application
from kawaraban.ops import web
from kawaraban.ops.listening import Address, listen
web.work(application, listen(Address(port=int(sys.argv[1]))), lambda: None)
"""


class Worker:
    """One worker more of a publication that is being served, to be killed as one likes."""

    def __init__(self, publication):
        self.publication, self.port = publication, free_port()
        self.story = publication.story(publication.addresses[0])
        self.process = None

    def start(self):
        command = [sys.executable, "-c", WORKER, str(self.port)]
        self.process = subprocess.Popen(command, env=self.publication.environment(), cwd=ROOT)
        until(lambda: send(self.port, self.view()) == 204, 60)

    def kill(self):
        self.process.kill()
        self.process.wait(20)

    def view(self):
        return {"event": str(uuid.uuid4()), "story": self.story, "kind": "view"}

    def kept(self):
        with contextlib.closing(sqlite3.connect(self.publication.var / "audience.db")) as log:
            assert log.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return [bytes(row[0]) for row in log.execute("SELECT id FROM events")]


def send(port, event, connection=None):
    """The status; 0 where nobody answers."""
    asked = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        headers = {"Content-Type": "application/json", "User-Agent": "A reader's browser"}
        asked.request("POST", "/_/beacon", json.dumps(event), headers)
        answer = asked.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        if connection is None:
            asked.close()


@pytest.fixture
def worker(served):
    worker = Worker(served)
    worker.start()
    yield worker
    worker.kill()


@pytest.mark.timeout(3600 if LONG else 300)
def test_no_acknowledged_beacon_is_lost_or_doubled_by_kill_9(worker):
    acknowledged, sent, stopping = set(), set(), threading.Event()

    def read_on():
        for number in itertools.count():
            event = worker.view()
            sent.add(event["event"])
            # Each is sent until it is acknowledged, and some are sent once more after that.
            while not stopping.is_set():
                if send(worker.port, event) == 204:
                    acknowledged.add(event["event"])
                    if number % 5:
                        break
                    number += 1
                else:
                    time.sleep(0.05)
            if stopping.is_set():
                return

    readers = [threading.Thread(target=read_on) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(KILLS):
            before = len(acknowledged)
            until(lambda before=before: len(acknowledged) > before + 5, 60)
            worker.kill()
            worker.start()
    finally:
        stopping.set()
        for reader in readers:
            reader.join()
    kept = worker.kept()
    assert len(kept) == len(set(kept))
    lost = {uuid.UUID(event).bytes for event in acknowledged} - set(kept)
    assert not lost and len(acknowledged) > 5 * KILLS


def test_every_acknowledgment_follows_its_fsync(worker, tmp_path):
    trace = _traced(worker, tmp_path / "trace", beacons=100)
    assert strace.acknowledgments(trace) == (100, 0)
    # The check itself: without its syncs the same trace is no good.
    without = "\n".join(line for line in trace.splitlines() if "sync(" not in line)
    assert strace.acknowledgments(without) == (0, 100)


def _traced(worker, out, beacons):
    if shutil.which("strace") is None:
        missing = "no strace: apt-get install strace"
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    command = ["strace", "-f", "-y", "-s", "64", "-e", f"trace={strace.SEEN}", "-o", str(out)]
    looking = subprocess.Popen([*command, "-p", str(worker.process.pid)], stderr=subprocess.PIPE, text=True)
    said = looking.stderr.readline()
    if "attached" not in said:
        pytest.skip(f"strace may not look here: {said.strip()}")
    connection = http.client.HTTPConnection("127.0.0.1", worker.port, timeout=30)
    try:
        assert [send(worker.port, worker.view(), connection) for _ in range(beacons)] == [204] * beacons
    finally:
        connection.close()
        looking.send_signal(signal.SIGINT)
        looking.communicate(timeout=30)
    return out.read_text(errors="replace")
