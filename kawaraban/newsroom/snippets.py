"""What stories are filed under, as editors see and keep it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import TextInput
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
)
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from kawaraban.newsroom.arranging import NotBeside, Pin
from kawaraban.newsroom.settings import COLOUR
from kawaraban.people.authors import Person
from kawaraban.stories.models import Section, Storyline, Topic

# First parts of addresses that are not a section's (see docs/architecture.md, "Addresses").
TAKEN = {"people", "topics", "ranking", "search", "newsroom", "static", "media", "_"}


class SectionForm(WagtailAdminModelForm):
    """A section's slug is the first part of all its stories' addresses."""

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug in TAKEN:
            raise ValidationError(_("“%(slug)s” is the address of something else."), params={"slug": slug})
        return slug

    def clean_colour(self) -> str:
        colour: str = self.cleaned_data["colour"]
        COLOUR(colour)
        return colour


class Kept(SnippetViewSet):
    """What all of these have in common: they stand in the menu themselves."""

    add_to_admin_menu = True
    copy_view_enabled = False
    list_per_page = 50


class SectionSnippets(Kept):
    model = Section
    icon = "folder-open-inverse"
    menu_label = _("Sections")
    menu_order = 200
    list_display = ["name", "slug", "description", "position"]
    search_fields = ["name", "slug"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
            FieldPanel("description"),
            FieldRowPanel(
                [FieldPanel("colour", widget=TextInput(attrs={"type": "color"})), FieldPanel("position")]
            ),
        ],
        base_form_class=SectionForm,
    )


class StorylineSnippets(Kept):
    model = Storyline
    icon = "list-ol"
    menu_label = _("Storylines")
    menu_order = 210
    list_display = ["name", "slug", "summary"]
    search_fields = ["name", "summary"]
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
        FieldPanel("summary"),
        InlinePanel(
            "places",
            heading=_("Stories in their order"),
            label=_("Story"),
            panels=[PageChooserPanel("article", "newsroom.Article")],
        ),
    ]


class TopicSnippets(Kept):
    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    menu_order = 220
    list_display = ["name", "slug", "description"]
    search_fields = ["name", "slug", "description"]
    panels = [FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]), FieldPanel("description")]


class PersonSnippets(Kept):
    model = Person
    icon = "user"
    menu_label = _("People")
    menu_order = 230
    list_display = ["name", "reading", "role", "email"]
    search_fields = ["name", "reading", "role"]
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("reading")]),
        FieldRowPanel([FieldPanel("role"), FieldPanel("slug")]),
        FieldPanel("bio"),
        FieldRowPanel([FieldPanel("email"), FieldPanel("portrait")]),
        FieldPanel("account"),
    ]


_NEVER_THINNED = _(
    "The ranking of the most read stories is never changed by hand: what readers read stands there, "
    "pinned or not, and beside every story."
)


class PinSnippets(Kept):
    model = Pin
    icon = "thumbtack"
    menu_label = _("Pins")
    add_to_admin_menu = False
    list_display = ["article", "section", "beside", "since", "until", "place"]
    list_filter = ["section"]
    panels = [
        HelpPanel(_NEVER_THINNED),
        PageChooserPanel("article", "newsroom.Article"),
        MultiFieldPanel(
            [FieldPanel("section"), PageChooserPanel("beside", "newsroom.Article")], heading=_("Where")
        ),
        FieldRowPanel([FieldPanel("since"), FieldPanel("until"), FieldPanel("place")]),
    ]


class NotBesideSnippets(Kept):
    model = NotBeside
    icon = "no-view"
    menu_label = _("Not beside")
    add_to_admin_menu = False
    list_display = ["__str__", "reason"]
    panels = [
        HelpPanel(_NEVER_THINNED),
        MultiFieldPanel(
            [PageChooserPanel("article", "newsroom.Article"), FieldPanel("topic")], heading=_("This")
        ),
        MultiFieldPanel(
            [PageChooserPanel("other_article", "newsroom.Article"), FieldPanel("other_topic")],
            heading=_("does not stand beside this, nor this beside that"),
        ),
        FieldPanel("reason"),
    ]


class Arranging(SnippetViewSetGroup):
    """What editors arrange in the rails by hand."""

    items = (PinSnippets, NotBesideSnippets)
    menu_icon = "list-ul"
    menu_label = _("Rails")
    menu_name = "rails"
    menu_order = 240


KEPT: list[Any] = [SectionSnippets, StorylineSnippets, TopicSnippets, PersonSnippets, Arranging]
