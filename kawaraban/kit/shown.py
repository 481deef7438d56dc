"""What readers see of a row besides its own page: said once beside each model, used by the press."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True)
class Shown:
    """Fields of a model that readers' pages show, by the pages that show them."""

    everywhere: tuple[str, ...] = ()  # all pages: the name in the masthead, the sections at the foot
    where_named: tuple[str, ...] = ()  # those pages alone that show the row itself


@dataclass(frozen=True)
class Change:
    """A row that pages show was saved or deleted. The two sums are of what they show of it."""

    thing: str
    everywhere: str
    where_named: str
    counted: bool = False  # among the publications: what is filed under it is shown otherwise


def thing(row: Any) -> str:
    """The row's name in a plate: "person 5"."""
    return f"{row._meta.model_name} {row.pk}"


def things(*rows: Any) -> tuple[str, ...]:
    """Those of the rows that there are."""
    return tuple(thing(row) for row in rows if row is not None)


def change_of(row: Any, number: int | None = None) -> Change:
    """What readers see of the row as it is. `number` is that of a deleted row, which has none any more."""
    shown: Shown = row.SHOWN
    name = f"{row._meta.model_name} {number}" if number else thing(row)
    return Change(name, _sum(row, shown.everywhere), _sum(row, shown.where_named))


def _sum(row: Any, fields: Sequence[str]) -> str:
    if not fields:
        return ""
    values = [row._meta.get_field(name).value_from_object(row) for name in fields] if row.pk else None
    told = orjson.dumps(values, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.blake2b(told, digest_size=8).hexdigest()
