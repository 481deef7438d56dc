"""What simulated readers choose to read.

New stories more than old ones; a few stories more than all others for some minutes; and one after
the other stories that belong together, so that "read by people who read this" means something.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from kawaraban.stories.queries import Card

_HALF_AS_LIKELY = 12 * 3600.0  # seconds
_HOT, _HOT_AMONG, _HOT_FOR, _HOT_WEIGHT = 3, 40, 180.0, 8.0
_FOLLOWS = 0.6  # how often the next story belongs to the one before
_EVER = 0.01  # what the oldest story weighs beside one published now


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

    def session(self, now: float) -> Iterator[Card]:
        """The stories of one reader, two to six, each once; most follow from the one before."""
        self._talk(now)
        unread = {card.id: card for card in self.cards}
        card = self._one_of(self.cards, now)
        for _ in range(self.chance.randint(2, 6)):
            del unread[card.id]
            yield card
            if not unread:
                return
            near = [one for shared in _shared(card) for one in self._of[shared] if one.id in unread]
            follows = near and self.chance.random() < _FOLLOWS
            card = self.chance.choice(near) if follows else self._one_of(list(unread.values()), now)

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
