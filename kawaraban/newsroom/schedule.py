"""Publishing and taking down at a set time.

Wagtail's own command runs all items in one go and forgets the time of one that fails. Here each
item is a transaction of its own; one that fails stays scheduled, is tried again, and stands on the
desk with its reason until it succeeds.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Revision

from kawaraban.newsroom import failures
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.failures import Failure

log = logging.getLogger(__name__)


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
    for revision in _due(now):
        article_id = int(revision.object_id)
        work = partial(revision.publish, log_action="wagtail.publish.scheduled")
        done = _try(article_id, revision.object_str, Failure.Act.PUBLISH, work)
        (published if done else failed).append(article_id)
    for article in Article.objects.filter(live=True, expire_at__lte=now).order_by("expire_at"):
        work = partial(article.unpublish, set_expired=True, log_action="wagtail.unpublish.scheduled")
        done = _try(article.pk, article.title, Failure.Act.EXPIRE, work)
        (expired if done else failed).append(article.pk)
    return Round(tuple(published), tuple(expired), tuple(failed))


def overdue(now: dt.datetime) -> int:
    """How many should have been published or taken down by then, and are not."""
    expired = Article.objects.filter(live=True, expire_at__lte=now).count()
    return _all_due(now).count() + expired


def scheduled() -> QuerySet[Revision]:
    """What is to be published at a time: one version of an article at most."""
    return Revision.objects.filter(
        content_type__app_label="newsroom",
        content_type__model="article",
        approved_go_live_at__isnull=False,
    )


def _due(now: dt.datetime) -> list[Revision]:
    return list(_all_due(now).order_by("approved_go_live_at", "pk"))


def _all_due(now: dt.datetime) -> QuerySet[Revision]:
    return scheduled().filter(approved_go_live_at__lte=now)


def _try(article_id: int, headline: str, act: Failure.Act, work: Callable[[], None]) -> bool:
    try:
        with transaction.atomic():
            work()
    except Exception as error:
        if failures.note(article_id, act, headline, failures.in_words(error)):
            log.exception("article %s: %s failed; it stays scheduled", article_id, act.value)
        return False
    failures.clear(article_id, act)
    return True


def _forget_what_is_no_longer_scheduled() -> None:
    waiting = scheduled().values_list("object_id", flat=True)
    Failure.objects.filter(act=Failure.Act.PUBLISH).exclude(
        article_id__in=[int(one) for one in waiting]
    ).delete()
    expiring = Article.objects.filter(live=True, expire_at__isnull=False).values("pk")
    Failure.objects.filter(act=Failure.Act.EXPIRE).exclude(article_id__in=expiring).delete()
