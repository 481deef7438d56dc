"""What the press and the newsroom's preview ask of this room: whole pages, and what fills their slots.

A page is finished but for its slots (see joining.py): `date`, `discussion`, `rail most-read`,
`rail also-read`, `rail recommended`, `rail topics`, `rail pinned`, `rail storyline`, and on the page of a
ranking `chart` and its name. It is written in the publication's language, whatever language the asking
thread speaks.
"""

import datetime as dt
import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kawaraban.discussion import comments
from kawaraban.people.models import Person
from kawaraban.reading import gathering, telling, times
from kawaraban.reading.contexts import CommentAnswerPage, CommentForm, Page, ProblemPage
from kawaraban.reading.discussing import LIMITS, discussion, nothing_said
from kawaraban.reading.dress import Dress, dress, dress_at_hand, sitting
from kawaraban.reading.railing import chart, rail
from kawaraban.search.query import Results
from kawaraban.stories import queries
from kawaraban.stories.models import Section, Story, Topic

__all__ = [
    "Rendered",
    "chart",
    "comment_answer",
    "date",
    "discussion",
    "front",
    "nothing_said",
    "person",
    "problem",
    "rail",
    "ranking",
    "search",
    "section",
    "sitting",
    "story",
    "topic",
]


@dataclass(frozen=True)
class Rendered:
    """A page with open slots, and what its rails must know of it."""

    markup: str
    standing: tuple[int, ...] = ()  # stories on it outside of its rails, the page's own first
    story_id: int | None = None  # of a story's page
    section: str = ""  # slug, of a section's or a story's page
    shows: tuple[str, ...] = ()  # what else it shows, as kit.shown names it


def front() -> Rendered:
    """The front page."""
    with _spoken(dress()) as worn:
        page = gathering.front(worn)
        return Rendered(_page("front", worn, page), page.standing)


def section(slug: str, page: int = 1) -> Rendered | None:
    """A section's page, from 1; None where there is no such section or page."""
    return _filed(Section.objects.filter(slug=slug).first(), page)


def topic(slug: str, page: int = 1) -> Rendered | None:
    """A topic's page, from 1; None where there is no such topic or page."""
    return _filed(Topic.objects.filter(slug=slug).first(), page)


def person(slug: str, page: int = 1) -> Rendered | None:
    """A person's page, from 1; None where there is no such person or page."""
    return _filed(Person.objects.select_related("portrait").filter(slug=slug).first(), page)


def _filed(under: gathering.Filed | None, number: int) -> Rendered | None:
    if under is None or number < 1:
        return None
    with _spoken(dress()) as worn:
        page = gathering.filed(under, number)
        if page is None:
            return None
        slug = under.slug if isinstance(under, Section) else ""
        return Rendered(_page("list", worn, page), page.standing, section=slug, shows=page.shows)


def ranking(name: str, slug: str = "") -> Rendered | None:
    """A chart's page, of a section or of all; None where there is no such section."""
    of = Section.objects.filter(slug=slug).first() if slug else None
    if slug and of is None:
        return None
    with _spoken(dress()) as worn:
        page = gathering.ranking(worn, name, of)
        return Rendered(_page("ranking", worn, page), section=slug, shows=page.shows)


def story(
    story: Story,
    *,
    topics: Sequence[Topic] | None = None,
    people: Sequence[Person] | None = None,
    preview: bool = False,
) -> Rendered:
    """A story's page. For a preview the story need not be kept, so its topics and people are given.

    A preview is the same page; only it sends no beacon and asks not to be indexed.
    """
    with _spoken(dress()) as worn:
        page = telling.told(story, worn, topics=topics, people=people, preview=preview)
        return Rendered(_page("story", worn, page), page.standing, story.pk, story.section.slug, page.shows)


def search(results: Results) -> Rendered:
    """What was found; without a query, the form alone."""
    with _spoken(dress()) as worn:
        page = gathering.found(results)
        return Rendered(_page("search", worn, page), page.standing)


def comment_answer(
    answer: comments.Posted | comments.Refused, sent: CommentForm, *, at_hand: bool = False
) -> Rendered:
    """What somebody who sent a comment is told; a refused one stands in the form again.

    `at_hand` asks no database, for it may be away.
    """
    card = None if at_hand else next(iter(queries.cards_of([sent.story_id])), None)
    with _spoken(dress_at_hand() if at_hand else dress()) as worn:
        match answer:
            case comments.Refused():
                outcome, message = "refused", str(answer.message)
            case comments.Posted():
                outcome, message = str(answer.state), ""
        page = CommentAnswerPage(
            title=_("Your comment"),
            description="",
            path="",
            outcome=outcome,
            message=message,
            story=card,
            form=sent,
            again=card is not None or at_hand,
        )
        return Rendered(_page("comment-answer", worn, page, limits=LIMITS))


def problem(status: int, *, at_hand: bool = False) -> Rendered:
    """The page for 404, 410, 500 or 503. `at_hand` asks no database, for it may be away."""
    with _spoken(dress_at_hand() if at_hand else dress()) as worn:
        title, advice = _problems()[status]
        whole = status < HTTPStatus.INTERNAL_SERVER_ERROR
        page = ProblemPage(title=title, description="", path="", status=status, advice=advice, whole=whole)
        return Rendered(_page("problem", worn, page))


def date(at: dt.datetime) -> str:
    """What fills the slot `date` in the masthead: the day in the publication's zone, in words."""
    worn = dress_at_hand()
    return _day(worn.language, at.astimezone(timezone.get_default_timezone()).date())


@functools.lru_cache(maxsize=8)
def _day(language: str, day: dt.date) -> str:
    noon = dt.datetime.combine(day, dt.time(12), timezone.get_default_timezone())
    with override(language), timezone.override(None):
        return f'<time datetime="{day.isoformat()}">{times.day(noon)}</time>'


def _problems() -> dict[int, tuple[str, str]]:
    return {
        404: (
            _("There is no such page."),
            _("The address may be mistyped, or the page has moved. Try a search."),
        ),
        410: (
            _("This story has been withdrawn."),
            _("It stood here once and was taken back by the editors."),
        ),
        500: (
            _("Something went wrong on our side."),
            _("It has been noted. Please try again in a moment."),
        ),
        503: (
            _("We are not ready just now."),
            _("Please try again in a minute; nothing is lost."),
        ),
    }


def _page(name: str, worn: Dress, page: Page, **more: object) -> str:
    return render_to_string(f"pages/{name}.html", {"page": page, "dress": worn, **more})


@contextmanager
def _spoken(worn: Dress) -> Iterator[Dress]:
    """In the publication's language and time zone: an editor who previews may have others."""
    with override(worn.language), timezone.override(None):
        yield worn
