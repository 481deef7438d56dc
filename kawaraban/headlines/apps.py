"""Django's door to this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HeadlinesRoom(AppConfig):
    name = "kawaraban.headlines"
    label = "headlines"
    verbose_name = _("headline tests")
