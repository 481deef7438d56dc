"""Looking over an installation: what is well, what is not, and what to do about it, in words."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from kawaraban.ops.doctor import services, surroundings, work

PATIENCE = 8.0  # seconds that one look may take: a database that hangs keeps no other look waiting

State = Literal["well", "odd", "wrong"]


@dataclass(frozen=True)
class Finding:
    """What one look found. "odd" may be meant so; "wrong" hurts readers or editors. `do` says what helps."""

    about: str
    state: State
    said: str
    do: str = ""


LOOKS: list[Callable[[], tuple[State, str, str]]] = [
    surroundings.python,
    surroundings.disk,
    surroundings.clock_on_the_wall,
    surroundings.secret,
    surroundings.addresses,
    services.database,
    services.tables,
    services.redis,
    services.stores,
    services.audience,
    surroundings.media,
    work.jobs,
    work.readers,
    work.schedule,
    work.failures,
    work.what_follows,
    work.plates,
    surroundings.front_door,
]


def look_over() -> Iterator[Finding]:
    """All looks in their order; each by itself, so that it works with whatever is down."""
    for look in LOOKS:
        yield _found(look)


def _found(look: Callable[[], tuple[State, str, str]]) -> Finding:
    about = look.__name__.replace("_", " ")
    found: list[Finding] = []

    def try_it() -> None:
        try:
            found.append(Finding(about, *look()))
        except Exception as why:
            told = f"{type(why).__name__}: {why}".strip().rstrip(":").splitlines()[0]
            found.append(Finding(about, "wrong", f"This could not be looked at: {told}", ""))

    thread = threading.Thread(target=try_it, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if found:
        return found[0]
    return Finding(
        about, "wrong", f"No answer in {PATIENCE:.0f} seconds.", "See whether it hangs; its log says more."
    )
