"""What editors set for the whole publication. Saving it hands it over, flat, to readers' pages."""

from dataclasses import asdict
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.fields import StreamField
from wagtail.snippets.blocks import SnippetChooserBlock

from kawaraban.media import renditions
from kawaraban.stories import queries
from kawaraban.stories.models import Publication

COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour is written as # and six digits, such as #9e2b25."))


class Address(blocks.CharBlock):
    """A place on this site ("/about/") or a whole web address."""

    def clean(self, value: str) -> str:
        address: str = super().clean(value)
        if not address.startswith(("/", "https://", "http://")) or address.startswith("//"):
            raise ValidationError(_("An address begins with / or https://."))
        return address


class MenuLink(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Label"), max_length=40)
    path = Address(label=_("Address"), max_length=300)

    class Meta:
        icon = "link"
        label = _("Link")


class Menu(blocks.StreamBlock):
    section = SnippetChooserBlock("stories.Section", label=_("Section"), icon="folder-open-inverse")
    link = MenuLink()

    class Meta:
        required = False


@register_setting(icon="cogs", order=10)
class PublicationSettings(BaseGenericSetting):
    """The publication's name, look and rules."""

    name = models.CharField(_("name"), max_length=80, default="Kawaraban")
    tagline = models.CharField(_("tagline"), max_length=200, blank=True)
    logo = models.ForeignKey(
        "media.Photo",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    accent = models.CharField(_("accent colour"), max_length=7, default="#9e2b25", validators=[COLOUR])
    menu_top = StreamField(
        Menu(), verbose_name=_("menu up"), blank=True, help_text=_("Empty: all sections in their order.")
    )
    menu_bottom = StreamField(Menu(), verbose_name=_("menu down"), blank=True)
    footer = models.TextField(_("footer"), max_length=1000, blank=True)
    contact = models.EmailField(_("contact"), blank=True)
    comments_held = models.BooleanField(_("hold comments until a moderator approves them"), default=True)

    panels = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("tagline"), FieldPanel("logo"), FieldPanel("accent")],
            heading=_("Masthead"),
        ),
        MultiFieldPanel([FieldPanel("menu_top"), FieldPanel("menu_bottom")], heading=_("Menus")),
        MultiFieldPanel([FieldPanel("footer"), FieldPanel("contact")], heading=_("Footer")),
        FieldPanel("comments_held"),
    ]

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publication")


# How many sections stand in the menu that no editor has chosen: an import may bring a hundred.
MENU_UNCHOSEN = 12


def hand_over() -> bool:
    """Flattens the settings into the one `Publication` row. False when nothing changed."""
    kept = PublicationSettings.load()
    flat: dict[str, Any] = {
        "name": kept.name,
        "tagline": kept.tagline,
        "logo": asdict(renditions.picture(kept.logo)) if kept.logo else None,
        "accent": kept.accent,
        "menu_top": _menu(kept.menu_top) or [_entry(one) for one in queries.sections()[:MENU_UNCHOSEN]],
        "menu_bottom": _menu(kept.menu_bottom),
        "footer": kept.footer,
        "contact": kept.contact,
        "comments_held": kept.comments_held,
    }
    with transaction.atomic():
        row, new = Publication.objects.select_for_update().get_or_create(pk=1, defaults=flat)
        changed = new or any(_as_json(getattr(row, name)) != _as_json(value) for name, value in flat.items())
        if changed and not new:
            Publication.objects.filter(pk=1).update(**flat, version=row.version + 1)
    return changed


def _menu(menu: Any) -> list[dict[str, str]]:
    entries = (_entry(one.value) if one.block_type == "section" else dict(one.value) for one in menu)
    return [entry for entry in entries if entry]


def _entry(section: Any) -> dict[str, str]:
    # A section that was deleted is still named in the menu's own row until somebody saves it.
    return {"label": section.name, "path": section.path} if section else {}


def _as_json(value: Any) -> bytes:
    # PostgreSQL keeps keys in an order of its own.
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
