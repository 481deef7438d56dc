"""Django's door to this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchRoom(AppConfig):
    name = "kawaraban.search"
    label = "kawaraban_search"
    verbose_name = _("search")
