"""How readers' events ended: what was counted, what was not and why, for the newsroom's home."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from kawaraban.audience.beacon import event_log
from kawaraban.audience.log import LogUnavailable
from kawaraban.audience.pipeline import DROPPED, REFUSED
from kawaraban.audience.tally import ACCEPTED
from kawaraban.kit import clock
from kawaraban.rails.editions import Edition

HOUR, DAY = 60, 24 * 60  # minutes
_MOST_STORIES = 5

# Each reason in words; those without words are what only a faulty program sends.
IN_WORDS = {
    "robot": _("robots"),
    "staff": _("from the newsroom"),
    "flood": _("more than a person sends"),
    "crowded": _("too many from one network"),
    "not-to-be-tracked": _("from readers who ask not to be tracked"),
    "repeated": _("sent twice"),
    "unknown-story": _("of stories that are not published"),
    "from-the-future": _("from the future"),
    "too-old": _("too old"),
    "cross-site": _("from another site’s pages"),
    "overloaded": _("overloaded"),
    "unavailable": _("could not be written"),
}
MALFORMED = _("malformed")


class ReadersEvents(Component):
    """Counted, dropped and refused in the past hour and day."""

    template_name = "newsroom/readers_events.html"

    def __init__(self, of_the_hour: dict[str, int], of_the_day: dict[str, int]) -> None:
        self._hour, self._day = of_the_hour, of_the_day

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        rows = [(_("counted"), self._hour.get(ACCEPTED, 0), self._day.get(ACCEPTED, 0))]
        for reason in (*DROPPED, *REFUSED):
            if reason in IN_WORDS and self._day.get(reason):
                rows.append((IN_WORDS[reason], self._hour.get(reason, 0), self._day[reason]))
        malformed = [reason for reason in REFUSED if reason not in IN_WORDS]
        hour, day = (sum(of.get(reason, 0) for reason in malformed) for of in (self._hour, self._day))
        if day:
            rows.append((MALFORMED, hour, day))
        return {"rows": rows}


class ReadersToday(Component):
    """How many different readers the most read stories have had today."""

    template_name = "newsroom/readers_today.html"

    def __init__(self, edition: Edition) -> None:
        self._edition = edition

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        cards = self._edition.cards
        visitors = sorted(self._edition.charts.visitors, key=lambda one: -one[1])
        return {
            "rows": [(cards[story], count) for story, count in visitors if story in cards][:_MOST_STORIES],
            "as_of": clock.moment(self._edition.charts.as_of),
        }


def readers_today(edition: Edition) -> ReadersToday | None:
    """The panel; None where nobody has read anything today."""
    return ReadersToday(edition) if edition.charts.visitors else None


def readers_events() -> ReadersEvents | None:
    """The panel; None where nobody has read anything, or the log can't be read."""
    try:
        of_the_hour, of_the_day = event_log().tallied(HOUR), event_log().tallied(DAY)
    except LogUnavailable:
        return None
    return ReadersEvents(of_the_hour, of_the_day) if of_the_day else None
