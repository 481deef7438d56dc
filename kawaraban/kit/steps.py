"""An order of work as one ordered list of named functions; any of them may stop it, with a reason."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

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
    """Runs `steps` in order over an item, and counts what was stopped by reason."""

    steps: Sequence[Callable[[Item], Item]]
    stopped: Counter[str] = field(default_factory=Counter)

    def run(self, item: Item) -> Item:
        """The item after the last step. Raises `Stopped`, counted, where a step ends it."""
        try:
            for step in self.steps:
                item = step(item)
        except Stopped as stop:
            self.stopped[stop.reason] += 1
            raise
        return item


def named(paths: Sequence[str]) -> list[Callable[..., Any]]:
    """The functions that a list of dotted paths in `config/wiring.py` names, in its order."""
    return [import_string(path) for path in paths]
