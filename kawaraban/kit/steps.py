"""What happens in an order: lists of functions, by name, that `config/wiring.py` gives.

`Steps` is work on an item, which any of its steps may stop, with a reason; `follow` is what follows
something that has happened, where no step stops another.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

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


def follow(paths: Sequence[str], item: object, happened: str) -> tuple[bool, list[Any]]:
    """Runs each function that `paths` names over the item; whether all went well, and what they gave back.

    One that fails stops no other: what they follow has happened. `happened` says what, for the log.
    """
    went_well, given = True, []
    for path in paths:
        try:
            given.append(import_string(path)(item))
        except Exception:
            log.exception("%s failed after %s", path, happened)
            went_well = False
    return went_well, given
