"""Wagtail's door to the newsroom: each hook hands on to where the work is done."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.documents.wagtail_hooks import DocumentsSummaryItem
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from kawaraban.discussion.models import Comment
from kawaraban.newsroom import desk, moderation, planned, trials
from kawaraban.newsroom.listing import ArticleListing
from kawaraban.newsroom.snippets import KEPT

# Pages are one flat list here, and documents are not served to readers.
NOT_IN_THE_MENU = {"explorer", "documents", "snippets"}

register_permission_policy(Comment, moderation.DecideOnly(Comment))
for viewset in (moderation.CommentSnippets, *KEPT):
    register_snippet(viewset)
for action in (moderation.ApproveMany, moderation.RejectMany, moderation.RestoreMany):
    hooks.register("register_bulk_action", action)


@hooks.register("register_admin_viewset")
def articles() -> Any:
    return ArticleListing()


@hooks.register("register_admin_urls")
def addresses() -> Any:
    return [*moderation.addresses, *planned.addresses, *trials.addresses]


@hooks.register("construct_main_menu")
def menu(_request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name not in NOT_IN_THE_MENU]


@hooks.register("construct_homepage_summary_items", order=100)
def summary(_request: HttpRequest, items: list[Any]) -> None:
    # After the documents' own hook, which adds the item.
    items[:] = [item for item in items if not isinstance(item, DocumentsSummaryItem)]


@hooks.register("construct_homepage_panels")
def home(request: HttpRequest, panels: list[Any]) -> None:
    panels[:0] = desk.panels_for(request)


@hooks.register("after_publish_page")
@hooks.register("after_unpublish_page")
@hooks.register("after_delete_page")
def tell_editor(request: HttpRequest, page: Any) -> None:
    if warning := desk.warning_about(page.pk):
        messages.error(request, warning)


@hooks.register("before_bulk_action")
def refuse_bare_photos(
    request: HttpRequest, act: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    complaints = desk.complaints_about(objects) if act == "publish" else []
    for complaint in complaints:
        messages.error(request, complaint)
    return redirect(action.next_url) if complaints else None


@hooks.register("before_copy_page")
def refuse_aliases(request: HttpRequest, page: Any) -> HttpResponse | None:
    # An alias would be the same story twice, and goes live with its article's drafts.
    if request.method != "POST" or not request.POST.get("alias"):
        return None
    messages.error(request, _("An article can be shown in several sections instead of being aliased."))
    return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))
