"""The kinds of picture, each with the times of day it may show."""

from __future__ import annotations

from collections.abc import Callable

from kawaraban.ops.demo.pictures.canvas import Scene

Painter = Callable[[Scene], None]

# What reads from left to right is never drawn the other way round.
ONE_WAY = frozenset({"chart", "document", "classroom"})

PAINTERS: dict[str, tuple[Painter, tuple[str, ...]]] = {}


def kind(name: str, *times: str) -> Callable[[Painter], Painter]:
    def register(painter: Painter) -> Painter:
        PAINTERS[name] = (painter, times or ("dawn", "day", "dusk"))
        return painter

    return register
