"""Mending what a crash left between articles and stories. May be run by anyone at any time."""

import logging
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.utils.translation import gettext as _
from wagtail.models import PageLogEntry

from kawaraban.kit.shown import change_of
from kawaraban.newsroom import arranging
from kawaraban.newsroom import settings as publication
from kawaraban.newsroom.articles import Article
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
    else only those that stand out by their numbers, addresses and times, which the database finds:
    quick enough for every minute. Stories that never were articles, such as an archive's, are left
    alone.
    """
    lines: list[str] = []
    failed = 0
    for article_id, line in _drift():
        log.warning("reconcile: %s", line)
        mended = try_now(article_id)
        lines.append(line if mended else _("%(line)s It could not be mended.") % {"line": line})
        failed += not mended
    if thorough:
        lines += _handed_over_again()
    if publication.hand_over():
        tell(change_of(queries.publication()))
        lines.append(_("The publication's settings had not reached its pages."))
    if arranging.hand_over():
        lines.append(_("What editors arranged had not reached the rails."))
    return Report(readers_may_see().count(), tuple(lines), failed)


def _drift() -> list[tuple[int, str]]:
    """Articles whose stories cannot be right, each with what is wrong."""
    found = [
        (story.pk, _("%(path)s was before readers without being published.") % {"path": story.path})
        for story in _surplus().order_by("pk")
    ]
    for article in _astray():
        said = {"headline": article.title, "path": article.readers_path}
        if article.stands_at is None:
            line = _("“%(headline)s” was published but not before readers.") % said
        elif article.stands_at != article.readers_path:
            line = _("“%(headline)s” did not stand at its address %(path)s.") % said
        else:
            line = _("“%(headline)s” was before readers in an older version.") % said
        found.append((article.pk, line))
    return found


def _surplus() -> QuerySet[Story]:
    """Stories whose article is not published or was deleted."""
    hidden = Article.objects.filter(Q(live=False) | Q(alias_of__isnull=False))
    deleted = PageLogEntry.objects.filter(action="wagtail.delete")
    no_more = Q(pk__in=hidden.values("pk")) | Q(pk__in=deleted.values("page_id"))
    # Not NOT IN: PostgreSQL walks through a large list again for each row.
    is_live = Exists(readers_may_see().filter(pk=OuterRef("pk")))
    return Story.objects.filter(no_more, ~is_live).only("path")


def _astray() -> Any:
    """Live articles without a story, with one at another address, or with one of an older version."""
    story = Story.objects.filter(pk=OuterRef("pk")).order_by()
    stands_there = Exists(story.filter(path=_readers_path(OuterRef("section__slug"), OuterRef("slug"))))
    late = Q(handed_over_at__isnull=True) | Q(handed_over_at__lt=F("last_published_at"))
    return (
        readers_may_see()
        .filter(late | ~stands_there)
        .annotate(stands_at=Subquery(story.values("path")))
        .defer("body")
        .order_by("pk")
    )


def _readers_path(section: Combinable, slug: Combinable) -> Concat:
    """`Article.readers_path`, as the database can tell it."""
    return Concat(Value("/"), section, Value("/"), slug, Value("/"), output_field=TextField())


def _handed_over_again() -> list[str]:
    before = dict(Story.objects.values_list("pk", "version"))
    articles = dict(readers_may_see().values_list("pk", "title"))
    for article_id in articles:
        try_now(article_id)
    after = dict(Story.objects.values_list("pk", "version"))
    return [
        _("“%(headline)s” was before readers in an older version.") % {"headline": headline}
        for article_id, headline in articles.items()
        if after.get(article_id) != before.get(article_id)
    ]
