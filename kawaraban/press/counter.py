"""The counter: pages made to order (what a search found, the answer to a comment), and photos."""

import functools
import logging
import re
import sys
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from kawaraban.discussion import comments
from kawaraban.kit import clock, database
from kawaraban.kit.logs import request_id
from kawaraban.press import joining, pressing
from kawaraban.press.compression import PLAIN, chosen, packed
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


Answering = Callable[[HttpRequest], HttpResponse]


def _packed(answering: Answering) -> Answering:
    """Packs what is answered. Beside a reader's own words nothing secret is in it: no cookie is asked for,
    no token given, so that its length betrays nothing (BREACH)."""

    @functools.wraps(answering)
    def respond(request: HttpRequest) -> HttpResponse:
        answer = answering(request)
        encoding = chosen(request.headers.get("Accept-Encoding", "").encode("latin-1"))
        answer["Vary"] = "Accept-Encoding"
        if encoding != PLAIN:
            answer.content = packed(answer.content, encoding)
            answer["Content-Encoding"] = encoding
        return answer

    return respond


@require_GET
@_packed
def search(request: HttpRequest) -> HttpResponse:
    """What was found for `q`. Unknown or broken parameters are as if they weren't there."""
    page = request.GET.get("page", "1")
    number = int(page) if _NUMBER.fullmatch(page) and len(page) < 5 else 1
    newest = request.GET.get("order") == "newest"
    try:
        return _page(database.search(_found, request.GET.get("q", ""), number, newest))
    except database.FAILURES as why:
        log.warning("a search got no answer: %s", why)
        return _later(_problem(HTTPStatus.SERVICE_UNAVAILABLE, 503))


def _found(words: str, number: int, newest: bool) -> Rendered:
    return rendering.search(query.search(words, number, "newest" if newest else "fitting"))


# Without a cookie there is nothing to forge a request with: whose page sent it is asked instead.
@csrf_exempt
@require_POST
@_packed
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
        posted = database.write(_posted, sent, request.POST.get("website", ""))
    except comments.Refused as refused:
        return _answer(refused, sent, HTTPStatus.UNPROCESSABLE_ENTITY)
    except database.FAILURES as why:
        log.error("story %s: a comment could not be kept: %s", sent.story_id, why)
        page = rendering.comment_answer(comments.Refused("later"), sent, at_hand=True)
        return _later(_page(page, HTTPStatus.SERVICE_UNAVAILABLE))
    return _answer(posted, sent, HTTPStatus.OK)


def _posted(sent: CommentForm, trap: str) -> comments.Posted:
    return comments.post(sent.story_id, sent.name, sent.body, sent.parent, trap=trap)


def _answer(answer: comments.Posted | comments.Refused, sent: CommentForm, status: int) -> HttpResponse:
    try:
        return _page(database.read(rendering.comment_answer, answer, sent), status)
    except database.FAILURES:
        # What became of the comment is certain; the story's headline beside it is not needed for that.
        return _page(rendering.comment_answer(answer, sent, at_hand=True), status)


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
    if isinstance(sys.exc_info()[1], database.FAILURES):
        answer = _later(_problem(HTTPStatus.SERVICE_UNAVAILABLE, 503))
    else:
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


def _later(answer: HttpResponse) -> HttpResponse:
    answer["Retry-After"] = "5"
    return answer


def _problem(status: int, page: int) -> HttpResponse:
    try:
        plate = database.read(pressing.problem, page)
    except database.FAILURES:
        plate = pressing.problem(page, at_hand=True)
    answer = HttpResponse(joining.join(plate, Live(Edition(), None, clock.now())), status=status)
    for name, value in SECURITY:
        answer[name.decode()] = value.decode()
    return answer
