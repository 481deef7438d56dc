"""The counter: pages made to order (what a search found, the answer to a comment), and photos."""

import logging
import re
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from kawaraban.discussion import comments
from kawaraban.kit import clock
from kawaraban.kit.logs import request_id
from kawaraban.press import joining, pressing
from kawaraban.press.joining import Live
from kawaraban.press.pages import SECURITY
from kawaraban.rails.editions import Edition
from kawaraban.reading import rendering
from kawaraban.reading.contexts import CommentForm
from kawaraban.reading.joining import join
from kawaraban.reading.rendering import Rendered
from kawaraban.search import query

log = logging.getLogger(__name__)

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_TYPES = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
_PRINT = re.compile(r"[\w.-]+\.(?:avif|webp|jpe?g)")


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What was found for `q`. Unknown or broken parameters are as if they weren't there."""
    page = request.GET.get("page", "1")
    number = int(page) if _NUMBER.fullmatch(page) and len(page) < 5 else 1
    newest = request.GET.get("order") == "newest"
    found = query.search(request.GET.get("q", ""), number, "newest" if newest else "fitting")
    return _page(rendering.search(found))


# Without a cookie there is nothing to forge a request with: whose page sent it is asked instead.
@csrf_exempt
@require_POST
def comment(request: HttpRequest) -> HttpResponse:
    """Takes a comment from a form; answers with a page that says what became of it."""
    if not _is_ours(request):
        return _problem(HTTPStatus.FORBIDDEN, 404)
    story, parent = request.POST.get("story", ""), request.POST.get("parent", "")
    if not _NUMBER.fullmatch(story):
        return _problem(HTTPStatus.NOT_FOUND, 404)
    sent = CommentForm(
        story_id=int(story),
        name=request.POST.get("name", ""),
        body=request.POST.get("body", ""),
        parent=int(parent) if _NUMBER.fullmatch(parent) else None,
    )
    try:
        posted = comments.post(
            sent.story_id, sent.name, sent.body, sent.parent, trap=request.POST.get("website", "")
        )
    except comments.Refused as refused:
        return _page(rendering.comment_answer(refused, sent), HTTPStatus.UNPROCESSABLE_ENTITY)
    except OperationalError:
        log.exception("story %s: a comment could not be kept", sent.story_id)
        later = _problem(HTTPStatus.SERVICE_UNAVAILABLE, 503)
        later["Retry-After"] = "5"
        return later
    return _page(rendering.comment_answer(posted, sent))


@require_GET
def print_of_a_photo(request: HttpRequest, name: str) -> HttpResponse:
    """A file made for readers. Originals lie in another folder and are served to nobody."""
    file = settings.MEDIA_ROOT / "images" / name
    if not _PRINT.fullmatch(name) or not file.is_file():
        return _problem(HTTPStatus.NOT_FOUND, 404)
    answer = HttpResponse(file.read_bytes(), content_type=_TYPES[file.suffix])
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django shows where it knows no page, too."""
    return _problem(HTTPStatus.NOT_FOUND, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """What Django shows where a page of its own failed."""
    answer = _problem(HTTPStatus.INTERNAL_SERVER_ERROR, 500)
    answer["X-Request-ID"] = request_id.get()
    return answer


def _is_ours(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


def _page(rendered: Rendered, status: int = HTTPStatus.OK) -> HttpResponse:
    answer = HttpResponse(join(rendered.markup, {"date": rendering.date(clock.now())}), status=status)
    answer["Cache-Control"] = "no-store"
    for name, value in SECURITY:
        answer[name.decode()] = value.decode()
    return answer


def _problem(status: int, page: int) -> HttpResponse:
    plate = pressing.problem(page)
    answer = HttpResponse(joining.join(plate, Live(Edition(), None, clock.now())), status=status)
    for name, value in SECURITY:
        answer[name.decode()] = value.decode()
    return answer
