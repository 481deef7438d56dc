"""What is shown to Prometheus, on an address of its own: the numbers of all processes, added up."""

import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.conf import settings
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from kawaraban.audience import beacon
from kawaraban.audience.pipeline import REASONS
from kawaraban.audience.tally import ACCEPTED
from kawaraban.discussion import changes as discussions
from kawaraban.kit import clock
from kawaraban.kit.counts import counts
from kawaraban.newsroom import changes, schedule
from kawaraban.newsroom.failures import Failure
from kawaraban.ops.processes import Told
from kawaraban.ops.slots import Numbers, Slot
from kawaraban.rails.refresh import Refresher
from kawaraban.stories import following

log = logging.getLogger(__name__)

# What is counted: its name outside, what it means, and what its kind is called.
_COUNTERS: dict[str, tuple[str, str, str]] = {
    "hit": ("kawaraban_page_hits", "Pages handed out of memory as they lay there.", ""),
    "looked": ("kawaraban_page_looks", "Pages handed out after a look at the stores.", ""),
    "stale": ("kawaraban_page_stale", "Old pages handed out, for newer ones could not be had.", ""),
    "pressing": ("kawaraban_pressings", "Pages pressed.", ""),
    "problem": ("kawaraban_problems", "Pages that said what went wrong.", "status"),
    "let in": ("kawaraban_let_in", "Slow work let in, by gate.", "gate"),
    "shed": ("kawaraban_shed", "Slow work refused because too much was asked, by gate.", "gate"),
    "beacon": ("kawaraban_beacons", "Readers' events by how they ended.", "outcome"),
    "job failure": ("kawaraban_job_failures", "Jobs that failed and were tried again.", "job"),
    "job run": ("kawaraban_job_runs", "Jobs that were done.", "job"),
}
# What is so now, and how the numbers of several processes make one.
_GAUGES: dict[str, tuple[str, str, Any]] = {
    "edition": ("kawaraban_edition_number", "The newest edition of the tables behind the rails.", max),
    "edition as of": ("kawaraban_edition_timestamp_seconds", "When it was made.", max),
    "oldest edition": ("kawaraban_edition_number_oldest", "The edition of the worker furthest behind.", min),
    "pages in memory": ("kawaraban_pages_in_memory", "Pages that lie ready, in all workers.", sum),
    "fold lag": ("kawaraban_fold_lag_events", "Readers' events that are not in the tables yet.", max),
    "log size": ("kawaraban_log_bytes", "Size of the log of what readers did.", max),
    "overdue": ("kawaraban_schedule_overdue", "Stories a minute late to come or go, failed ones too.", max),
    "failures": ("kawaraban_publishing_failures", "Stories that could not be brought before readers.", max),
    "undone": ("kawaraban_publications_undone", "Publications that not all has followed that should.", max),
    "untold": ("kawaraban_changes_undone", "Changes that not all pages tell yet which show them.", max),
    "unsaid": ("kawaraban_discussions_undone", "Stories whose page may show a former discussion.", max),
}


def of_web(application: Any) -> Numbers:
    """A web worker's. `application` is the kiosk."""
    edition = application.health.shelf.current()
    # The door for beacons is made with the first of them, and by the thread that takes it.
    ended = dict.fromkeys((ACCEPTED, *REASONS), 0)
    if beacon.beacons.cache_info().currsize:
        ended |= beacon.beacons().counts
    return Numbers(
        counters={**counts, **{f"beacon:{outcome}": number for outcome, number in ended.items()}},
        gauges={
            "edition": edition.number,
            "oldest edition": edition.number,
            "edition as of": edition.as_of,
            "pages in memory": len(application.health.desk.rack),
        },
    )


def of_jobs(refresher: Refresher) -> Numbers:
    """The jobs process's. Raises what database and log raise."""
    return Numbers(
        counters=dict(counts),
        gauges={
            "fold lag": refresher.lag(),
            "log size": size_of_log(),
            "overdue": schedule.overdue(clock.now()),
            "failures": Failure.objects.count(),
            "undone": following.undone(),
            "untold": changes.undone(),
            "unsaid": discussions.undone(),
        },
    )


def size_of_log() -> int:
    """Bytes of the file of what readers did, and of what stands beside it."""
    return sum(file.stat().st_size for file in settings.VAR.glob("audience.db*"))


class _Collector:
    def __init__(self, slots: Iterable[Slot]) -> None:
        self._slots = list(slots)

    def collect(self) -> Iterator[Metric]:
        every = [slot.get() for slot in self._slots]
        for word, (name, meaning, kind) in _COUNTERS.items():
            counter = CounterMetricFamily(name, meaning, labels=[kind] if kind else None)
            for label, number in sorted(_added_up(every, word, kind).items()):
                counter.add_metric([label] if kind else [], number)
            yield counter
        for word, (name, meaning, together) in _GAUGES.items():
            told = [one.gauges[word] for one in every if word in one.gauges]
            if told:
                yield GaugeMetricFamily(name, meaning, value=together(told))
        as_of = [one.gauges["edition as of"] for one in every if "edition as of" in one.gauges]
        if max(as_of, default=0.0):
            age = clock.stamp(clock.now()) - max(as_of)
            yield GaugeMetricFamily(
                "kawaraban_edition_age_seconds", "How old the newest edition is.", value=age
            )


def _added_up(every: Iterable[Numbers], word: str, kind: str) -> dict[str, float]:
    found: dict[str, float] = {} if kind else {"": 0}
    for one in every:
        for key, number in one.counters.items():
            told, _, label = key.partition(":")
            if told == word:
                found[label] = found.get(label, 0) + number
    return found


def registry(slots: Iterable[Slot]) -> CollectorRegistry:
    """What Prometheus is shown of these."""
    made = CollectorRegistry(auto_describe=False)
    made.register(_Collector(slots))
    return made


class _Server(ThreadingMixIn, WSGIServer):
    """On a socket that listens already. Closing it waits for what is asked."""

    def __init__(self, listening: socket.socket) -> None:
        super().__init__(listening.getsockname(), _Answering, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_name, self.server_port = listening.getsockname()[:2]
        self.setup_environ()

    def handle_error(self, *_: object) -> None:
        """One line, where the standard library writes many past the log."""
        log.warning("metrics were not answered: %r", sys.exception())


class _Answering(WSGIRequestHandler):
    timeout = 5.0  # seconds for one who says nothing

    def log_message(self, *_: object) -> None:
        """Nobody wants to read of each time that Prometheus asked."""


def show(listening: socket.socket, slots: Iterable[Slot]) -> None:
    """A process that shows them until SIGTERM."""
    stopping = Told(signal.SIGTERM)
    server = _Server(listening)
    server.set_app(make_wsgi_app(registry(slots)))
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    stopping.wait()
    server.shutdown()
    server.server_close()


def every_second(slot: Slot, numbers: Any) -> threading.Thread:
    """Has what `numbers()` gives put into the slot once a second, by a thread that ends with the process."""

    def put() -> None:
        while True:
            try:
                slot.put(numbers())
            except Exception:
                log.exception("numbers could not be handed over")
            time.sleep(1.0)

    thread = threading.Thread(target=put, name="numbers", daemon=True)
    thread.start()
    return thread
