"""Each process of a house killed at random moments, while readers read, send beacons and comment."""

import os
import random
import signal
import time

import pytest

from tests.faults.house import ADDRESSES, LONG, RECOVERY, served
from tests.faults.load import Load
from tests.faults.servers import is_alive
from tests.publication import until

KILLS = 100 if LONG else 4
KEEPERS = 10 if LONG else 1  # and so often the keeper, with whom all end


@pytest.fixture
def house(copied):
    with served(copied("kills"), "--workers", "2") as one:
        yield one


def test_whichever_process_is_killed_nothing_promised_is_lost_or_doubled(house):
    workers = dict(zip(("web-1", "web-2", "jobs"), sorted(house.processes), strict=True))
    with Load(house) as load:
        for number in range(KILLS):
            name = random.choice(list(workers)) if number >= len(workers) else list(workers)[number]
            time.sleep(random.uniform(0, 0.5))
            killed = workers[name]
            os.kill(killed, signal.SIGKILL)
            workers[name] = _its_successor(house, workers)
            _is_well(house, load)
    load.nothing_is_lost_or_doubled()


def _its_successor(house, before):
    """The number of the process that was started in place of the one that died."""
    known = set(before.values())
    house.within(RECOVERY, lambda: len(house.processes) == len(known) and set(house.processes) - known)
    (new,) = set(house.processes) - known
    return new


def _is_well(house, load):
    """Pages come anew, what readers send is taken, and the rails go on."""
    beacons, comments = load.acknowledged()
    for page in ("/", ADDRESSES[0]):
        house.within(RECOVERY, lambda page=page: house.is_well(page))
    edition = house.edition()
    house.within(RECOVERY, lambda: load.acknowledged()[0] > beacons + 5 and load.acknowledged()[1] > comments)
    house.within(RECOVERY, lambda: house.edition() > edition)


def test_when_the_keeper_is_killed_all_end_with_it_and_nothing_promised_is_lost(copied):
    house = copied("keeper")
    with served(house), Load(house) as load:
        for _ in range(KEEPERS):
            time.sleep(random.uniform(0, 0.5))
            processes = house.processes
            house.kill()
            until(lambda processes=processes: not any(map(is_alive, processes)), RECOVERY)
            house.serve(port=house.port)  # as a service manager would
            _is_well(house, load)
    load.nothing_is_lost_or_doubled()
