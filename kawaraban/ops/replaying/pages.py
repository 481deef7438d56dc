"""A page's rails, composed in a replay as they are for readers."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kawaraban.audience.events import Event
from kawaraban.audience.hours import HOUR_MS
from kawaraban.audience.showings import Showings
from kawaraban.kit import clock
from kawaraban.rails import personal
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.editions import Catalogue, Edition, Ranking
from kawaraban.rails.readers import row_of
from kawaraban.rails.slots import RECOMMENDED
from kawaraban.rankings.foresight import weighed
from kawaraban.rankings.most_read import LENGTH
from kawaraban.recommendations import newcomers, places
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
        self._by_age = sorted(facts, key=lambda story: facts[story].published)
        self._published = [facts[story].published for story in self._by_age]
        self._showings = Showings()
        self._asked = 0

    def shown(
        self, engine: Engine, at: Moment, way: int, path: Sequence[Following], read_next: int
    ) -> tuple[list[int], list[int]]:
        """The stories of the page's rails: those of its own first, then the ranking. `way`: of ranking.

        Once without and once with what an edition tries; of the latter is learnt whether `read_next`
        stood in Recommended. `path` is what follows each story of the session, the latest first: the
        page's own first. What the session adds stands in Recommended, as it does before a reader.
        """
        edition, slots, before = self._edition(engine, at, way, path)
        usual, page = _composed(edition, slots, before), slots.story_id or 0
        looked_at = places.propensities(self._showings)
        others = [story for row in (edition.also_read, edition.read_next) for story, _ in row[page]]
        newest = self._newest(at.now)
        found = newcomers.appeals(self._showings, looked_at, newest, others, self._section_of, at.now)
        tries = replace(edition, newcomers=found.newcomers, appeals=found.others, number=int(at.now))
        tried = _composed(tries, slots, before)
        self._learn(tries, page, tried.get(RECOMMENDED.name, []), read_next)
        return _in_order(usual), _in_order(tried)

    def _section_of(self, story: int) -> str:
        return self._cards[story].section

    def _newest(self, now: float) -> Iterator[tuple[int, float]]:
        for place in range(bisect_right(self._published, now) - 1, -1, -1):
            yield self._by_age[place], self._published[place]

    def _learn(self, edition: Edition, page: int, shown: list[int], read_next: int) -> None:
        """As if the reader had seen the rail, and gone on from it where the next story stood there."""
        if not shown:
            return
        self._asked += 1
        at_ms = int(edition.as_of * 1000)
        self._showings.begin_hour(at_ms // HOUR_MS)
        told = Event(
            b"", at_ms, page, "rail_shown", self._asked.to_bytes(8, "little"), True, 0, RECOMMENDED.name,
            edition.number, tuple(shown),
        )  # fmt: skip
        self._showings.take(told)
        if read_next in shown:
            place = shown.index(read_next) + 1
            self._showings.take(told._replace(kind="rail_clicked", value=place, stories=(read_next,)))
        self._showings.count()

    def _edition(
        self, engine: Engine, at: Moment, way: int, path: Sequence[Following]
    ) -> tuple[Edition, PageSlots, list[int]]:
        stories = engine.fold.stories.stories
        page, *before = (stories[one.page] for one in path)
        section = self._section_of(page)
        order = at.live[np.argsort(-weighed(at.readings[:, at.live], way), kind="stable")[:LENGTH]]
        ranked = tuple(stories[number] for number in order.tolist())
        rows = {stories[one.page]: row_of(one, stories) for one in path}
        edition = Edition(
            as_of=at.now,
            catalogue=Catalogue(cards=self._cards),
            rankings={section: Ranking(ranked, (1,) * len(ranked), 10**6, 900.0)},
            also_read={story: row[0] for story, row in rows.items()},
            read_next={story: row[1] for story, row in rows.items()},
            mixture=engine.mixture(),
        )
        return edition, PageSlots("story", page, section), before


def _composed(edition: Edition, slots: PageSlots, before: Sequence[int]) -> dict[str, list[int]]:
    now = clock.moment(edition.as_of)
    rails = compose(edition, slots, now)
    if (mine := personal.recommended(edition, slots, before, now)) is not None:
        rails["recommended"] = mine  # whose place it takes
    return {name: [item.card.id for item in rail.items if not item.here] for name, rail in rails.items()}


def _in_order(rails: Mapping[str, list[int]]) -> list[int]:
    return [story for name in ("also-read", "recommended", "most-read") for story in rails.get(name, ())]


def _card(story: int, fact: Fact) -> Card:
    return Card(
        id=story, path="", kicker="", headline="", short_headline="", dek="", section=fact.section,
        section_name="", section_colour="", published=fact.published, updated=fact.published, thumbnail="",
        alt="", sections=(fact.section,), topics=(), people=(), storyline="", version=1,
    )  # fmt: skip
