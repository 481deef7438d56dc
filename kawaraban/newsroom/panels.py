"""Where the article's fields stand in the editor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)

from kawaraban.newsroom.forms import ArticleForm


def article_handler() -> Any:
    """Three leaves: what is written, what it is filed under, what is told about it."""
    return TabbedInterface(
        [
            ObjectList(_written(), heading=_("Story")),
            ObjectList(_filed(), heading=_("Filing")),
            ObjectList(_told(), heading=_("Corrections and times")),
        ],
        base_form_class=ArticleForm,
    )


def _written() -> list[Any]:
    return [
        FieldPanel("kicker"),
        TitleFieldPanel(
            "title", heading=_("Headline"), placeholder=_("Headline*"), help_text=_("As readers see it.")
        ),
        FieldPanel("dek"),
        FieldPanel("section"),
        InlinePanel(
            "bylines",
            heading=_("Bylines"),
            label=_("Byline"),
            panels=[FieldPanel("person"), FieldRowPanel([FieldPanel("name"), FieldPanel("role")])],
        ),
        FieldPanel("lead_photo"),
        FieldPanel("body"),
    ]


def _filed() -> list[Any]:
    return [
        FieldPanel("short_headline"),
        FieldPanel("slug"),
        FieldPanel("other_sections", widget=forms.CheckboxSelectMultiple),
        FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
        FieldPanel("storyline"),
    ]


def _told() -> list[Any]:
    return [
        InlinePanel(
            "corrections",
            heading=_("Corrections"),
            label=_("Correction"),
            panels=[FieldPanel("at"), FieldPanel("text")],
        ),
        MultiFieldPanel([FieldPanel("minor_change"), FieldPanel("updated_at")], heading=_("Updated time")),
        FieldPanel("comments_open"),
        PublishingPanel(),
        CommentPanel(),
    ]
