"""Mending what a crash left between articles and stories. May be run by anyone at any time."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from wagtail.models import PageLogEntry

from kawaraban.kit.shown import change_of
from kawaraban.newsroom import arranging
from kawaraban.newsroom import settings as publication
from kawaraban.newsroom.changes import tell
from kawaraban.newsroom.publishing import readers_may_see, try_now
from kawaraban.stories import queries
from kawaraban.stories.models import Story

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Report:
    """What was looked at, and a line in words for each thing mended or not to be mended."""

    looked_at: int
    lines: tuple[str, ...]
    failed: int = 0


def mend(*, thorough: bool = True) -> Report:
    """Makes stories be what live articles say.

    Thorough, every live article is handed over again (which changes nothing where all is well);
    else only those that stand out by their numbers, addresses and times: quick enough for every
    minute. Stories that never were articles, such as an archive's, are left alone.
    """
    articles = {article.pk: article for article in readers_may_see().defer("body")}
    stories = dict(Story.objects.values_list("pk", "path"))
    lines: list[str] = []
    failed = 0
    for article_id, line in _drift(articles, stories):
        log.warning("reconcile: %s", line)
        mended = try_now(article_id)
        lines.append(line if mended else _("%(line)s It could not be mended.") % {"line": line})
        failed += not mended
    if thorough:
        lines += _handed_over_again(articles)
    if publication.hand_over():
        tell(change_of(queries.publication()))
        lines.append(_("The publication's settings had not reached its pages."))
    if arranging.hand_over():
        lines.append(_("What editors arranged had not reached the rails."))
    return Report(len(articles), tuple(lines), failed)


def _drift(articles: dict[int, Any], stories: dict[int, str]) -> Iterator[tuple[int, str]]:
    """Articles whose stories cannot be right, each with what is wrong."""
    for article_id in _surplus(articles, stories):
        said = {"path": stories[article_id]}
        yield article_id, _("%(path)s was before readers without being published.") % said
    late = set(
        readers_may_see()
        .filter(Q(handed_over_at__isnull=True) | Q(handed_over_at__lt=F("last_published_at")))
        .values_list("pk", flat=True)
    )
    for article_id, article in articles.items():
        said = {"headline": article.title, "path": article.readers_path}
        if article_id not in stories:
            yield article_id, _("“%(headline)s” was published but not before readers.") % said
        elif stories[article_id] != article.readers_path:
            yield article_id, _("“%(headline)s” did not stand at its address %(path)s.") % said
        elif article_id in late:
            yield article_id, _("“%(headline)s” was before readers in an older version.") % said


def _surplus(articles: dict[int, Any], stories: dict[int, str]) -> list[int]:
    """Stories whose article is not published or was deleted."""
    suspects = [story_id for story_id in stories if story_id not in articles]
    known = readers_may_see().model.objects.filter(pk__in=suspects).values_list("pk", flat=True)
    deleted = PageLogEntry.objects.filter(action="wagtail.delete", page_id__in=suspects)
    return sorted({*known, *deleted.values_list("page_id", flat=True)})


def _handed_over_again(articles: dict[int, Any]) -> list[str]:
    before = dict(Story.objects.values_list("pk", "version"))
    for article_id in articles:
        try_now(article_id)
    after = dict(Story.objects.values_list("pk", "version"))
    return [
        _("“%(headline)s” was before readers in an older version.") % {"headline": article.title}
        for article_id, article in articles.items()
        if after.get(article_id) != before.get(article_id)
    ]
