"""Django's door to this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoriesRoom(AppConfig):
    name = "kawaraban.stories"
    label = "stories"
    verbose_name = _("stories")
