"""Addresses that Django answers; everything else is the kiosk's (see press/kiosk.py)."""

from django.urls import include, path
from wagtail.admin import urls as newsroom_urls

urlpatterns = [
    path("newsroom/", include(newsroom_urls)),
]
