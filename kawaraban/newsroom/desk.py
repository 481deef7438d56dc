"""What the newsroom's home shows: alarms, and the board of what is read, rises, is planned and waits."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from kawaraban.discussion.models import Comment
from kawaraban.kit import clock
from kawaraban.newsroom import preview
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.failures import Failure, in_words
from kawaraban.newsroom.moderation import listed
from kawaraban.newsroom.permissions import edited_by
from kawaraban.newsroom.planned import panels_for as planned_for
from kawaraban.newsroom.readers import readers_events, readers_today
from kawaraban.newsroom.rising import what_rises
from kawaraban.stories import queries

MOST_COMMENTS = 5


class SimulatedReaders(Component):
    """Says so when readers are played, lest somebody takes the numbers for real."""

    template_name = "newsroom/simulated_readers.html"
    order = 10


class Failures(Component):
    """Articles that are not where their editors put them."""

    template_name = "newsroom/failures.html"
    order = 20

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        failures = list(Failure.objects.all()[:20])
        editable = edited_by(parent_context["request"].user, [one.article_id for one in failures])
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
    if Failure.objects.exists():
        shown.append(Failures())
    board = [readers_today(edition), what_rises(edition), planned, _held(request), readers_events()]
    if there := [panel for panel in board if panel is not None]:
        shown.append(Board(there))
    return shown


def _held(request: HttpRequest) -> HeldComments | None:
    may_decide = request.user.has_perm("discussion.change_comment")
    waiting = may_decide and Comment.objects.filter(state=Comment.State.HELD).exists()
    return HeldComments() if waiting else None


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
