"""What simulated readers choose to read.

New stories more than old ones; a few stories more than all others for some minutes; and one after
the other stories that belong together, so that "read by people who read this" means something. Some
look at a page's rails, from the top of each downwards ever less, and go on by what they like there.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kawaraban.stories.queries import Card

_HALF_AS_LIKELY = 12 * 3600.0  # seconds
_HOT, _HOT_AMONG, _HOT_FOR, _HOT_WEIGHT = 3, 40, 180.0, 8.0
_FOLLOWS = 0.6  # how often the next story belongs to the one before
_EVER = 0.01  # what the oldest story weighs beside one published now
_SCROLLS_DOWN = 1 / 3  # of the pages opened: to where the rails are
_IN_SIGHT = 0.6  # how often each rail is, then
# The second place is looked at 1 / 2^0.7 as often as the first. A place that is looked at is chosen so often.
_STEEPNESS = 0.7
_LIKED, _OTHERS = 0.25, 0.04


class Shown(NamedTuple):
    """A rail as a page bears it: its name, the number of the edition that filled it, its stories by place."""

    rail: str
    edition: int
    stories: tuple[int, ...]


class Chosen(NamedTuple):
    """A story chosen in a rail."""

    rail: Shown
    place: int  # from 1


class Opened(NamedTuple):
    """A story that a reader opens, the rails that come into sight there, and how they go on from them."""

    card: Card
    seen: Sequence[Shown] = ()
    chosen: Chosen | None = None


RailsOf = Callable[[Card], Sequence[Shown]]


@dataclass
class Reading:
    """What is there to be read, newest first, and what everybody talks about just now."""

    cards: list[Card]
    chance: random.Random
    hot: tuple[int, ...] = ()
    hot_until: float = 0.0
    _of: dict[str, list[Card]] = field(default_factory=lambda: defaultdict(list), init=False)

    def __post_init__(self) -> None:
        for card in self.cards:
            for shared in _shared(card):
                self._of[shared].append(card)

    def with_cards(self, cards: list[Card]) -> "Reading":
        """The same talk about other stories."""
        return Reading(cards, self.chance, self.hot, self.hot_until)

    def session(self, now: float, rails_of: RailsOf) -> Iterator[Opened]:
        """What one reader opens, two to six stories, each once; most follow from the one before.

        `rails_of` is asked for the rails of a story's page where the reader scrolls down to them.
        """
        self._talk(now)
        unread = {card.id: card for card in self.cards}
        card = self._one_of(self.cards, now)
        for still in range(self.chance.randint(2, 6), 0, -1):
            del unread[card.id]
            seen: list[Shown] = []
            if self.chance.random() < _SCROLLS_DOWN:
                seen = [rail for rail in rails_of(card) if self.chance.random() < _IN_SIGHT]
            goes_on = still > 1 and unread
            near = [one for shared in _shared(card) for one in self._of[shared] if one.id in unread]
            liked = {one.id for one in near}.union(self.hot)
            chosen = self._chosen(seen, unread, liked) if goes_on else None
            yield Opened(card, seen, chosen)
            if not goes_on:
                return
            if chosen:
                card = unread[chosen.rail.stories[chosen.place - 1]]
            elif near and self.chance.random() < _FOLLOWS:
                card = self.chance.choice(near)
            else:
                card = self._one_of(list(unread.values()), now)

    def _chosen(
        self, seen: Sequence[Shown], unread: Collection[int], liked: Collection[int]
    ) -> Chosen | None:
        for rail in seen:
            for place, story in enumerate(rail.stories, start=1):
                looked_at = place**-_STEEPNESS
                if story in unread and self.chance.random() < looked_at * (
                    _LIKED if story in liked else _OTHERS
                ):
                    return Chosen(rail, place)
        return None

    def _talk(self, now: float) -> None:
        if now > self.hot_until:
            newest = self.cards[:_HOT_AMONG]
            self.hot = tuple(one.id for one in self.chance.sample(newest, min(_HOT, len(newest))))
            self.hot_until = now + _HOT_FOR

    def _one_of(self, among: list[Card], now: float) -> Card:
        weights = [
            2.0 ** (-max(0.0, now - one.published) / _HALF_AS_LIKELY)
            + _EVER
            + (_HOT_WEIGHT if one.id in self.hot else 0.0)
            for one in among
        ]
        return self.chance.choices(among, weights)[0]


def _shared(card: Card) -> list[str]:
    line = [f"storyline {card.storyline}"] if card.storyline else []
    return line + [f"topic {topic}" for topic in card.topics]
