"""What is planned, for the newsroom's home: what goes to readers and leaves them by itself, and when."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.ui.components import Component

from kawaraban.kit import clock
from kawaraban.newsroom import schedule
from kawaraban.newsroom.failures import Failure
from kawaraban.newsroom.permissions import edited_by, may_publish, seen_by

MOST = 5
MOST_LATE = 20
_AS_KEPT = "%Y-%m-%dT%H:%M:%SZ"  # in a version's content


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


@dataclass(frozen=True)
class Part:
    """The earliest of what is planned, in its order, and how much follows."""

    shown: Sequence[Planned]
    more: int


@dataclass(frozen=True)
class Plan:
    """What is planned with articles that one account may see."""

    late: Part
    coming: Part


def plan_for(account: Any, now: dt.datetime) -> Plan:
    """Ordered, cut and counted by the database: an archive may have an expiry for each article."""
    by = now - schedule.LATE
    withdrawals, publications, withdrawals_after = _acts(seen_by(account))
    # What failed stands on the desk with its reason, as long as somebody tries it again; and what
    # follows on what did not happen is not late itself.
    tried = Failure.objects.exclude(act=Failure.Act.HAND_OVER).filter(tried_at__gt=by)
    failed = Q(pk__in=tried.values("article_id"))
    late = (
        withdrawals.filter(at__lte=by).exclude(failed),
        publications.filter(at__lte=by).exclude(failed).exclude(live=True, expire_at__lt=F("at")),
    )
    coming = (
        withdrawals.filter(at__gt=by),
        publications.filter(at__gt=by),
        withdrawals_after.filter(at__gt=by.strftime(_AS_KEPT)),
    )
    return Plan(_earliest(late, MOST_LATE, account), _earliest(coming, MOST, account))


def _acts(seen: Any) -> tuple[Any, Any, Any]:
    """Articles with what happens to them: `at`, `act` and `headline`.

    A withdrawal, unless a new version comes first; a publication; and the withdrawal that a version
    brings with it, whose `at` is the text that Wagtail keeps.
    """
    version = schedule.scheduled().filter(object_id=Cast(OuterRef("pk"), CharField()))
    goes = Subquery(version.values("approved_go_live_at")[:1])
    headline = Subquery(version.values("object_str")[:1])
    until = Subquery(version.annotate(until=KT("content__expire_at")).values("until")[:1])
    has_version = Q(pk__in=schedule.scheduled_articles())
    leaving = seen.filter(live=True, expire_at__isnull=False)
    leaving = leaving.filter(~has_version | Q(expire_at__lt=goes))
    renewed = seen.filter(has_version)
    stays = Q(live=True) & (Q(expire_at=None) | Q(expire_at__gte=goes))
    change = Case(When(stays, then=Value(Act.CHANGE)), default=Value(Act.PUBLISH))
    return (
        leaving.annotate(at=F("expire_at"), act=Value(Act.WITHDRAW), headline=F("title")),
        renewed.annotate(at=goes, act=change, headline=headline),
        renewed.annotate(at=until, act=Value(Act.WITHDRAW), headline=headline).exclude(at="null"),
    )


def _earliest(acts: Sequence[Any], most: int, account: Any) -> Part:
    many = sum(act.count() for act in acts)
    if not many:
        return Part((), 0)
    rows = sorted(
        (dt.datetime.fromisoformat(at) if isinstance(at, str) else at, pk, act, headline)
        for articles in acts
        for at, pk, act, headline in articles.order_by("at", "pk").values_list("at", "pk", "act", "headline")[
            :most
        ]
    )[:most]
    editable = edited_by(account, [pk for _at, pk, *_rest in rows])
    shown = [Planned(at, Act(act), pk, headline, pk in editable) for at, pk, act, headline in rows]
    return Part(shown, many - len(shown))


class WhatIsPlanned(Component):
    """What comes next."""

    template_name = "newsroom/what_is_planned.html"

    def __init__(self, coming: Part) -> None:
        self._coming = coming

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"coming": self._coming.shown, "more": self._coming.more}


class Overdue(Component):
    """What should have happened and did not, with no reason known, or nobody who tries it again."""

    template_name = "newsroom/overdue.html"
    order = 18

    def __init__(self, overdue: Part, *, may_publish: bool) -> None:
        self._overdue, self._may_publish = overdue, may_publish

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            "overdue": self._overdue.shown,
            "more": self._overdue.more,
            "may_publish": self._may_publish,
            "csrf_token": parent_context["csrf_token"],
        }


def panels_for(account: Any, now: dt.datetime) -> tuple[Overdue | None, WhatIsPlanned | None]:
    """The alarm and the plan; None where there is nothing to say to this account."""
    plan = plan_for(account, now)
    return (
        Overdue(plan.late, may_publish=may_publish(account)) if plan.late.shown else None,
        WhatIsPlanned(plan.coming) if plan.coming.shown else None,
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
    if done == schedule.Round():
        messages.info(request, gettext("Nothing was due any more."))
    if done.failed:
        messages.error(request, gettext("Some could not be published or taken down: see below why."))
    return redirect("wagtailadmin_home")


addresses = [path("schedule/carry-out/", carry_out, name="newsroom_carry_out")]
