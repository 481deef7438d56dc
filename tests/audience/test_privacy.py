"""docs/privacy.md keeps its word."""

import contextlib
import itertools
import sqlite3

from kawaraban.audience.crowds import Crowds
from kawaraban.audience.deadletters import FILE, DeadLetters
from kawaraban.audience.events import Event
from kawaraban.audience.pipeline import Sender
from kawaraban.audience.visitors import Visitors
from kawaraban.kit import clock
from tests.audience.test_beacon import Door, batch, one

AGENT = "A very particular browser"


def everything_in(folder):
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_neither_addresses_nor_browsers_are_written_anywhere(tmp_path):
    door = Door(tmp_path)
    for number in range(40):
        sent = [one(), one("engaged", seconds=3), one("rail_shown", rail="front", edition=1, stories=[1])]
        door.take(batch(*sent), Sender(f"11.22.33.{number}", AGENT))
        door.take(one(story=999), Sender(f"2400:1:2:{number}::7", AGENT))
        door.take(b"torn", Sender("11.22.33.99", AGENT))
    door.log.close()
    written = everything_in(tmp_path)
    assert len(written) > 10_000
    for told in (b"11.22.33", b"\x0b\x16\x21", b"2400:1:2", b"\x24\x00\x00\x01\x00\x02", AGENT.encode()):
        assert told not in written, told


def test_of_a_served_publication_neither_is_in_its_folder(served):
    story = served.story(served.addresses[0])
    assert served.beacon(story, "of a very particular kind") == 204
    assert b"very particular kind" not in everything_in(served.var)


def test_of_what_could_not_be_counted_no_visitor_is_kept_and_nothing_for_longer_than_in_the_log(
    tmp_path, caplog
):
    file, now, day = tmp_path / FILE, clock.stamp(clock.now()), 86_400
    with contextlib.closing(sqlite3.connect(file)) as former, former:
        former.execute("CREATE TABLE dead_letters (seq INTEGER PRIMARY KEY, reason TEXT, event TEXT)")
        former.execute("INSERT INTO dead_letters VALUES (7, 'why', ?)", (f"visitor={b'VISITOR!'!r}",))
    letters = DeadLetters(file)
    letters.put(7, Event(b"id", 1_000, 41, "view", b"VISITOR!"), "why")
    DeadLetters(tmp_path).put(8, Event(b"id", 1_000, 42, "view", b"VISITOR!"), "why")  # can't be kept
    ((seq, why, event),) = letters.all()
    assert (seq, why) == (7, "why") and "story=41" in event and "story=42" in caplog.text
    assert "VISITOR" not in caplog.text and b"VISITOR" not in everything_in(tmp_path)
    letters.forget(now + 7 * day)
    assert letters.all()
    for wrong in (now + 9 * day, now - day):
        letters.put(7, "event", "why")
        letters.forget(wrong)
        assert not letters.all()
    DeadLetters(tmp_path / "none").forget(now)
    assert not (tmp_path / "none").exists()


def test_the_salt_is_in_no_table_and_its_hashes_lead_nowhere_without_it(tmp_path):
    visitors, others = Visitors(tmp_path / "a", "tests"), Visitors(tmp_path / "b", "tests")
    known = visitors.of("11.22.33.44", AGENT)
    salt = next((tmp_path / "a").glob("visitor-salt-*")).read_bytes()
    # Whoever has the log alone tries every address and finds none: another salt gives other numbers.
    tried = {
        others.of(f"11.22.{one}.{two}", AGENT).id for one, two in itertools.product(range(30, 40), range(90))
    }
    assert known.id not in tried
    crowds = Crowds(tmp_path / "crowds")
    crowds.is_full(known, 7, 1_780_000_000_000)
    assert salt not in everything_in(tmp_path / "b") and known.id not in (tmp_path / "crowds").read_bytes()
