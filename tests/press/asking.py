"""Processes that ask stores not there yet for the same cold pages, all at once.

`python -m tests.press.asking FOLDER` prints each pressing: number of the store, and the page's address.
It is a process of its own so that it may fork: what runs the tests has threads and connections.
"""

import multiprocessing
import sys
import time
from pathlib import Path

import django

_PROCESSES = 4
STORES, PAGES = 10, 10
_PRESSING = 0.01  # seconds, long enough for all to have asked
_LONG = 60.0  # seconds: a lease outlasts whatever the machine does meanwhile


def ask(folder, together):
    from kawaraban.kit import database
    from kawaraban.kit.stores import open_store
    from kawaraban.press import leases, pressing
    from kawaraban.press.plates import Plate, Plates
    from kawaraban.press.supply import Supply
    from kawaraban.rails.shelf import Shelf

    leases.LONGEST = _LONG
    database.read = lambda work, *args: work(*args)
    pressing.stands = lambda address: True
    for store in range(STORES):
        kept = Plates(open_store(f"plates-{store}", folder))
        pressing.plates = lambda kept=kept: kept

        def made(address, stamps, store=store):
            sys.stdout.write(f"{store} {address}\n")
            sys.stdout.flush()
            time.sleep(_PRESSING)
            return Plate(address, "front", (b"<html>",), (), stamps, time.time())

        pressing.made = made
        supply = Supply(kept, Shelf(open_store(f"editions-{store}", folder)))
        for page in range(PAGES):
            together.wait()
            supply.newest(f"/page-{page}/", None, ["identity"])


if __name__ == "__main__":
    django.setup()
    from kawaraban.press.stamps import dress

    dress()  # once for all, so that none comes late
    context = multiprocessing.get_context("fork")
    together = context.Barrier(_PROCESSES, timeout=_LONG)
    every = [context.Process(target=ask, args=(Path(sys.argv[1]), together)) for _ in range(_PROCESSES)]
    for one in every:
        one.start()
    for one in every:
        one.join()
    sys.exit(max(one.exitcode for one in every))
