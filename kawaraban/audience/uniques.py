"""How many different visitors read a story today: counted exactly while few, by HyperLogLog beyond.

Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog: the analysis of a near-optimal cardinality estimation
algorithm" (AofA 2007), with the estimator of Ertl, "New cardinality estimation algorithms for HyperLogLog
sketches" (2017), which needs no tables of corrections. With 4,096 registers its standard error is 1.6 %.
A visitor is known for a day only (visitors.py), so there is nothing to tell of a longer time.

What is held of a visitor is a hash with the story in it, one way: by it no two stories of a visitor can be
joined, neither among the few nor by the registers that a visitor leaves among the many.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from hashlib import blake2b
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from kawaraban.audience.decay import Numbers

EXACT = 128  # visitors of a story that are remembered one by one
_BITS = 12  # of a visitor's number: the register
_REST = 64 - _BITS  # the others: how rare the visitor is
_REGISTERS = 1 << _BITS
_HIGHEST = _REST + 1  # what a register can hold

Hashes = npt.NDArray[np.uint64]


class Uniques:
    """Visitors of the `day` (0: of none) by numbered story. A visitor is 64 bits."""

    def __init__(self) -> None:
        self.day = 0
        self._few: defaultdict[int, set[int]] = defaultdict(set)
        self._row_of: dict[int, int] = {}  # in the registers, of a story that many read
        self._registers: npt.NDArray[np.uint8] = np.zeros((0, _REGISTERS), np.uint8)

    def begin(self, day: int) -> None:
        """Makes this the day that is counted; of a former one nothing is left."""
        if day != self.day:
            self.day = day
            self._few.clear()
            self._row_of.clear()
            self._registers = np.zeros((0, _REGISTERS), np.uint8)

    def add(self, numbers: Numbers, visitors: Hashes) -> None:
        """Adds a visitor to each story. The same again changes nothing."""
        visitors = _unjoined(numbers, visitors)
        rows = np.full(int(numbers.max(initial=-1)) + 1, -1)
        for number, row in self._row_of.items():
            if number < len(rows):
                rows[number] = row
        of = rows[numbers]
        self._put(of[of >= 0], visitors[of >= 0])
        # Sorted, a story's visitors stand together: sets take them in many at a time.
        numbers, visitors = numbers[of < 0], visitors[of < 0]
        order = np.argsort(numbers, kind="stable")
        numbers, told = numbers[order], visitors[order].tolist()
        begins = np.flatnonzero(np.diff(numbers, prepend=-1))
        ends = [*begins[1:].tolist(), len(told)]
        for number, begin, end in zip(numbers[begins].tolist(), begins.tolist(), ends, strict=False):
            few = self._few[number]
            few.update(told[begin:end])
            if len(few) > EXACT:
                known = np.array(list(self._few.pop(number)), np.uint64)
                self._put(np.full(len(known), self._new_row(number)), known)

    def count(self, number: int) -> int:
        """How many visitors the story had on the day."""
        row = self._row_of.get(number)
        return len(self._few.get(number, ())) if row is None else round(estimate(self._registers[row]))

    def forget(self, numbers: list[int]) -> None:
        """Nobody read these."""
        for number in numbers:
            self._few.pop(number, None)
            if (row := self._row_of.pop(number, None)) is not None:
                self._registers[row] = 0

    def kept(self) -> dict[str, npt.NDArray[Any]]:
        """All there is to know, for a snapshot."""
        return {
            "day": np.array(self.day),
            "few": np.array(list(self._few), np.int64),
            "sizes": np.array([len(visitors) for visitors in self._few.values()], np.int64),
            "visitors": np.array([one for visitors in self._few.values() for one in visitors], np.uint64),
            "many": np.array(list(self._row_of), np.int64),
            "registers": self._registers[list(self._row_of.values())],
        }

    def restore(self, kept: Mapping[str, npt.NDArray[Any]]) -> None:
        """Goes on from what was kept."""
        self.day = int(kept["day"])
        few = zip(kept["few"].tolist(), kept["sizes"].tolist(), strict=True)
        visitors = iter(kept["visitors"].tolist())
        self._few = defaultdict(set, {number: set(islice(visitors, size)) for number, size in few})
        self._row_of = {number: row for row, number in enumerate(kept["many"].tolist())}
        self._registers = kept["registers"].copy()

    def _new_row(self, number: int) -> int:
        row = self._row_of[number] = 1 + max(self._row_of.values(), default=-1)
        if row >= len(self._registers):
            more = np.zeros((max(16, len(self._registers)), _REGISTERS), np.uint8)
            self._registers = np.concatenate((self._registers, more))
        return row

    def _put(self, rows: Numbers, visitors: Hashes) -> None:
        registers = (visitors >> np.uint64(_REST)).astype(np.int64)
        rest = (visitors & np.uint64((1 << _REST) - 1)).astype(np.float64)  # exactly, being below 2^53
        # The exponent is how many bits the rest has: the fewer, the rarer.
        ranks = (_HIGHEST - np.frexp(rest)[1]).astype(np.uint8)
        np.maximum.at(self._registers, (rows, registers), ranks)


def _unjoined(numbers: Numbers, visitors: Hashes) -> Hashes:
    """Each visitor's hash with the story: BLAKE2b, as a mixing that can be undone would tell the visitor."""
    told = np.stack((numbers.astype(np.uint64), visitors), axis=1).tobytes()
    hashes = [blake2b(told[at : at + 16], digest_size=8).digest() for at in range(0, len(told), 16)]
    return np.frombuffer(b"".join(hashes), np.uint64)


def estimate(registers: npt.NDArray[np.uint8]) -> float:
    """How many visitors are likely to have left the registers as they are (Ertl, algorithm 6)."""
    size = len(registers)
    having = np.bincount(registers, minlength=_HIGHEST + 1).tolist()
    total = size * _tau(1 - having[_HIGHEST] / size)
    for rank in range(_REST, 0, -1):
        total = 0.5 * (total + having[rank])
    total += size * _sigma(having[0] / size)
    return size * size / (2 * math.log(2) * total)


def _sigma(x: float) -> float:
    if x == 1.0:
        return math.inf
    y, total, before = 1.0, x, -1.0
    while total != before:
        x, before = x * x, total
        total += x * y
        y += y
    return total


def _tau(x: float) -> float:
    if x in (0.0, 1.0):
        return 0.0
    y, total, before = 1.0, 1 - x, -1.0
    while total != before:
        x, before = math.sqrt(x), total
        y *= 0.5
        total -= (1 - x) ** 2 * y
    return total / 3
