"""A page's rails, composed in a replay as they are for readers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kawaraban.kit import clock
from kawaraban.rails import personal
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.editions import Catalogue, Edition, Ranking
from kawaraban.rails.readers import row_of
from kawaraban.rankings.foresight import weighed
from kawaraban.rankings.most_read import LENGTH
from kawaraban.recommendations.engine import Engine, Following
from kawaraban.recommendations.facts import Fact
from kawaraban.recommendations.moments import Moment
from kawaraban.stories.queries import Card

PLACES = 18


@dataclass
class Pages:
    """In how many composed pages the story read next stood, and in how many of the best single list.

    A page on whose ranking its own story stands has a place less to go on from; so has the list then.
    """

    asked: int = 0
    places: int = 0
    found: int = 0
    found_by_best: int = 0
    repeats: int = 0

    def add(self, shown: list[int], best: list[int], read_next: int) -> None:
        """`shown` is what stands on the page, `best` the single list, likeliest first."""
        self.asked += 1
        self.repeats += len(shown) - len(set(shown))
        places = list(dict.fromkeys(shown))[:PLACES]
        self.places += len(places)
        self.found += read_next in places
        self.found_by_best += read_next in best[: len(places)]

    def figures(self) -> dict[str, float]:
        return {
            "places": self.places / max(self.asked, 1),
            "hr": self.found / max(self.asked, 1),
            "best_hr": self.found_by_best / max(self.asked, 1),
            "repeats": float(self.repeats),
        }


class Composer:
    """Composes pages of an edition made of the engine's tables at the moment."""

    def __init__(self, facts: Mapping[int, Fact]) -> None:
        self._cards = {story: _card(story, fact) for story, fact in facts.items()}

    def shown(self, engine: Engine, at: Moment, way: int, path: Sequence[Following]) -> list[int]:
        """The stories of the page's rails: those of its own first, then the ranking. `way`: of ranking.

        `path` is what follows each story of the session, the latest first: the page's own first. What
        the session adds stands in Recommended, as it does before a reader.
        """
        stories = engine.fold.stories.stories
        page, *before = (stories[one.page] for one in path)
        order = at.live[np.argsort(-weighed(at.readings[:, at.live], way), kind="stable")[:LENGTH]]
        ranked = tuple(stories[number] for number in order.tolist())
        rows = {stories[one.page]: row_of(one, stories) for one in path}
        edition = Edition(
            as_of=at.now,
            catalogue=Catalogue(cards=self._cards),
            rankings={"": Ranking(ranked, (1,) * len(ranked), 10**6, 900.0)},
            also_read={story: row[0] for story, row in rows.items()},
            read_next={story: row[1] for story, row in rows.items()},
            mixture=engine.mixture(),
        )
        slots, now = PageSlots("story", page), clock.moment(at.now)
        rails = compose(edition, slots, now)
        if (mine := personal.recommended(edition, slots, before, now)) is not None:
            rails[mine.name] = mine
        in_order = ("also-read", "recommended", "most-read")
        return [
            item.card.id for name in in_order if name in rails for item in rails[name].items if not item.here
        ]


def _card(story: int, fact: Fact) -> Card:
    return Card(
        id=story, path="", kicker="", headline="", short_headline="", dek="", section=fact.section,
        section_name="", section_colour="", published=fact.published, updated=fact.published, thumbnail="",
        alt="", sections=(fact.section,), topics=(), people=(), storyline="", version=1,
    )  # fmt: skip
