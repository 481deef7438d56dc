"""What a measurement found, and all of it as one table and one file."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One figure beside what it is to reach.

    `reached` is the median of the run's repetitions (or what `what` says), `spread` their smallest and
    largest. `beside` names the peer or limit of the same run, with its own figure.
    """

    what: str
    reached: float
    to_reach: float
    unit: str  # "" for a ratio
    more_is_better: bool = False
    spread: tuple[float, float] | None = None
    beside: str = ""
    note: str = ""

    @property
    def is_reached(self) -> bool:
        if self.more_is_better:
            return self.reached >= self.to_reach
        return self.reached <= self.to_reach


@dataclass(frozen=True)
class Missing:
    """A measurement that could not be made here, and why."""

    what: str
    why: str


Found = Row | Missing
_BUSY = 0.5


def show(found: Sequence[Found], console: Console, load: float) -> None:
    """Prints the table. `load` is how many processes wanted a core before anything was measured."""
    busy = f" (rough: the machine was busy already, load {load:.1f})" if load > _BUSY else ""
    table = Table(title=f"Figures to reach{busy}")
    for heading in ("what", "reached", "range", "to reach", "", "beside, in the same run"):
        table.add_column(
            heading, justify="left" if heading in ("what", "beside, in the same run") else "right"
        )
    for row in found:
        if isinstance(row, Missing):
            table.add_row(row.what, "[yellow]not measured[/]", "", "", "", row.why)
            continue
        least, most = row.spread or (row.reached, row.reached)
        table.add_row(
            row.what,
            _told(row.reached, row.unit),
            f"{_told(least, '')}–{_told(most, '')}" if row.spread else "",
            f"{'≥' if row.more_is_better else '≤'} {_told(row.to_reach, row.unit)}",
            "[green]yes[/]" if row.is_reached else "[red]no[/]",
            "; ".join(part for part in (row.beside, row.note) if part),
        )
    console.print(table)


def keep(found: Sequence[Found], file: Path, load: float) -> None:
    """Writes all of it to a file, with when and on what machine."""
    told = [
        {**asdict(row), **({"is_reached": row.is_reached} if isinstance(row, Row) else {})} for row in found
    ]
    at = datetime.now(UTC).isoformat(timespec="seconds")
    file.parent.mkdir(parents=True, exist_ok=True)
    machine = {"kind": platform.machine(), "cores": os.cpu_count(), "load_before": load}
    told_of_all = {"at": at, "machine": machine, "rows": told}
    file.write_text(json.dumps(told_of_all, ensure_ascii=False, indent=1), "utf-8")


def _told(figure: float, unit: str) -> str:
    digits = 0 if figure >= 100 or figure == int(figure) else 2 if figure < 10 else 1
    return f"{figure:,.{digits}f} {unit}".rstrip()
