"""The charts of readers' ranking pages: their names, addresses and words, and one filled from an edition."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from kawaraban.kit import clock
from kawaraban.rails import reasons
from kawaraban.rails.compose import Rail, RailItem
from kawaraban.rails.editions import Edition, RisingTopic
from kawaraban.rails.reasons import Promise, Words
from kawaraban.rails.slots import DAY, MOST_READ, NOW, chart_path
from kawaraban.rankings.charts import key

RAIL = "chart"  # what it is called in markup and beacons
_PATH = re.compile(r"/ranking/(?:([a-z]+)/(?:([^/]+)/)?)?")
_LABELLED_AFTER = 7 * DAY  # seconds: an older story carries its age


@dataclass(frozen=True)
class Terms:
    """One chart's words: how it is called among the others and by itself, and how it is counted."""

    label: Promise
    heading: Promise
    counted: Words
    nothing: Words = reasons.TOO_FEW_FOR_A_CHART
    reason: Callable[[float, float], Words] = reasons.read_times


CHARTS: dict[str, Terms] = {
    NOW: Terms(_("Now"), _("Most read now"), reasons.NOTHING),
    "quarter": Terms(_("15 minutes"), _("Most read in the past 15 minutes"), reasons.ONCE_IN_HALF_AN_HOUR),
    "hour": Terms(_("1 hour"), _("Most read in the past hour"), reasons.ONCE_IN_HALF_AN_HOUR),
    "day": Terms(_("24 hours"), _("Most read in the past 24 hours"), reasons.ONCE_IN_HALF_AN_HOUR),
    "week": Terms(_("1 week"), _("Most read in the past week"), reasons.ONCE_IN_HALF_AN_HOUR),
    "rising": Terms(
        _("Rising"),
        _("Stories that rise"),
        reasons.ABOVE_THEIR_USUAL,
        reasons.NOTHING_RISES,
        reasons.risen,
    ),
    "discussed": Terms(
        _("Discussed"),
        _("Most discussed in the past 24 hours"),
        reasons.BY_COMMENTS,
        reason=reasons.discussed,
    ),
    "shared": Terms(
        _("Shared"), _("Most shared in the past 24 hours"), reasons.BY_SHARES, reason=reasons.shared
    ),
    "engaged": Terms(
        _("Read closely"), _("Read most closely in the past 24 hours"), reasons.BY_TIME, reason=reasons.stayed
    ),
}


def addresses(sections: Iterable[str]) -> list[str]:
    """Where the charts of the whole publication stand, and those of these sections (slugs)."""
    return [chart_path(name, section) for section in ("", *sections) for name in CHARTS]


def at(address: str) -> tuple[str, str] | None:
    """Name and section of the chart at an address; None for one where there is none."""
    found = _PATH.fullmatch(address)
    if found is None:
        return None
    name, section = found[1] or NOW, found[2] or ""
    return (name, section) if name in CHARTS and chart_path(name, section) == address else None


def chart(edition: Edition, name: str, section: str, now: dt.datetime) -> Rail:
    """The chart as its page shows it: without items, and saying why, where too few readers are known."""
    terms, stamp = CHARTS[name], clock.stamp(now)
    if name == NOW:
        places, counted, as_of = *_read_now(edition, section), edition.as_of
    else:
        chosen = edition.charts.of.get(key(name, section), ())
        places = [(story, terms.reason(first, second)) for story, first, second in chosen]
        counted, as_of = terms.counted, edition.charts.as_of
    items = _items(edition, places, stamp)
    return Rail(
        RAIL,
        terms.heading,
        clock.moment(as_of),
        items,
        counted if items else terms.nothing,
        poses=bool(items),
        edition=edition.number,
        late=edition.is_late(stamp),
    )


def rising_sections(edition: Edition, name: str, section: str) -> tuple[RisingTopic, ...]:
    """What stands beside the stories that rise in the whole publication."""
    return edition.charts.rising_sections if (name, section) == ("rising", "") else ()


def _read_now(edition: Edition, section: str) -> tuple[list[tuple[int, Words]], Words]:
    ranking = edition.rankings.get(section)
    if ranking is None or ranking.evidence < MOST_READ.smallest_evidence:
        return [], reasons.NOTHING
    read = zip(ranking.stories, ranking.readers, strict=True)
    # Where few stories are read the newest fill the list up: here they'd be no ranking.
    places = [(story, reasons.read_in_a_day(times)) for story, times in read if times]
    return places, reasons.ranked_within(ranking.half_life)


def _items(edition: Edition, places: Iterable[tuple[int, Words]], now: float) -> tuple[RailItem, ...]:
    cards, wordings = edition.cards, edition.wordings
    items: list[RailItem] = []
    # Tables may be a moment older than the catalogue.
    for story, reason in places:
        if story in cards:
            card = cards[story].worded(wordings.get(story, 0))
            age = now - card.published
            label: Words | Literal[""] = reasons.age(age) if age > _LABELLED_AFTER else ""
            items.append(RailItem(card, len(items) + 1, reason, False, label))
    return tuple(items)
