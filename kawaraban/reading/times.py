"""Times as pages show them: in the publication's zone and language, and exact for machines."""

import datetime as dt

from django.utils import timezone
from django.utils.dateformat import format as written
from django.utils.translation import get_language, gettext, ngettext

# Django's own Japanese format leaves the numbers bare ("9:7" would be misread), so they stand here.
_MOMENT = {"ja": "Y年n月j日 G時i分", "en": "j F Y, G:i"}
_DAY = {"ja": "Y年n月j日（D）", "en": "l, j F Y"}
_SHORT_DAY = {"ja": "n月j日", "en": "j M"}
_OLD_DAY = {"ja": "Y年n月j日", "en": "j M Y"}
DAYS_FROM, YEARS_FROM = 7 * 86_400, 180 * 86_400  # seconds, from which on `ago` says the day, and its year


def _in_words(moment: dt.datetime, formats: dict[str, str]) -> str:
    language = (get_language() or "en").split("-")[0]
    return written(timezone.localtime(moment), formats.get(language, formats["en"]))


def moment(at: dt.datetime) -> str:
    """Day and time: 2026年11月24日 9時07分."""
    return _in_words(at, _MOMENT)


def day(at: dt.datetime) -> str:
    """The day with its weekday: 2026年11月24日（火）."""
    return _in_words(at, _DAY)


def hour(at: dt.datetime) -> str:
    """The time of day: 12:03."""
    return written(timezone.localtime(at), "G:i")


def zoned(at: dt.datetime) -> str:
    """For machines: ISO 8601 to the second, with the publication's zone (+09:00)."""
    return timezone.localtime(at, timezone.get_default_timezone()).isoformat(timespec="seconds")


def ago(seconds: float, at: dt.datetime) -> str:
    """How long ago `at` was, given in seconds: 12分前; from a week on, the day."""
    minutes = max(0, int(seconds // 60))
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    days = hours // 24
    if seconds < DAYS_FROM:
        return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
    return _in_words(at, _SHORT_DAY if seconds < YEARS_FROM else _OLD_DAY)
