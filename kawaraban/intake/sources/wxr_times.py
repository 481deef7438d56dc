"""When something happened, as a WordPress export says it: in UTC, in the site's own time, or not."""

import contextlib
import datetime as dt
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

from kawaraban.intake.sources import wxr

_EARLIEST, _FARTHEST_ZONE = 1900, dt.timedelta(hours=15)


@dataclass
class Times:
    """Reads an export's times. `offset` is how far the site's own time is ahead of UTC."""

    offset: dt.timedelta | None = None

    def learn(self, local: str, utc: str) -> None:
        """Takes the site's offset from an item that says its time both ways."""
        here, there = _read(local), _read(utc)
        if self.offset is None and here and there and abs(here - there) <= _FARTHEST_ZONE:
            self.offset = here - there

    def moment(self, utc: str, local: str = "") -> dt.datetime | None:
        """The moment, aware, in UTC; None for "0000-00-00 00:00:00", which means none, and nonsense."""
        there = _read(utc)
        here = None if there else _read(local)
        return there or (here - (self.offset or dt.timedelta()) if here else None)

    def of(self, item: Element) -> tuple[dt.datetime | None, dt.datetime | None]:
        """When the item was published and, if later, changed."""
        published = (
            self.moment(wxr.text(item, "post_date_gmt"))
            or _posted(wxr.text(item, "pubDate"))
            or self.moment("", wxr.text(item, "post_date"))
        )
        changed = self.moment(wxr.text(item, "post_modified_gmt"), wxr.text(item, "post_modified"))
        return published, changed if changed and published and changed > published else None


def _read(text: str) -> dt.datetime | None:
    with contextlib.suppress(ValueError):
        moment = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
        return moment if moment.year >= _EARLIEST else None
    return None


def _posted(text: str) -> dt.datetime | None:
    # An item without a date has "Mon, 30 Nov -0001 00:00:00 +0000" here.
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return aware.astimezone(dt.UTC) if aware.year >= _EARLIEST and "-0001" not in text else None
    return None
