"""Django's door to this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeRoom(AppConfig):
    name = "kawaraban.intake"
    label = "intake"
    verbose_name = _("intake")
