"""Telling Varnish, where one stands in front, to forget what a publication changed.

Without being told it shows a changed page two seconds late, and for a day where the application
can't answer: a story that was withdrawn must not come back then.
"""

import logging
from collections.abc import Iterable
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote, urlsplit

from django.conf import settings

from kawaraban.feeds import rss, sitemaps
from kawaraban.kit.shown import Change
from kawaraban.stories import queries
from kawaraban.stories.publish import Outcome

log = logging.getLogger(__name__)

_PATIENCE = 1.0  # seconds: what isn't forgotten then is two seconds old at most while all is well


def after_story(outcome: Outcome) -> None:
    """Has the story's page and the lists that show it forgotten."""
    lists = [f"/{slug}/" for slug in outcome.section_slugs]
    lists += [f"/topics/{slug}/" for slug in outcome.topic_slugs]
    lists += [f"/people/{slug}/" for slug in outcome.person_slugs]
    stories = [path for path in (outcome.path, outcome.old_path) if path]
    _tell("PURGE", [*stories, "/", rss.PATH, sitemaps.PATH, *lists])


def after_discussion(story_id: int) -> None:
    """Has the story's page forgotten, for its discussion stands on it."""
    if settings.VARNISH_URL:
        _tell("PURGE", [card.path for card in queries.cards_of([story_id])])


def after_change(change: Change) -> None:
    """Has every page forgotten: which of them show what changed is known to plates alone."""
    _tell("BAN", ["/"])


def _tell(method: str, paths: Iterable[str]) -> None:
    if not settings.VARNISH_URL:
        return
    address = urlsplit(settings.VARNISH_URL)
    connection = HTTPConnection(address.hostname or "127.0.0.1", address.port or 80, timeout=_PATIENCE)
    try:
        for path in paths:
            connection.request(method, quote(path))
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                log.warning("Varnish at %s: %s %s: %d", settings.VARNISH_URL, method, path, answer.status)
    except (OSError, HTTPException) as why:
        log.warning("Varnish at %s did not take %s: %s", settings.VARNISH_URL, method, why)
    finally:
        connection.close()
