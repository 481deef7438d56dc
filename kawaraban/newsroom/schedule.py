"""Publishing and taking down at a set time.

Wagtail's own command runs all items in one go and forgets the time of one that fails. Here each
item is a transaction of its own; one that fails stays scheduled, is tried again, and stands on the
desk with its reason until it succeeds.

The jobs do this, and an editor from the newsroom's home, while others edit: what is due is listed once
and asked for again, locked, before anything is done to it.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, QuerySet
from django.db.models.functions import Cast
from wagtail.models import Revision

from kawaraban.newsroom import failures
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.failures import Failure

log = logging.getLogger(__name__)

LATE = dt.timedelta(minutes=1)  # after its time something is overdue: the jobs look every five seconds


@dataclass(frozen=True)
class Round:
    """What one round did: numbers of articles."""

    published: tuple[int, ...] = ()
    expired: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()


def publish_due(now: dt.datetime) -> Round:
    """Publishes what is due and takes down what has expired, each item by itself."""
    _forget_what_is_no_longer_scheduled()
    published: list[int] = []
    expired: list[int] = []
    failed: list[int] = []
    due = _all_due(now).order_by("approved_go_live_at", "pk")
    for version, article_id, headline in list(due.values_list("pk", "object_id", "object_str")):
        done = _try(int(article_id), headline, Failure.Act.PUBLISH, partial(_publish, version, now))
        if done is not None:
            (published if done else failed).append(int(article_id))
    for pk, headline in list(_all_expired(now).order_by("expire_at", "pk").values_list("pk", "title")):
        done = _try(pk, headline, Failure.Act.EXPIRE, partial(_take_down, pk, now))
        if done is not None:
            (expired if done else failed).append(pk)
    return Round(tuple(published), tuple(expired), tuple(failed))


def overdue(now: dt.datetime) -> int:
    """How many should have been published or taken down a minute ago, and are not, failed or not."""
    return _all_due(now - LATE).count() + _all_expired(now - LATE).count()


def scheduled() -> QuerySet[Revision]:
    """What is to be published at a time: one version of an article at most."""
    return Revision.objects.filter(
        content_type__app_label="newsroom",
        content_type__model="article",
        approved_go_live_at__isnull=False,
    )


def scheduled_articles() -> Any:
    """The numbers of the articles that have such a version, for `in`."""
    return scheduled().annotate(number=Cast("object_id", BigIntegerField())).values("number")


def _all_due(now: dt.datetime) -> QuerySet[Revision]:
    return scheduled().filter(approved_go_live_at__lte=now)


def _all_expired(now: dt.datetime) -> Any:
    return Article.objects.filter(live=True, expire_at__lte=now)


def _publish(version: int, now: dt.datetime) -> bool:
    """False where an editor cancelled it, or published another version, in the meantime."""
    revision = _all_due(now).select_for_update(of=("self",)).filter(pk=version).first()
    if revision is None:
        return False
    revision.publish(log_action="wagtail.publish.scheduled")
    return True


def _take_down(article_id: int, now: dt.datetime) -> bool:
    """False where it is gone already, or stays longer.

    A version that was approved still goes out, unless its own time to be taken down has come as well.
    """
    article = _all_expired(now).select_for_update().filter(pk=article_id).first()
    if article is None:
        return False
    # Wagtail cancels with a withdrawal what is to be published later; who approved that did not mean it.
    times = article.revisions.select_for_update().values_list(
        "pk", "approved_go_live_at", "content__expire_at"
    )
    approved = [(pk, at) for pk, at, until in times if at is not None and not _is_over(until, now)]
    article.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    for pk, at in approved:
        article.revisions.filter(pk=pk).update(approved_go_live_at=at)
    return True


def _is_over(until: str | None, now: dt.datetime) -> bool:
    """Whether a version's own time to be taken down, as Wagtail keeps it, has come."""
    return until is not None and dt.datetime.fromisoformat(until) <= now


def _try(article_id: int, headline: str, act: Failure.Act, work: Callable[[], bool]) -> bool | None:
    """Whether it was done; None where it was not to be done any more."""
    try:
        # On SQLite, which locks no rows, this begins with the one lock for writing.
        with transaction.atomic():
            if not work():
                return None
    except Exception as error:
        if failures.note(article_id, act, headline, failures.in_words(error)):
            log.exception("article %s: %s failed; it stays scheduled", article_id, act.value)
        return False
    failures.clear(article_id, act)
    return True


def _forget_what_is_no_longer_scheduled() -> None:
    publishing = Failure.objects.filter(act=Failure.Act.PUBLISH)
    publishing.exclude(article_id__in=scheduled_articles()).delete()
    expiring = Article.objects.filter(live=True, expire_at__isnull=False).values("pk")
    Failure.objects.filter(act=Failure.Act.EXPIRE).exclude(article_id__in=expiring).delete()
