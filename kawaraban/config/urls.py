"""Addresses that Django answers; everything else is the kiosk's (see press/kiosk.py)."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as newsroom_urls

from kawaraban.press import counter

urlpatterns = [
    path("search", counter.search),
    path("_/comments", counter.comment),
    path("media/images/<str:name>", counter.print_of_a_photo),
    path("newsroom", RedirectView.as_view(url="/newsroom/")),
    path("newsroom/", include(newsroom_urls)),
]

handler404 = counter.not_found
handler500 = counter.failed
