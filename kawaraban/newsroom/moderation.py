"""Comments as moderators see them: what waits first, each with the story it is about."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from kawaraban.discussion.models import Comment
from kawaraban.discussion.moderation.decisions import decide
from kawaraban.stories.models import Story

# What a moderator can make of a comment, and what the button says. Restoring undoes a rejection.
DECISIONS: dict[str, Any] = {
    Comment.State.SHOWN: _("Approve"),
    Comment.State.REJECTED: _("Reject"),
    Comment.State.HELD: _("Restore"),
}
# Which of them make sense for a comment as it is now.
OPEN_TO = {
    Comment.State.HELD: [Comment.State.SHOWN, Comment.State.REJECTED],
    Comment.State.SHOWN: [Comment.State.REJECTED],
    Comment.State.REJECTED: [Comment.State.SHOWN, Comment.State.HELD],
}


class DecideOnly(ModelPermissionPolicy):
    """Nobody writes, edits or deletes a reader's comment here; who may decide on it sees it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in {"decide", "view"} and user.has_perm("discussion.change_comment")

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_permission(user, action)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        return self.user_has_any_permission(user, actions)


def listed() -> QuerySet[Comment]:
    """Comments with `waiting` (0 for the held, 1 for the rest) and their story's `headline`."""
    return Comment.objects.annotate(
        waiting=Case(
            When(state=Comment.State.HELD, then=Value(0)), default=Value(1), output_field=IntegerField()
        ),
        headline=Subquery(Story.objects.filter(pk=OuterRef("story_id")).values("headline")[:1]),
    )


class CommentList(IndexView):
    default_ordering = ("waiting", "-posted_at", "-pk")

    def get_base_queryset(self) -> QuerySet[Comment]:
        return listed()

    def order_queryset(self, queryset: Any) -> Any:
        chosen = self.ordering
        return queryset.order_by(*(chosen if isinstance(chosen, tuple) else (chosen, "-pk")))

    def get_list_more_buttons(self, instance: Comment) -> list[Any]:
        return [*_buttons(instance, self.request.path), *super().get_list_more_buttons(instance)]


def _buttons(comment: Comment, back_to: str) -> list[Button]:
    return [
        Button(
            DECISIONS[state],
            attrs={
                "data-controller": "w-action",
                "data-action": "w-action#post",
                "data-w-action-url-value": reverse(
                    "comments_decide", args=[comment.pk, state.value], query={"next": back_to}
                ),
            },
            icon_name="cross" if state == Comment.State.REJECTED else "check",
            priority=place,
        )
        for place, state in enumerate(OPEN_TO[Comment.State(comment.state)])
    ]


class CommentSnippets(SnippetViewSet):
    model = Comment
    icon = "comment"
    menu_label = _("Comments")
    menu_order = 110
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["name", "body", "state", "reason", "posted_at", "decided_at", "decided_by"]
    index_view_class = CommentList
    list_display = [
        "body",
        Column("name", label=_("Name")),
        Column("headline", label=_("Story")),
        Column("state", label=_("State"), accessor="get_state_display", sort_key="state"),
        DateColumn("posted_at", label=_("Posted"), sort_key="posted_at"),
    ]
    list_filter = ["state"]
    search_fields = ["name", "body"]
    list_per_page = 50
    panels: list[Any] = []


@require_POST
def decide_on_one(request: HttpRequest, comment_id: int, state: str) -> HttpResponse:
    """Decides on one comment and goes back to where the button was pressed."""
    if not request.user.has_perm("discussion.change_comment"):
        raise PermissionDenied
    if state not in DECISIONS:
        raise Http404
    comment = get_object_or_404(Comment, pk=comment_id)
    decide(comment, Comment.State(state), request.user)  # type: ignore[arg-type]
    messages.success(
        request, gettext("The comment is %(state)s now.") % {"state": comment.get_state_display()}
    )
    back_to = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back_to, allowed_hosts={request.get_host()}):
        back_to = reverse("wagtailsnippets_discussion_comment:list")
    return redirect(back_to)


class _Decide(SnippetBulkAction):
    """One decision on many comments."""

    models = [Comment]
    template_name = "newsroom/decide_on_comments.html"
    state: Comment.State

    def check_perm(self, comment: Comment) -> bool:
        return self.request.user.has_perm("discussion.change_comment")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return {**super().get_context_data(**context), "decision": self.display_name}

    def get_execution_context(self) -> dict[str, Any]:
        return {"account": self.request.user, "state": self.state}

    @classmethod
    def execute_action(cls, objects: Any, *, account: Any, state: Comment.State) -> tuple[int, int]:
        return sum(decide(comment, state, account) for comment in objects), 0

    def get_success_message(self, many: int, _children: int) -> str:
        return ngettext("%(many)d comment changed.", "%(many)d comments changed.", many) % {"many": many}


class ApproveMany(_Decide):
    display_name = _("Approve")
    action_type = "approve"
    aria_label = _("Approve selected comments")
    action_priority = 10
    state = Comment.State.SHOWN


class RejectMany(_Decide):
    display_name = _("Reject")
    action_type = "reject"
    aria_label = _("Reject selected comments")
    action_priority = 20
    classes = {"serious"}
    state = Comment.State.REJECTED


class RestoreMany(_Decide):
    display_name = _("Restore")
    action_type = "restore"
    aria_label = _("Hold selected comments again")
    action_priority = 30
    state = Comment.State.HELD


addresses = [
    path("comments/<int:comment_id>/<slug:state>/", decide_on_one, name="comments_decide"),
]
