"""Django's door to this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecommendationsRoom(AppConfig):
    name = "kawaraban.recommendations"
    label = "recommendations"
    verbose_name = _("recommendations")
