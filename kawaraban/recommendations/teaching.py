"""Has the ranker learn beside everything else: LightGBM works without holding up Python's other threads."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Thread
from typing import Any

from kawaraban.recommendations import ranker
from kawaraban.recommendations.ranker import Example, Ranker

log = logging.getLogger(__name__)


class Teacher:
    """One lesson at a time; rails are ranked by the former model until the next one is there."""

    def __init__(self, pupil: Ranker) -> None:
        self._pupil = pupil
        self._lesson: Future[Any] | None = None

    def round(self) -> None:
        """Begins a lesson when one is due, or takes up what was learnt. Never waits."""
        if self._lesson is None:
            if self._pupil.due():
                self._lesson = Future()
                given = (self._pupil.examples(), self._lesson)
                # No pool's thread: who is told to stop would wait until the lesson is learnt.
                Thread(target=_learn, args=given, name="ranker", daemon=True).start()
        elif self._lesson.done():
            lesson, self._lesson = self._lesson, None
            try:
                self._pupil.take(lesson.result())
            except Exception:
                log.exception("the ranker could not learn; the former model goes on")

    def teach(self) -> None:
        """Learns now what is due, and returns when it is done."""
        if self._pupil.due():
            self._pupil.take(ranker.learn(self._pupil.examples()))


def _learn(examples: Sequence[Example], lesson: "Future[Any]") -> None:
    try:
        lesson.set_result(ranker.learn(examples))
    except Exception as why:
        lesson.set_exception(why)
