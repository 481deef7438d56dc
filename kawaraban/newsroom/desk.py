"""What the newsroom's home shows: alarms, and the board of what is read, rises, is planned and waits."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from kawaraban.discussion.models import Comment
from kawaraban.kit import clock
from kawaraban.newsroom import preview
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.failures import Failure, in_words
from kawaraban.newsroom.moderation import listed
from kawaraban.newsroom.permissions import edited_by, may_publish, seen_by
from kawaraban.newsroom.planned import panels_for as planned_for
from kawaraban.newsroom.readers import readers_events, readers_today
from kawaraban.newsroom.rising import what_rises
from kawaraban.stories import queries

MOST_COMMENTS = 5
MOST_FAILURES = 20


class SimulatedReaders(Component):
    """Says so when readers are played, lest somebody takes the numbers for real."""

    template_name = "newsroom/simulated_readers.html"
    order = 10


class Failures(Component):
    """Articles that are not where their editors put them."""

    template_name = "newsroom/failures.html"
    order = 20

    def __init__(self, account: Any) -> None:
        self._account = account

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        failures = list(failures_for(self._account)[:MOST_FAILURES])
        editable = edited_by(self._account, [one.article_id for one in failures])
        return {"failures": [(one, one.article_id in editable) for one in failures]}


class HeldComments(Component):
    """The newest comments that wait for a moderator."""

    template_name = "newsroom/held_comments.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        held = listed().filter(state=Comment.State.HELD)
        return {"comments": list(held.order_by("-posted_at")[:MOST_COMMENTS]), "count": held.count()}


class LateRails(Component):
    """The tables behind the rails are older than their budget: pages show the last ones meanwhile."""

    template_name = "newsroom/late_rails.html"
    order = 15

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        edition = preview.shelf().current()
        return {"since": clock.moment(edition.as_of) if edition.number else None}


class Board(Component):
    """Small panels side by side, as many as the window has room for."""

    template_name = "newsroom/board.html"
    order = 30

    def __init__(self, panels: list[Component]) -> None:
        self._panels = panels

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"panels": self._panels}


def panels_for(request: HttpRequest) -> list[Any]:
    """What has something to say to this account: alarms, each across the window, and the board."""
    edition, now = preview.shelf().current(), clock.now()
    shown: list[Any] = []
    if queries.publication().simulated_readers:
        shown.append(SimulatedReaders())
    if edition.is_late(clock.stamp(now)):
        shown.append(LateRails())
    overdue, planned = planned_for(request.user, now)
    if overdue:
        shown.append(overdue)
    if failures_for(request.user).exists():
        shown.append(Failures(request.user))
    board = [readers_today(edition), what_rises(edition), planned, _held(request), readers_events()]
    if there := [panel for panel in board if panel is not None]:
        shown.append(Board(there))
    return shown


def _held(request: HttpRequest) -> HeldComments | None:
    may_decide = request.user.has_perm("discussion.change_comment")
    waiting = may_decide and Comment.objects.filter(state=Comment.State.HELD).exists()
    return HeldComments() if waiting else None


def failures_for(account: Any) -> QuerySet[Failure]:
    """Of articles that the account may see; of one that is gone only where it may publish.

    A headline says what is in an article, and before its time nobody else is to know.
    """
    article = OuterRef("article_id")
    seen = Q(Exists(seen_by(account).filter(pk=article)))
    gone = ~Q(Exists(Article.objects.filter(pk=article)))
    return Failure.objects.filter(seen | gone if may_publish(account) else seen)


def warning_about(article_id: int) -> str:
    """What to tell an editor who has just published or withdrawn this article; "" when all went well."""
    failure = Failure.objects.filter(article_id=article_id, act=Failure.Act.HAND_OVER).first()
    if failure is None:
        return ""
    return str(
        _(
            "Readers do not have this change yet: %(reason)s It is kept here, and the house tries again "
            "every minute."
        )
        % {"reason": failure.reason}
    )


def complaints_about(pages: list[Any]) -> list[str]:
    """What keeps these pages' newest drafts from being published, a line for each that may not be."""
    complaints = []
    for page in pages:
        draft = page.specific.get_latest_revision_as_object()
        try:
            if isinstance(draft, Article):
                draft.check_publishable()
        except ValidationError as error:
            complaints.append(f"{draft.title}: {in_words(error)}")
    return complaints
