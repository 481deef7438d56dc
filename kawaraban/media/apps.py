"""Django's door to this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaRoom(AppConfig):
    name = "kawaraban.media"
    label = "media"
    verbose_name = _("media")
