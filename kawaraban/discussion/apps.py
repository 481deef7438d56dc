"""Django's door to this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscussionRoom(AppConfig):
    name = "kawaraban.discussion"
    label = "discussion"
    verbose_name = _("discussion")
