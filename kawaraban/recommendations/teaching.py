"""Has the ranker learn beside everything else: LightGBM works without holding up Python's other threads."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from kawaraban.recommendations import ranker
from kawaraban.recommendations.ranker import Ranker

log = logging.getLogger(__name__)


class Teacher:
    """One lesson at a time; rails are ranked by the former model until the next one is there."""

    def __init__(self, pupil: Ranker) -> None:
        self._pupil = pupil
        self._thread = ThreadPoolExecutor(1, "ranker")
        self._lesson: Future[Any] | None = None

    def round(self) -> None:
        """Begins a lesson when one is due, or takes up what was learnt. Never waits."""
        if self._lesson is None:
            if self._pupil.due():
                self._lesson = self._thread.submit(ranker.learn, self._pupil.examples())
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
