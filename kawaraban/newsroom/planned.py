"""What is planned, for the newsroom's home: what goes to readers and leaves them by itself, and when."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.ui.components import Component

from kawaraban.kit import clock
from kawaraban.newsroom import schedule
from kawaraban.newsroom.failures import Failure
from kawaraban.newsroom.permissions import edited_by, may_publish, seen_by

MOST = 5
LATE = dt.timedelta(minutes=1)  # the jobs look every few seconds


class Act(models.TextChoices):
    PUBLISH = "publish", _("Publishing")
    CHANGE = "change", _("New version")
    WITHDRAW = "withdraw", _("Taking down")


@dataclass(frozen=True)
class Planned:
    """One thing that happens to an article by itself."""

    at: dt.datetime
    act: Act
    article_id: int
    headline: str
    may_edit: bool  # whether the account it is shown to may

    @property
    def failure(self) -> tuple[int, str]:
        """What its failure is noted under."""
        act = Failure.Act.EXPIRE if self.act is Act.WITHDRAW else Failure.Act.PUBLISH
        return self.article_id, act.value


@dataclass(frozen=True)
class _Version:
    """A version that is to be published, and until when."""

    at: dt.datetime
    headline: str
    until: dt.datetime | None


def plan_for(account: Any) -> list[Planned]:
    """All that is planned with articles that the account may see, the earliest first."""
    versions = _versions()
    articles = (
        seen_by(account)
        .filter(Q(pk__in=versions) | Q(live=True, expire_at__isnull=False))
        .values_list("pk", "title", "live", "expire_at")
    )
    editable = edited_by(account, [pk for pk, *_rest in articles])
    return sorted(
        (
            Planned(at, act, pk, headline, pk in editable)
            for pk, title, live, expire_at in articles
            for at, act, headline in _acts(title, expire_at if live else None, live, versions.get(pk))
        ),
        key=lambda one: (one.at, one.article_id),
    )


def _versions() -> dict[int, _Version]:
    rows = schedule.scheduled().values_list(
        "object_id", "object_str", "approved_go_live_at", "content__expire_at"
    )
    return {
        int(article_id): _Version(at, headline, parse_datetime(until) if until else None)
        for article_id, headline, at, until in rows
    }


def _acts(
    title: str, expires: dt.datetime | None, live: bool, version: _Version | None
) -> list[tuple[dt.datetime, Act, str]]:
    """What happens to one article, in its order: the version brings the time of its own withdrawal."""
    acts = []
    if expires and (version is None or expires < version.at):
        acts.append((expires, Act.WITHDRAW, title))
        live = False
    if version is not None:
        acts.append((version.at, Act.CHANGE if live else Act.PUBLISH, version.headline))
        if version.until:
            acts.append((version.until, Act.WITHDRAW, version.headline))
    return acts


class WhatIsPlanned(Component):
    """What comes next."""

    template_name = "newsroom/what_is_planned.html"

    def __init__(self, coming: Sequence[Planned]) -> None:
        self._coming = coming

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"coming": self._coming[:MOST], "more": len(self._coming[MOST:])}


class Overdue(Component):
    """What should have happened, and nobody knows why it did not."""

    template_name = "newsroom/overdue.html"
    order = 18

    def __init__(self, overdue: Sequence[Planned], *, may_publish: bool) -> None:
        self._overdue, self._may_publish = overdue, may_publish

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            "overdue": self._overdue,
            "may_publish": self._may_publish,
            "csrf_token": parent_context["csrf_token"],
        }


def panels_for(account: Any, now: dt.datetime) -> tuple[Overdue | None, WhatIsPlanned | None]:
    """The alarm and the plan; None where there is nothing to say to this account."""
    plan = plan_for(account)
    coming = [one for one in plan if one.at > now - LATE]
    late = [one for one in plan if one.at <= now - LATE]
    # What failed stands on the desk with its reason.
    failed = set(Failure.objects.values_list("article_id", "act")) if late else set()
    # What follows on what did not happen is not late itself.
    first = {one.article_id: one for one in reversed(late)}.values()
    overdue = [one for one in late if one in first and one.failure not in failed]
    return (
        Overdue(overdue, may_publish=may_publish(account)) if overdue else None,
        WhatIsPlanned(coming) if coming else None,
    )


@require_POST
def carry_out(request: HttpRequest) -> HttpResponse:
    """Does at once what is due, as the jobs would have, and says how it went."""
    if not may_publish(request.user):
        raise PermissionDenied
    done = schedule.publish_due(clock.now())
    many = len(done.published) + len(done.expired)
    if many:
        words = ngettext(
            "%(many)d article is where it should be now.",
            "%(many)d articles are where they should be now.",
            many,
        )
        messages.success(request, words % {"many": many})
    if done.failed:
        messages.error(request, _now("Some could not be published or taken down: see below why."))
    return redirect("wagtailadmin_home")


addresses = [path("schedule/carry-out/", carry_out, name="newsroom_carry_out")]
