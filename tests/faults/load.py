"""Readers who read, send beacons and comment while things break, and remember what they were promised."""

import contextlib
import itertools
import sqlite3
import threading
import time
import uuid
from collections import Counter

from tests.faults.house import ADDRESSES, number_of

# A story takes thirty comments in a minute; more are told so, and are no loss.
_BETWEEN_COMMENTS = 0.4  # seconds


class Load:
    """`with Load(house) as load:` asks for pages, and sends each beacon and comment until it is taken.

    Some are sent once more after that: what was taken is to be known again.
    """

    def __init__(self, house, readers=2, writers=1):
        self._house = house
        self._stopping = threading.Event()
        work = [*[self._read_on] * readers, *[self._write_on] * writers, self._look_on]
        self._threads = [threading.Thread(target=self._surely, args=(one,)) for one in work]
        self._failures = []
        self.beacons, self.comments = set(), set()  # acknowledged
        self.answers = Counter()

    def __enter__(self):
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        for one in self._threads:
            one.join()

    def acknowledged(self):
        return len(self.beacons), len(self.comments)

    def nothing_is_lost_or_doubled(self):
        assert not self._failures, self._failures
        with contextlib.closing(sqlite3.connect(self._house.var / "audience.db")) as log:
            assert log.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            kept = [str(uuid.UUID(bytes=bytes(row[0]))) for row in log.execute("SELECT id FROM events")]
        with contextlib.closing(sqlite3.connect(self._house.var / "kawaraban.db")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            said = [row[0] for row in database.execute("SELECT body FROM discussion_comment")]
        for kept_now, promised in ((kept, self.beacons), (said, self.comments)):
            assert not promised - set(kept_now), "lost"
            assert len(kept_now) == len(set(kept_now)), "doubled"

    def _surely(self, work):
        try:
            work()
        except Exception as why:
            self._failures.append(repr(why))

    def _look_on(self):
        for address in itertools.cycle(["/", *ADDRESSES]):
            if self._stopping.is_set():
                return
            self._count("page", self._house.get(address).status)

    def _read_on(self):
        for number in itertools.count():
            event, story = str(uuid.uuid4()), number_of(ADDRESSES[number % len(ADDRESSES)])
            if not self._until_taken(
                lambda e=event, s=story: self._house.beacon(s, "one", e), "beacon", (204,)
            ):
                return
            self.beacons.add(event)
            if number % 5 == 0:
                self._house.beacon(story, "one", event)

    def _write_on(self):
        for number in itertools.count():
            address, words = ADDRESSES[number % len(ADDRESSES)], str(uuid.uuid4())
            # 422: the same words are there already.
            if not self._until_taken(lambda a=address, w=words: self._say(w, a), "comment", (200, 422)):
                return
            self.comments.add(words)
            if number % 5 == 0:
                self._say(words, address)
            self._stopping.wait(_BETWEEN_COMMENTS)

    def _say(self, words, address):
        return self._house.comment(words, address)[1].status

    def _until_taken(self, send, what, taken):
        while not self._stopping.is_set():
            status = send()
            self._count(what, status)
            if status in taken:
                return True
            time.sleep(0.05)
        return False

    def _count(self, what, status):
        self.answers[what, status] += 1
