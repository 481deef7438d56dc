"""Django's door to this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsroomRoom(AppConfig):
    name = "kawaraban.newsroom"
    label = "newsroom"
    verbose_name = _("newsroom")

    def ready(self) -> None:
        from kawaraban.newsroom import signals

        signals.connect()
