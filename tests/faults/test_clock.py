"""The clock jumps two hours on and two back, as on a machine that had the wrong time and was told."""

import contextlib
import sqlite3
import time
import uuid
from pathlib import Path

import pytest

from tests.faults.house import AT_LAST, served
from tests.publication import until

pytestmark = [pytest.mark.faketime, pytest.mark.flaky(reruns=1)]  # as tests of servers are
HOURS = 2


@pytest.fixture
def house(copied, tmp_path):
    one = copied("clock")
    one.clock = tmp_path / "clock"
    one.clock.write_text("+0s")
    (library,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
    one.more = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(one.clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": str(Path(__file__).parent / "clock"),
    }
    with served(one):
        yield one


@pytest.mark.parametrize("way", ["+", "-"])
def test_a_clock_that_jumps_stops_nothing(house, way):
    house.answers(lambda: house.comment(f"その前に {uuid.uuid4()}")[1].status, 200)
    house.takes_beacons()
    edition = house.edition()
    house.clock.write_text(f"{way}{HOURS}h")
    until(lambda: abs(_date(house) - time.time()) > HOURS * 3600 - 600, AT_LAST)
    for number in range(5):
        house.still_serves()
        house.answers(lambda n=number: house.comment(f"飛んだ後に {n} {uuid.uuid4()}")[1].status, 200)
        house.answers(lambda n=number: house.read(f"after {n}")[1], 204)
    until(lambda: house.edition() > edition, AT_LAST)  # the rails go on
    house.recovers()
    house.clock.write_text("+0s")
    house.recovers()


def _date(house):
    """The house's clock, as its log of readers has it."""
    house.answers(lambda: house.read(str(uuid.uuid4()))[1], 204)
    with contextlib.closing(sqlite3.connect(house.var / "audience.db")) as log:
        (at,) = log.execute("SELECT at_ms FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    return at / 1000
