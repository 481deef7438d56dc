"""Numbers that processes hand to whoever shows them: memory shared by fork, one slot a process.

As it lies in a slot: the CRC-32 of what follows (four bytes), its length (four), then JSON. Nobody
locks: who reads while it is written sees that the sum is wrong, and goes without until the next time.
"""

import mmap
import zlib
from dataclasses import dataclass, field

import orjson

_SIZE = 64 * 1024  # bytes of a slot
_HEAD = 8


@dataclass
class Numbers:
    """`counters` only grow; `gauges` are what they are now. Keys are words of ops/metrics.py."""

    counters: dict[str, float] = field(default_factory=dict)
    gauges: dict[str, float] = field(default_factory=dict)


class Slot:
    """One process's. A counter goes on where the process before it in this slot ended."""

    def __init__(self, memory: mmap.mmap, at: int) -> None:
        self._memory = memory
        self._at = at
        self._before: dict[str, float] | None = None

    def put(self, numbers: Numbers) -> None:
        if self._before is None:
            self._before = self.get().counters
        every = {*self._before, *numbers.counters}
        counters = {key: self._before.get(key, 0) + numbers.counters.get(key, 0) for key in every}
        kept = orjson.dumps({"counters": counters, "gauges": numbers.gauges})
        if len(kept) > _SIZE - _HEAD:
            return
        written = len(kept).to_bytes(4, "big") + kept
        written = zlib.crc32(written).to_bytes(4, "big") + written
        self._memory[self._at : self._at + len(written)] = written

    def get(self) -> Numbers:
        """What was put last; nothing before, and while it is being written."""
        told = self._memory[self._at : self._at + _SIZE]
        length = int.from_bytes(told[4:_HEAD], "big")
        if not length or zlib.crc32(told[4 : _HEAD + length]).to_bytes(4, "big") != told[:4]:
            return Numbers()
        return Numbers(**orjson.loads(told[_HEAD : _HEAD + length]))


def slots(number: int) -> list[Slot]:
    """So many, in memory that processes forked from here share."""
    memory = mmap.mmap(-1, number * _SIZE)
    return [Slot(memory, at * _SIZE) for at in range(number)]
