"""Django's door to this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RailsRoom(AppConfig):
    name = "kawaraban.rails"
    label = "rails"
    verbose_name = _("rails")
