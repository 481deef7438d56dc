"""What stands on a page already: one list per page, so that no story stands there twice."""

from collections.abc import Iterable

from kawaraban.stories.queries import Card


class Standing:
    """Hands out each story once. The order in which places ask is the order of their right."""

    def __init__(self, story_ids: Iterable[int] = ()) -> None:
        self._ids = dict.fromkeys(story_ids)

    def take(self, cards: Iterable[Card], most: int) -> tuple[Card, ...]:
        """The first `most` of the cards that stand nowhere yet; from now on they do."""
        taken: list[Card] = []
        for card in cards:
            if len(taken) == most:
                break
            if card.id not in self._ids:
                self._ids[card.id] = None
                taken.append(card)
        return tuple(taken)

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(self._ids)
