"""The newsroom speaks its visitor's language; readers' pages are in the publication's, for everybody."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

Respond = Callable[[HttpRequest], HttpResponse]


def spoken(get_response: Respond) -> Respond:
    """Middleware: only what lies in the newsroom goes by, and varies with, what a browser prefers."""
    by_the_visitor = LocaleMiddleware(get_response)

    def respond(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/newsroom/"):
            return cast(HttpResponse, by_the_visitor(request))
        translation.deactivate()  # the thread may have spoken another one in the newsroom
        return get_response(request)

    return respond
