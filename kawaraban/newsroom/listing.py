"""All articles as one flat list, newest work first."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.viewsets.pages import PageListingViewSet

from kawaraban.newsroom.articles import Article


class ArticleListing(PageListingViewSet):
    name = "articles"
    url_prefix = "articles"
    model = Article
    icon = "doc-full"
    menu_label = _("Articles")
    menu_order = 100
    add_to_admin_menu = True
    list_filter = ["section", "topics", "storyline", "live", "owner"]
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Headline"), sort_key="title", classname="title"),
        Column("section", label=_("Section"), accessor="section", sort_key="section__name"),
        DateColumn(
            "latest_revision_created_at", label=_("Last worked on"), sort_key="latest_revision_created_at"
        ),
        DateColumn("first_published_at", label=_("First published"), sort_key="first_published_at"),
        PageStatusColumn("status", label=_("Status"), sort_key="live"),
    ]
