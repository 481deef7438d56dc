"""What the other tests of faults go by: how long this machine kept a house from its work."""

import os
import subprocess
import sys
import time

from tests.faults.machine import Machine

BUSY = """
import threading
for _ in range(6):
    threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()
"""


def test_what_holds_up_many_threads_is_counted_once():
    busy = subprocess.Popen([sys.executable, "-c", BUSY])
    try:
        machine = Machine(lambda: [busy.pid])
        began, held_up = time.monotonic(), machine.watch()
        time.sleep(1.0)
        assert 0 <= held_up() <= time.monotonic() - began
    finally:
        busy.kill()
        busy.wait()


def test_who_waits_for_something_else_is_not_held_up():
    machine = Machine(lambda: [os.getpid()])
    held_up = machine.watch()
    time.sleep(0.5)
    assert held_up() < 0.5
