"""The process that rolls finished days of the log into the history, beside the jobs.

A process of its own, and the last to be served: a day of ten million events takes a minute that neither
rails nor beacons wait for. It ends when it is done; killed, it is started again and begins the day anew.
"""

import logging
import os
import subprocess
import sys
from importlib.util import find_spec

import django
from django.conf import settings
from django.utils import timezone

from kawaraban.audience import rolling
from kawaraban.audience.beacon import event_log
from kawaraban.audience.history import History
from kawaraban.audience.log import LogUnavailable
from kawaraban.kit import clock

log = logging.getLogger(__name__)

_LAST_SERVED = 19


def history() -> History:
    """The history of the house: `var/history`."""
    return History(settings.VAR / "history")


def is_possible() -> bool:
    """Whether the extra is installed; without it the log is kept and forgotten as ever."""
    return find_spec("duckdb") is not None  # not loaded: the jobs have no other use for it


def forgettable() -> int:
    """Before when (milliseconds since 1970) the log of the house may forget."""
    written = history() if is_possible() else None
    return rolling.forgettable(event_log(), written, timezone.get_default_timezone(), clock.now())


class Rolling:
    """Has what is finished and not yet written rolled by a process, one at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def tick(self) -> None:
        """Starts the process where there is something to do. Never waits. Raises LogUnavailable."""
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return
            self._process = None
            if code:
                raise RuntimeError(f"the process that rolls the log ended ({code})")
        zone = timezone.get_default_timezone()
        if is_possible() and rolling.unwritten(event_log(), history(), zone, clock.now()):
            self._process = subprocess.Popen([sys.executable, "-m", __name__])  # noqa: S603 - ourselves


def main() -> int:
    os.nice(_LAST_SERVED)
    django.setup()
    try:
        for day in rolling.roll(event_log(), history(), timezone.get_default_timezone(), clock.now()):
            log.info("%s of the log of readers is written into the history", day)
    except (LogUnavailable, OSError) as why:
        log.error("the log of readers can't be rolled into the history: %s", why)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
