"""Django's door to this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReadingRoom(AppConfig):
    name = "kawaraban.reading"
    label = "reading"
    verbose_name = _("reading")
