"""Looking for garbage (objects that hold each other) only where there is any."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def not_looked_for() -> Iterator[None]:
    """For work that makes much that stays and nothing that is garbage: looking takes longer than the work.

    What is held by nobody is freed as ever.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
