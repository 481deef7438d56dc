"""Telling the web server in front, where one stands there, what a publication changed.

Without being told it shows a changed page two seconds late, and for a day where the application
can't answer: a story that was withdrawn must not come back then. Varnish is told to forget; nginx, which
can't be told that, fetches the page anew.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from django.conf import settings

from kawaraban.feeds import rss, sitemaps
from kawaraban.kit.shown import Change
from kawaraban.press.compression import PACKED
from kawaraban.rails import charts
from kawaraban.stories import queries
from kawaraban.stories.outcome import Outcome

log = logging.getLogger(__name__)


class NotTold(Exception):
    """The web server in front may go on showing what was changed or withdrawn."""


_PATIENCE = 1.0  # seconds: what isn't told then is two seconds old at most while all is well
# Seconds after which nearly always, and always, every process of the house hands out what was changed:
# until then one may give the web server a page from its memory (`desk.FRESH` and `desk.KEPT`).
_MOSTLY_SETTLED, _SETTLED = 0.3, 0.7
# And until no ranking or rail shows a story that was withdrawn: the jobs' round of a quarter of a second and
# the shelf's tenth come before that, and behind many readers a round takes longer.
_OUT_OF_TABLES = 3.0
# Seconds in which that is done for a process that ends; what isn't is done by another one, later.
TOLD_WITHIN = 5.0
# So many pages may have no answer before the others are not asked for any more: one may be slow to make.
_MOST_UNANSWERED = 3
# What nginx has fetched and keeps. Anything else says that the application did not answer, or nginx isn't
# set up for it.
_FETCHED = {200, 301, 404, 410}


def after_story(outcome: Outcome) -> Future[None] | None:
    """Has the story's page and the lists that show it forgotten, or fetched anew. Raises NotTold.

    Of a story that was withdrawn it isn't done before the last telling: that one raises NotTold as well.

    No front door keeps the further pages of lists. Of the rankings it is told only where a story that was
    withdrawn may stand in them: else they are as old as rails are.
    """
    lists = [f"/{slug}/" for slug in outcome.section_slugs]
    lists += [f"/topics/{slug}/" for slug in outcome.topic_slugs]
    lists += [f"/people/{slug}/" for slug in outcome.person_slugs]
    stories = [path for path in (outcome.path, outcome.old_path) if path]
    paths = [*stories, "/", rss.PATH, sitemaps.PATH, *lists]
    if outcome.change == "withdrawn":
        told, last = _tell_of([*paths, *charts.addresses(outcome.section_slugs)], _TELLERS)
    else:
        told, _ = _tell_of(paths, _SOON)
        last = None
    if not told:
        raise NotTold(f"Varnish at {settings.VARNISH_URL}")
    return last


def finish(within: float | None = None) -> None:
    """Returns when all has been told that is to be, or so many seconds passed: for a process that ends."""
    until = None if within is None else time.monotonic() + within
    for teller in _TELLERS:
        teller.join(until)


def after_discussion(story_id: int) -> None:
    """Has the story's page forgotten or fetched anew, for its discussion stands on it. Raises NotTold."""
    if not settings.VARNISH_URL and not settings.NGINX_URL:
        return
    told, _ = _tell_of([card.path for card in queries.cards_of([story_id])], _SOON)
    if not told:
        raise NotTold(f"Varnish at {settings.VARNISH_URL}")


def after_change(change: Change) -> None:
    """Has Varnish forget every page: which of them show what changed is known to plates alone."""
    _tell_varnish("BAN", ["/"])


class _Telling(NamedTuple):
    due: float  # monotonic
    paths: Sequence[str]
    done: Future[None]


class _Teller:
    """Tells on a thread of its own, so many seconds after a change: of several that are due, at once."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: queue.Queue[_Telling] = queue.Queue()
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None

    def tell_later(self, paths: Sequence[str]) -> Future[None]:
        telling = _Telling(time.monotonic() + self._seconds, paths, Future())
        self._waiting.put(telling)
        with self._beginning:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="front door", daemon=True)
                self._thread.start()
        return telling.done

    def join(self, until: float | None) -> None:
        with self._waiting.all_tasks_done:
            while self._waiting.unfinished_tasks:
                left = None if until is None else until - time.monotonic()
                if left is not None and left <= 0:
                    return
                self._waiting.all_tasks_done.wait(left)

    def _run(self) -> None:
        while True:
            at_once = [self._waiting.get()]
            while at_once[-1].due <= time.monotonic() and not self._waiting.empty():
                at_once.append(self._waiting.get())
            time.sleep(max(0.0, at_once[-1].due - time.monotonic()))
            paths = list(dict.fromkeys(path for one in at_once for path in one.paths))
            untold = self._untold(paths)
            for one in at_once:
                missed = [path for path in one.paths if path in untold]
                one.done.set_exception(NotTold(", ".join(missed))) if missed else one.done.set_result(None)
                self._waiting.task_done()

    def _untold(self, paths: Sequence[str]) -> set[str]:
        """The pages of which it could not be told."""
        try:
            return _unfetched(paths) if _tell_varnish("PURGE", paths) else set(paths)
        except Exception:  # whatever it is: the next change is told all the same
            log.exception("the front door was not told of %s", paths)
            return set(paths)


_SOON = (_Teller(_MOSTLY_SETTLED), _Teller(_SETTLED))
_TELLERS = (*_SOON, _Teller(_OUT_OF_TABLES))


def _tell_of(paths: Sequence[str], tellers: Sequence[_Teller]) -> tuple[bool, Future[None] | None]:
    """Whether who has to be told at once was; and the last telling that is still to come."""
    if not (settings.VARNISH_URL or settings.NGINX_URL):
        return True, None
    told = _tell_varnish("PURGE", paths)
    return told, [teller.tell_later(paths) for teller in tellers][-1]


def _tell_varnish(method: str, paths: Iterable[str]) -> bool:
    """Whether Varnish, where there is one, has taken all of it."""
    if not settings.VARNISH_URL:
        return True
    with _connected("Varnish", settings.VARNISH_URL) as connection:
        for path in paths:
            connection.request(method, quote(path))
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                log.warning("Varnish at %s: %s %s: %d", settings.VARNISH_URL, method, path, answer.status)
                return False
        return True
    return False


def _unfetched(paths: Iterable[str]) -> set[str]:
    """Has nginx fetch the pages, in each way that it keeps them packed, and keep them as they are now.

    Those that it, where there is one, does not have. None of them keeps it from fetching the others.
    """
    if not settings.NGINX_URL:
        return set()
    missed, unanswered = set(paths), 0
    with _connected("nginx", settings.NGINX_URL) as connection:
        for path in paths:
            try:
                if _has_fetched(connection, path):
                    missed.remove(path)
            except (OSError, HTTPException):
                connection.close()  # the next request opens it again
                unanswered += 1
                if unanswered == _MOST_UNANSWERED:
                    raise
    return missed


def _has_fetched(connection: HTTPConnection, path: str) -> bool:
    host, failed = urlsplit(settings.PUBLIC_URL).netloc, set[int]()
    for encoding in ("", *PACKED):
        connection.request("GET", quote(path), headers={"Host": host, "Accept-Encoding": encoding})
        answer = connection.getresponse()
        answer.read()
        failed |= {answer.status} - _FETCHED
    if failed:
        log.warning("nginx at %s: %s: %s", settings.NGINX_URL, path, sorted(failed))
    return not failed


@contextmanager
def _connected(server: str, url: str) -> Iterator[HTTPConnection]:
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "127.0.0.1", address.port or 80, timeout=_PATIENCE)
    try:
        yield connection
    except (OSError, HTTPException) as why:
        log.warning("%s at %s was not told: %s", server, url, why)
    finally:
        connection.close()
