"""What the newsroom's home shows: what needs somebody, and whether what moves is real."""

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
from kawaraban.newsroom.readers import ReadersToday, readers_events
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
        there = set(
            Article.objects.filter(pk__in=[one.article_id for one in failures]).values_list("pk", flat=True)
        )
        return {"failures": [(one, one.article_id in there) for one in failures]}


class HeldComments(Component):
    """The newest comments that wait for a moderator."""

    template_name = "newsroom/held_comments.html"
    order = 30

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


def panels_for(request: HttpRequest) -> list[Any]:
    """The panels that have something to say to this account."""
    shown: list[Any] = []
    if queries.publication().simulated_readers:
        shown.append(SimulatedReaders())
    if preview.shelf().current().is_late(clock.stamp(clock.now())):
        shown.append(LateRails())
    if Failure.objects.exists():
        shown.append(Failures())
    may_decide = request.user.has_perm("discussion.change_comment")
    if may_decide and Comment.objects.filter(state=Comment.State.HELD).exists():
        shown.append(HeldComments())
    if (edition := preview.shelf().current()).charts.visitors:
        shown.append(ReadersToday(edition))
    if (events := readers_events()) is not None:
        shown.append(events)
    return shown


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
