"""Where the article's fields stand in the editor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)

from kawaraban.newsroom.forms import ArticleForm
from kawaraban.newsroom.lines import Line
from kawaraban.newsroom.trial_panel import HeadlineTestPanel

MOST_TESTED = 2  # besides the article's own headline


def article_handler() -> Any:
    """Four leaves: what is written, what it is filed under, what is tested, what is told about it."""
    return TabbedInterface(
        [
            ObjectList(_written(), heading=_("Story")),
            ObjectList(_filed(), heading=_("Filing")),
            ObjectList(_tested(), heading=_("Headline test")),
            ObjectList(_told(), heading=_("Corrections and times")),
        ],
        base_form_class=ArticleForm,
    )


def _written() -> list[Any]:
    return [
        FieldPanel("kicker", widget=Line),
        TitleFieldPanel(
            "title",
            heading=_("Headline"),
            placeholder=_("Headline*"),
            help_text=_("As readers see it."),
            widget=Line,
        ),
        FieldPanel("dek", widget=Line),
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
        FieldPanel("short_headline", widget=Line),
        FieldPanel("slug"),
        FieldPanel("other_sections", widget=forms.CheckboxSelectMultiple),
        FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
        FieldPanel("storyline"),
    ]


def _tested() -> list[Any]:
    return [
        HelpPanel(
            _(
                "Readers of fronts and rails see these and the article's own headline in turns, until one is "
                "better; it stays. The story's page shows the article's own until then. Who changes a "
                "headline or a photo begins the test anew."
            )
        ),
        HeadlineTestPanel(),
        InlinePanel(
            "other_wordings",
            heading=_("Other headlines and pictures"),
            label=_("Wording"),
            max_num=MOST_TESTED,
            panels=[FieldPanel("headline", widget=Line), FieldPanel("photo")],
        ),
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
