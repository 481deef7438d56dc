"""Those who write: the names under headlines, each with a page of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kawaraban.kit.shown import Shown


class Person(models.Model):
    """Somebody a byline can name."""

    name = models.CharField(_("name"), max_length=100)
    reading = models.CharField(
        _("reading"), max_length=100, blank=True, help_text=_("How the name is read, in kana.")
    )
    slug = models.SlugField(_("slug"), max_length=100, unique=True, allow_unicode=True)
    role = models.CharField(_("role"), max_length=100, blank=True)
    bio = models.TextField(_("about"), max_length=500, blank=True)
    email = models.EmailField(_("e-mail shown to readers"), blank=True)
    portrait = models.ForeignKey(
        "media.Photo",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    account = models.OneToOneField(
        "people.Account",
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="person",
    )

    SHOWN = Shown(where_named=("name", "reading", "slug", "role", "bio", "email", "portrait"))

    class Meta:
        ordering = ["reading", "name"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where readers find this person."""
        return f"/people/{self.slug}/"
