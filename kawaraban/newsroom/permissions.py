"""What an account may do with articles, asked for many of them at once."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from kawaraban.newsroom.articles import Article


def seen_by(account: Any) -> Any:
    """The articles that the account finds in the newsroom, as a queryset of plain pages.

    So it is asked of one table, which is what a look at a whole archive costs.
    """
    pages = PagePermissionPolicy(Page).explorable_instances(account)
    return pages.filter(content_type=ContentType.objects.get_for_model(Article))


def edited_by(account: Any, article_ids: Iterable[int]) -> set[int]:
    """Those of the articles that the account may edit; one that is gone is none of them."""
    editable = PagePermissionPolicy(Article).instances_user_has_permission_for(account, "change")
    return set(editable.filter(pk__in=list(article_ids)).values_list("pk", flat=True))


def may_publish(account: Any) -> bool:
    return bool(PagePermissionPolicy(Article).user_has_permission(account, "publish"))
