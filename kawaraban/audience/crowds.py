"""How much one reader, one address or one network may add, counted in fixed memory.

Counters of three periods (a minute, a window of half an hour, the day) stand in one file that all
processes of a machine map, at places that keyed hashes choose: a count-min sketch with conservative
update (Cormode and Muthukrishnan 2005; Estan and Varghese 2002). It may count too much where many
hashes meet, never too little, and takes the same room for ten readers and for ten million. Nothing
in it leads back to anybody: the key of the hashes is the salt of the day.
"""

import mmap
import os
from pathlib import Path

from kawaraban.audience.visitors import Visitor

WINDOW_MS = 30 * 60_000
_MINUTE_MS = 60_000

# Events in a minute, of one visitor, one address, one network. A page sends about ten.
PER_MINUTE = (240, 2_400, 12_000)
# Visitors that one address and one network may add to a story in a window, and in a day; more where the
# story's other readers are many: that share of them, which no provider's single network has.
IN_A_WINDOW = (2, 3)
IN_A_DAY = (4, 5)
SHARE = 0.03
# And of visitors who chose a story in a rail: one click says as much as dozens of showings without.
CHOSEN_IN_A_WINDOW = (1, 1)
CHOSEN_IN_A_DAY = (1, 2)
# How often one visitor may tell the same of one story in a window.
AGAIN = 30

_CELLS = (1 << 18, 1 << 21, 1 << 23)  # 16 bits each; by period
_MOST = 0xFFFF
_WORD = (1 << 64) - 1
_ODD = 0x9E3779B97F4A7C15  # spreads small numbers over a word (Knuth's multiplicative hashing)


class _Counters:
    """Counters of the present period, within the shared file."""

    def __init__(self, number: memoryview, cells: memoryview) -> None:
        self._number = number  # one 64-bit word: which period the cells count
        self._cells = cells
        self._mask = len(cells) - 1

    def begin(self, period: int) -> None:
        if self._number[0] != period:
            # Two processes may both clear: at worst the first counts of a period are lost.
            self._cells[:] = memoryview(bytes(2 * len(self._cells))).cast("H")
            self._number[0] = period

    def count(self, key: int) -> int:
        cells, mask = self._cells, self._mask
        one, other = cells[key & mask], cells[(key >> 32) & mask]
        return one if one < other else other

    def add(self, key: int, many: int = 1) -> None:
        cells, mask = self._cells, self._mask
        place, other = key & mask, (key >> 32) & mask
        one, two = cells[place], cells[other]
        now = (one if one < two else two) + many
        if now > _MOST:
            now = _MOST
        if one < now:
            cells[place] = now
        if two < now:
            cells[other] = now


class Crowds:
    """Looks at who sends how much. Addresses of private networks are the house's own, and let pass."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        size = sum(8 + 2 * cells for cells in _CELLS)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(descriptor, size)
            whole = memoryview(mmap.mmap(descriptor, size))
        finally:
            os.close(descriptor)
        parts, at = [], 0
        for cells in _CELLS:
            end = at + 8 + 2 * cells
            parts.append(_Counters(whole[at : at + 8].cast("Q"), whole[at + 8 : end].cast("H")))
            at = end
        self._minute, self._window, self._day = parts

    def too_often(self, visitor: Visitor, events: int, now_ms: int) -> bool:
        """Whether this is more than a person sends; counts it otherwise."""
        if not visitor.public:
            return False
        minute = self._minute
        minute.begin(now_ms // _MINUTE_MS)
        keys = (visitor.number, visitor.own, visitor.wide)
        for key, most in zip(keys, PER_MINUTE, strict=True):
            if minute.count(key) + events > most:
                return True
        for key in keys:
            minute.add(key, events)
        return False

    def told_too_often(self, visitor: Visitor, what: int, now_ms: int) -> bool:
        """Whether the visitor has told `what` (a story and a kind) again and again in this window."""
        self._window.begin(now_ms // WINDOW_MS)
        return visitor.public and self._window.count(_mixed(visitor.number, what)) > AGAIN

    def is_full(self, visitor: Visitor, what: int, now_ms: int, is_choice: bool = False) -> bool:
        """Whether the visitor's networks have added to `what` all that they may; counts it otherwise.

        A visitor who has told the same before adds nothing, and takes nobody's place.
        """
        if not visitor.public:
            return False
        window, day = self._window, self._day
        window.begin(now_ms // WINDOW_MS)
        day.begin(visitor.day)
        own = _mixed(visitor.number, what)
        if not window.count(own):
            everyone, keys = _mixed(0, what), (_mixed(visitor.own, what), _mixed(visitor.wide, what))
            in_window, in_day = int(SHARE * window.count(everyone)), int(SHARE * day.count(everyone))
            of_window = CHOSEN_IN_A_WINDOW if is_choice else IN_A_WINDOW
            of_a_day = CHOSEN_IN_A_DAY if is_choice else IN_A_DAY
            for key, least, of_day in zip(keys, of_window, of_a_day, strict=True):
                if window.count(key) >= least + in_window or day.count(key) >= of_day + in_day:
                    return True
            for key in (everyone, *keys):
                window.add(key)
                day.add(key)
        window.add(own)
        return False


def _mixed(who: int, what: int) -> int:
    return (who + what * _ODD) & _WORD
