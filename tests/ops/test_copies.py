"""docs/operating.md says how a copy is taken while the house runs: nothing acknowledged is missing in it."""

import contextlib
import re
import sqlite3
import threading

from kawaraban.audience.log import EventLog
from tests.publication import ROOT, until

COPIES = re.findall(r'^sqlite3 var/(\S+) "(.+)"$', (ROOT / "docs/operating.md").read_text("utf-8"), re.M)


def test_copies_are_whole_though_readers_come_meanwhile(served, tmp_path):
    story, stop, taken = served.story(served.addresses[0]), threading.Event(), []

    def read():
        while not stop.is_set():
            taken.append(served.beacon(story, f"copied {len(taken)}"))

    reading = threading.Thread(target=read)
    reading.start()
    try:
        until(lambda: taken.count(204) >= 20, 20)
        for name, command in COPIES:
            acknowledged = taken.count(204)
            into = command.replace("copies/", f"{tmp_path}/")
            with contextlib.closing(sqlite3.connect(served.var / name)) as live:
                live.execute(into)
    finally:
        stop.set()
        reading.join()
    assert [name for name, _ in COPIES] == ["kawaraban.db", "audience.db"] and acknowledged >= 20
    log = EventLog(tmp_path / "audience.db")
    assert len(log.read(0, 1_000_000)) >= acknowledged and log.last_seq() >= acknowledged
    log.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "kawaraban.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (stories,) = copy.execute("SELECT count(*) FROM stories_story").fetchone()
        assert stories >= len(served.addresses)
