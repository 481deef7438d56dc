"""Django's door to this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleRoom(AppConfig):
    name = "kawaraban.people"
    label = "people"
    verbose_name = _("people")
