"""A breaking story: from 20 to 2,000 requests/s on one page through nginx, while it is published anew.

Another page is asked for by a program of its own, so that it does not wait in the queue of the one that
sends the rush.
"""

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks import publication
from benchmarks.desk import Desk
from benchmarks.front_door import opened
from benchmarks.hot import STORIES
from benchmarks.load import K6, Stream, Told, open_loop, paced
from benchmarks.rig import CannotMeasure, Rig
from benchmarks.rows import Row
from kawaraban.kit.stores import open_store

_QUIET, _LOUD = 20, 2_000  # requests/s
_BEFORE, _SECONDS, _SHORTER = 10, 60, 10  # seconds
_PUBLISHED_EVERY = 2.0  # seconds
_ARTICLE, _OTHER = 1, 2


@dataclass
class Editor:
    """Publishes the story again every two seconds, from the first loud second to the last."""

    desk: Desk
    published: int = 0
    late: float = 0.0  # seconds the newsroom's slowest answer took

    @contextlib.contextmanager
    def at_work(self, seconds: int) -> Iterator[None]:
        done = threading.Event()
        working = threading.Thread(target=self._work, args=(done, time.monotonic() + _BEFORE, seconds))
        working.start()
        try:
            yield
        finally:
            done.set()
            working.join()

    def _work(self, done: threading.Event, begins: float, seconds: int) -> None:
        article = self.desk.article_at(publication.article_path(_ARTICLE))
        self.desk.open_form(article)
        section = publication.section_of(_ARTICLE)
        for number in range(int(seconds / _PUBLISHED_EVERY)):
            if done.wait(max(0.0, begins + number * _PUBLISHED_EVERY - time.monotonic())):
                return
            sent = time.monotonic()
            words = f"速報　第{number + 1}報 {time.time():.2f}"
            self.desk.publish(article, headline=words, slug=f"article-{_ARTICLE}", section=section)
            self.published += 1
            self.late = max(self.late, time.monotonic() - sent)


def measure(rig: Rig) -> list[Row]:
    program, *_ = rig.need("nginx", "taskset", "h2load")
    if not K6.exists():
        raise CannotMeasure("k6 is missing: rm .venv/ready-to-work, then make again")
    seconds = _SHORTER if rig.quick else _SECONDS
    with (
        rig.folder() as folder,
        rig.serving(rig.filled(STORIES), read=STORIES) as house,
        opened(folder, program, house) as doors,
    ):
        story = doors.readers + publication.article_path(_ARTICLE)
        other = doors.readers + publication.article_path(_OTHER)
        rig.say("another page, before the spike")
        calm = paced(other, _QUIET, seconds, _QUIET)
        rig.say(f"{_QUIET} to {_LOUD:,} requests/s for {seconds} s, published every {_PUBLISHED_EVERY:.0f} s")
        editor, before = Editor(Desk(house.base)), pressings(house.var)
        with editor.at_work(seconds), ThreadPoolExecutor(1) as beside:
            rush = beside.submit(open_loop, [Stream("story", story, [(_QUIET, _BEFORE), (_LOUD, seconds)])])
            time.sleep(_BEFORE)
            meanwhile = paced(other, _QUIET, seconds, _QUIET)
            told = rush.result()
        pressed = pressings(house.var) - before
    return _rows(told["story"], meanwhile, calm, editor, pressed)


def _rows(story: Told, other: Told, calm: Told, editor: Editor, pressed: int) -> list[Row]:
    sent = f"{story.requests:,} answers, {story.not_sent} not sent by the load's core"
    return [
        Row("spike 20 → 2,000/s through nginx: errors", story.failed, 0, "", beside=sent),
        Row("spike: p99", story.p99, 50.0, "ms", beside=f"median {story.median:.1f} ms"),
        Row(
            "spike: pressings of the page per publication",
            pressed / max(editor.published, 1),
            1.0,
            "",
            beside=f"{pressed} plates kept, published {editor.published} times; "
            f"the newsroom's slowest answer {editor.late:.1f} s",
        ),
        Row(
            "spike: another page's p99",
            other.p99 / calm.p99,
            2.0,
            "of before",
            beside=f"{other.p99:.1f} ms; before: {calm.p99:.1f} ms; {other.failed} failed",
        ),
    ]


def pressings(var: Path) -> int:
    """How often the story's plate was kept: the store's version of it grows by one each time."""
    store = open_store("plates", var)
    return store.version(f"plate:{publication.article_path(_ARTICLE)}") or 0
