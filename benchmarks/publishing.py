"""From “Publish” in the newsroom to the changed page before a reader, all caches warm."""

import http.client
import statistics
import threading
import time
from urllib.parse import urlsplit

from benchmarks import publication
from benchmarks.desk import Desk
from benchmarks.front_door import opened
from benchmarks.hot import STORIES
from benchmarks.rig import CannotMeasure, Rig
from benchmarks.rows import Row
from benchmarks.servers import free_port

_LOOKS_EVERY, _NEVER = 0.02, 30.0  # seconds
_BETWEEN = 1.0
_ARTICLE = 1


def measure(rig: Rig) -> list[Row]:
    program, *_ = rig.need("nginx", "taskset")
    times = 10 if rig.quick else 100
    refetch = free_port()
    told = {"NGINX_URL": f"http://127.0.0.1:{refetch}"}
    with rig.folder() as folder, rig.serving(rig.filled(STORIES), read=STORIES, **told) as house:
        desk = Desk(house.base)
        with opened(folder, program, house, refetch) as doors:
            took = {"the kiosk": [], "nginx": []}  # type: dict[str, list[float]]
            answered = []
            for number in range(1, times + 1):
                rig.say(f"publishing, {number} of {times}")
                seen = _publish_once(desk, [house.base, doors.readers], f"第{number}報 {time.time():.3f}")
                answered.append(seen.pop(0))
                for place, seconds in zip(took, seen, strict=True):
                    took[place].append(seconds)
                time.sleep(_BETWEEN)
    return [
        Row(
            f"publish in the newsroom to changed for a reader of {place}, p99",
            p99(seconds),
            1.0,
            "s",
            spread=(min(seconds), max(seconds)),
            beside=f"median {statistics.median(seconds):.2f} s of {times}; the newsroom's own answer: "
            f"median {statistics.median(answered):.2f} s, p99 {p99(answered):.2f} s",
        )
        for place, seconds in took.items()
    ]


def p99(figures: list[float]) -> float:
    """The smallest figure that 99 of 100 do not exceed."""
    return sorted(figures)[-(-99 * len(figures) // 100) - 1]


def _publish_once(desk: Desk, bases: list[str], headline: str) -> list[float]:
    """Seconds from the press of the button until the newsroom has answered, and until each base shows it."""
    path = publication.article_path(_ARTICLE)
    article = desk.article_at(path)
    desk.open_form(article)
    seen: dict[str, float] = {}
    began = time.monotonic()
    readers = [threading.Thread(target=_read, args=(base, path, headline, began, seen)) for base in bases]
    for reader in readers:
        reader.start()
    section = publication.section_of(_ARTICLE)
    desk.publish(article, headline=headline, slug=f"article-{_ARTICLE}", section=section)
    answered = time.monotonic() - began
    for reader in readers:
        reader.join()
    if len(seen) < len(bases):
        raise CannotMeasure(f"“{headline}” did not come before readers in {_NEVER:.0f} s")
    return [answered, *(seen[base] for base in bases)]


def _read(base: str, path: str, headline: str, began: float, seen: dict[str, float]) -> None:
    """A reader who loads the page again and again over one connection until it says the headline."""
    at = urlsplit(base)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=_NEVER)
    words = f"<title>{headline}".encode()
    while time.monotonic() - began < _NEVER:
        connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        if words in connection.getresponse().read():
            seen[base] = time.monotonic() - began
            break
        time.sleep(_LOOKS_EVERY)
    connection.close()
