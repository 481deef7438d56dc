"""An order of work as one ordered list of named functions; any of them may stop it, with a reason."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.utils.module_loading import import_string

Item = TypeVar("Item")


class Stopped(Exception):
    """Raised by a step that ends the work on an item. `reason` is a word of a closed set."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
        self.detail = detail


@dataclass
class Steps(Generic[Item]):
    """Runs `steps` in order over an item; counts what each one stopped, and the seconds it took."""

    steps: Sequence[Callable[[Item], Item]]
    stopped: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def run(self, item: Item) -> Item:
        """The item after the last step. Raises `Stopped`, counted, where a step ends it."""
        for step in self.steps:
            began = time.perf_counter()
            try:
                item = step(item)
            except Stopped as stop:
                self.stopped[stop.reason] += 1
                raise
            finally:
                self.seconds[step.__name__] += time.perf_counter() - began
        return item


def named(paths: Sequence[str]) -> list[Callable[..., None]]:
    """The functions that a list of dotted paths in `config/wiring.py` names, in its order."""
    return [import_string(path) for path in paths]
