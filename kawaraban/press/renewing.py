"""Renewing: what a change or a release made old is pressed again before it is asked for, bit by bit.

Lists first, then what is read most, then what is newest. Everything else waits until it is asked for.
"""

import itertools
from collections.abc import Iterator

from kawaraban.press.plates import Plates
from kawaraban.press.pressing import is_new, press
from kawaraban.rails.editions import Edition
from kawaraban.rails.shelf import Shelf

_NEWEST, _MOST_READ = 300, 100  # stories looked after
# Pages pressed in one round, of a tenth of a second or less: readers and editors go before.
_AT_ONCE = 3


class Renewer:
    """One of it runs in a house. Looks at plates only when marks have been set since all were new."""

    def __init__(self, plates: Plates, shelf: Shelf) -> None:
        self._plates = plates
        self._shelf = shelf
        self._all_new_at: tuple[int, int] | None = None

    def tick(self) -> int:
        """One round; how many pages were pressed."""
        edition, number = self._shelf.current(), self._plates.outdating.now().number
        at = (number, edition.catalogue.number)
        if at == self._all_new_at:
            return 0
        old = (one for one in dict.fromkeys(_looked_after(edition)) if not is_new(self._plates, one))
        pressed = 0
        for address in itertools.islice(old, _AT_ONCE):
            with self._plates.leases.taken(address) as ours:
                if ours:
                    press(address)
            pressed += 1
        if not pressed:
            self._all_new_at = at
        return pressed


def _looked_after(edition: Edition) -> Iterator[str]:
    yield "/"
    yield from (f"/{slug}/" for slug in edition.catalogue.newest if slug)
    ranking = edition.rankings.get("")
    newest = edition.catalogue.newest.get("", ())[:_NEWEST]
    for story in (*(ranking.stories[:_MOST_READ] if ranking else ()), *newest):
        if story in edition.cards:
            yield edition.cards[story].path
