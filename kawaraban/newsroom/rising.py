"""What rises, for the newsroom's home: told as readers are told it."""

from dataclasses import dataclass
from typing import Any

from wagtail.admin.ui.components import Component

from kawaraban.kit import clock
from kawaraban.rails import reasons
from kawaraban.rails.editions import Edition
from kawaraban.rails.reasons import Words
from kawaraban.rails.slots import chart_path
from kawaraban.rankings.charts import key
from kawaraban.stories.models import Topic

_MOST_STORIES, _MOST_TOPICS = 4, 2


@dataclass(frozen=True)
class Row:
    """A story or a topic. `seen` and `usual` are readings an hour."""

    name: str
    path: str
    of_topic: bool
    seen: float
    usual: float

    @property
    def words(self) -> Words:
        return reasons.risen(self.seen, self.usual)


class WhatRises(Component):
    """Stories and topics read clearly more than is usual for them, each with a bar of both."""

    template_name = "newsroom/what_rises.html"

    def __init__(self, rows: list[Row], as_of: float) -> None:
        self._rows, self._as_of = rows, as_of

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        most = max(row.seen for row in self._rows)
        return {
            "rows": [(row, _part(row.seen, most), _part(row.usual, most)) for row in self._rows],
            "as_of": clock.moment(self._as_of),
            "ranking": chart_path("rising"),
        }


def what_rises(edition: Edition) -> WhatRises | None:
    """The panel; None where nothing rises."""
    rows = [*_stories(edition), *_topics(edition)]
    return WhatRises(rows, edition.charts.as_of) if rows else None


def _stories(edition: Edition) -> list[Row]:
    chart = edition.charts.of.get(key("rising", ""), ())
    # Tables may be a moment older than the catalogue.
    known = [(edition.cards[story], seen, usual) for story, seen, usual in chart if story in edition.cards]
    return [Row(card.headline, card.path, False, seen, usual) for card, seen, usual in known][:_MOST_STORIES]


def _topics(edition: Edition) -> list[Row]:
    names = edition.catalogue.topics
    known = [one for one in edition.rising if one.slug in names][:_MOST_TOPICS]
    return [Row(names[one.slug], Topic(slug=one.slug).path, True, one.seen, one.usual) for one in known]


def _part(readings: float, most: float) -> int:
    """A bar's length in hundredths; the shortest can still be seen."""
    return max(round(100 * readings / most), 1)
