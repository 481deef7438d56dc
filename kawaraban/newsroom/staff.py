"""Those who work in the newsroom are not counted as readers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kawaraban.audience.beacon import STAFF_COOKIE

# Nothing of readers' pages lies here: only the door for beacons is sent it.
_PATH = "/_/beacon"
_KEPT = 90 * 86_400  # seconds


def marked(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a browser in which somebody is signed in at the newsroom tells the beacons' door so."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if request.path.startswith("/newsroom/") and is_page and request.user.is_authenticated:
            response.set_cookie(
                STAFF_COOKIE,
                "1",
                max_age=_KEPT,
                path=_PATH,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Strict",
            )
        return response

    return respond
