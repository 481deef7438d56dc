"""Which stories are published, as beacons ask: by the edition in memory, else by the database."""

import asyncio
import time
from collections.abc import Set
from functools import partial

from kawaraban.audience.log import Overloaded
from kawaraban.kit import database
from kawaraban.press.desk import Desk
from kawaraban.rails.editions import Edition
from kawaraban.rails.shelf import Shelf
from kawaraban.stories import queries

_MOST_KEPT = 10_000  # stories that are in no edition (any more) and still read
_KEPT = 60.0  # seconds
# Looks at the database in a second, of one worker. A flood of made-up numbers costs no more; within it,
# readers of the archive and of a story published this very second are asked to come again.
_LOOKS = 50


class Published:
    """Remembers only what is published: numbers that somebody makes up take no room."""

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self._desk = desk
        self._shelf = shelf
        self._until: dict[int, float] = {}
        self._second = 0
        self._looked = 0
        self._looking: asyncio.Task[Edition] | None = None

    async def among(self, stories: Set[int]) -> Set[int]:
        """Those of the stories that readers can see. Raises Overloaded where there is no time to look."""
        cards = self.edition().cards
        others = {story for story in stories if story not in cards}
        if not others:
            return stories
        now = time.monotonic()
        known = {story for story in others if self._until.get(story, 0.0) > now}
        unsure = others - known
        if unsure:
            if not self._may_look(int(now)):
                raise Overloaded
            found = await self._desk.on_thread(partial(database.read, queries.published_among, unsure))
            if len(self._until) + len(found) > _MOST_KEPT:
                self._until.clear()
            self._until.update(dict.fromkeys(found, now + _KEPT))
            known |= found
        return (stories - others) | known

    def edition(self) -> Edition:
        """The newest edition at hand; a newer one is looked up beside it, for its store may hang."""
        if not self._shelf.is_up_to_date() and (self._looking is None or self._looking.done()):
            look = self._desk.on_thread(self._shelf.current)
            self._looking = asyncio.get_running_loop().create_task(look)
        return self._shelf.at_hand

    def _may_look(self, second: int) -> bool:
        if second != self._second:
            self._second, self._looked = second, 0
        self._looked += 1
        return self._looked <= _LOOKS
