"""Editions: one numbered, complete set of the tables behind all rails, swapped whole."""

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kawaraban.kit import clock
from kawaraban.rails.arrangement import Arranged
from kawaraban.rankings.charts import Chart
from kawaraban.recommendations import blend
from kawaraban.recommendations.newcomers import Newcomer
from kawaraban.stories.queries import Card

BUDGET = 60.0  # seconds: an older edition says that nobody renews it, for the jobs do every 30

Weighed = tuple[int, float]  # a story and its weight, heaviest first in every table


@dataclass(frozen=True)
class Ranking:
    """One section's list. `evidence` counts openings in 24 hours; `half_life` is in seconds."""

    stories: tuple[int, ...]
    readers: tuple[int, ...]  # readings of each story in the past 24 hours: a visitor once in half an hour
    evidence: int
    half_life: float


@dataclass(frozen=True)
class RisingTopic:
    """A topic that rises; or a section, by its slug."""

    slug: str
    surprise: float  # -log10 of the chance to see so many readers on a usual day
    stories: tuple[int, ...]  # most read first
    seen: float = 0.0  # readings an hour at the present pace
    usual: float = 0.0  # readings an hour, as a rule at this hour


@dataclass(frozen=True)
class Charts:
    """The rankings that readers choose from, made less often than the rails: `as_of` says when."""

    as_of: float = 0.0  # seconds since 1970
    # By name and section, as `charts.key` puts them together. What is missing has too few readers.
    of: Mapping[str, Chart] = field(default_factory=dict)
    rising_sections: tuple[RisingTopic, ...] = ()
    # How many different visitors had the stories most read in the past day, today: for the newsroom.
    visitors: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """What changes only when stories do. Tables by section have "" for the whole publication."""

    cards: Mapping[int, Card] = field(default_factory=dict)
    newest: Mapping[str, Sequence[int]] = field(default_factory=dict)  # by section slug
    newest_on_topics: Sequence[int] = ()  # the newest stories that have a topic
    alike: Mapping[int, tuple[Weighed, ...]] = field(default_factory=dict)  # 0..1
    subjects: Mapping[int, int] = field(default_factory=dict)  # of stories in large ones: its number
    storylines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # in their order
    topics: Mapping[str, str] = field(default_factory=dict)  # name by slug
    language: str = "ja"  # of the publication
    number: int = 0


@dataclass(frozen=True)
class Edition:
    """Everything that the rails of any page need. Every story in a table that has a card may be shown."""

    as_of: float = 0.0  # seconds since 1970
    catalogue: Catalogue = field(default_factory=Catalogue)
    rankings: Mapping[str, Ranking] = field(default_factory=dict)  # by section slug
    # What is read next after a story, by its chance: by people who read both, and what else is likely.
    also_read: Mapping[int, tuple[Weighed, ...]] = field(default_factory=dict)
    read_next: Mapping[int, tuple[Weighed, ...]] = field(default_factory=dict)
    mixture: tuple[float, ...] = (1.0,)  # how much a session's stories weigh, the latest first
    pool: Mapping[str, tuple[tuple[int, float, float], ...]] = field(default_factory=dict)
    weights: blend.Weights = blend.START  # of the parts of Recommended; those of `pool` are weighed already
    newcomers: tuple[Newcomer, ...] = ()
    appeals: Mapping[int, float] = field(default_factory=dict)  # of other stories, 1 being usual
    rising: tuple[RisingTopic, ...] = ()
    charts: Charts = field(default_factory=Charts)
    comments: Mapping[int, int] = field(default_factory=dict)
    arranged: Arranged = field(default_factory=Arranged)  # in force at `as_of`
    wordings: Mapping[int, int] = field(default_factory=dict)  # of stories under test: which one shows
    number: int = 0
    # What is the same on every page of a section, worked out for the first of them.
    worked_out: dict[object, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @functools.cached_property
    def moment(self) -> dt.datetime:
        """`as_of`, as rails tell it."""
        return clock.moment(self.as_of)

    def is_late(self, now: float) -> bool:
        """Whether its tables are older than their budget at `now`, in seconds since 1970."""
        return now - self.as_of > BUDGET

    @property
    def cards(self) -> Mapping[int, Card]:
        return self.catalogue.cards
