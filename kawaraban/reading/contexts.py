"""What each page's template is given: one frozen dataclass per page. A theme may use all of it.

Besides, every template has `dress` (see dress.py): the publication's name, menus and files.
"""

import datetime as dt
from dataclasses import dataclass

from kawaraban.reading.emails import Disguised
from kawaraban.search.query import Results
from kawaraban.stories.elements import Element, Picture
from kawaraban.stories.models import Section, Story, Topic
from kawaraban.stories.queries import Card


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the head of every page is made of."""

    title: str  # without the publication's name
    description: str
    path: str  # from "/"; the canonical address, with its "?page=" where it has one
    standing: tuple[int, ...] = ()  # stories on the page outside of its rails
    shows: tuple[str, ...] = ()  # what else it shows by name (kit.shown.thing)


@dataclass(frozen=True)
class FrontBlock:
    """A section on the front page. `lead` is its newest story that stands nowhere above."""

    section: Section
    lead: Card
    more: tuple[Card, ...]


@dataclass(frozen=True, kw_only=True)
class FrontPage(Page):
    lead: Card | None  # None while nothing is published
    lead_pictures: tuple[Picture | None, ...]  # by wording, the story's own first
    newest: tuple[Card, ...]
    blocks: tuple[FrontBlock, ...]


@dataclass(frozen=True)
class Turning:
    """Which page of a list this is, from 1, and the addresses of those beside it ("" for none)."""

    page: int
    previous: str
    next: str


@dataclass(frozen=True)
class Portrait:
    """Who wrote a story, as their box and their page show it."""

    name: str
    reading: str
    role: str
    bio: str
    path: str
    picture: str  # address of a small 16:9 picture, "" for none
    alt: str
    email: Disguised | None


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    """A section's, a topic's or a person's stories, newest first; one of the three is set."""

    section: Section | None = None
    topic: Topic | None = None
    person: Portrait | None = None
    cards: tuple[Card, ...]
    turning: Turning

    @property
    def unsectioned(self) -> bool:
        """Whether the list mixes sections, so that each card must say which is its own."""
        return self.section is None


@dataclass(frozen=True)
class Choice:
    """One of several lists, and its address."""

    label: str
    path: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class RankingPage(Page):
    """A chart's page: the tables behind the rails fill in what it shows."""

    heading: str
    slot: str  # that the chart fills
    section: Section | None
    charts: tuple[Choice, ...]
    sections: tuple[Choice, ...]


@dataclass(frozen=True)
class Ordering:
    """A way in which search results may stand, and its address."""

    name: str
    path: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class SearchPage(Page):
    """What was found for some words, one page of it."""

    results: Results
    orders: tuple[Ordering, ...]
    turning: Turning


@dataclass(frozen=True)
class Signature:
    """A name in the byline. `path` is "" for somebody without a page."""

    name: str
    role: str
    path: str


@dataclass(frozen=True)
class Part:
    """An element of the body. `card` is the story that a related-story element names."""

    element: Element
    card: Card | None = None
    source: int = 0  # its number in the list of sources, 0 for none

    @property
    def template(self) -> str:
        return f"elements/{self.element.kind}.html"


@dataclass(frozen=True)
class CorrectionNote:
    at: dt.datetime
    text: str


@dataclass(frozen=True)
class SourceNote:
    """Where something quoted comes from. `url` is "" for what was said or printed."""

    number: int
    speaker: str
    name: str
    url: str


@dataclass(frozen=True)
class Chronicle:
    """The storyline around a story, in its order: what came before, and what came after."""

    name: str
    summary: str
    before: tuple[Card, ...]
    after: tuple[Card, ...]

    @property
    def about_below(self) -> bool:
        """Whether the summary stands in the lower box: once on a page is enough."""
        return not self.after


@dataclass(frozen=True)
class ShareLink:
    """An address on another site that takes this page's; a link, nothing loads from there."""

    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class StoryPage(Page):
    story: Story
    section: Section
    lead: Picture | None
    signatures: tuple[Signature, ...]
    authors: tuple[Portrait, ...]
    parts: tuple[Part, ...]
    sources: tuple[SourceNote, ...]
    corrections: tuple[CorrectionNote, ...]
    chronicle: Chronicle | None
    topics: tuple[Topic, ...]
    share: tuple[ShareLink, ...]
    structured_data: str  # JSON, safe inside a script element
    updated: bool  # whether it was updated after it was first published
    preview: bool


@dataclass(frozen=True)
class CommentForm:
    """What somebody wrote, kept so that a refused comment is not lost. Text, not markup."""

    story_id: int
    name: str = ""
    body: str = ""
    parent: int | None = None


@dataclass(frozen=True, kw_only=True)
class CommentAnswerPage(Page):
    outcome: str  # "held", "shown" or "refused"
    message: str  # why it was refused
    story: Card | None  # None where there is no such story
    form: CommentForm
    again: bool  # whether the form stands there to be sent again


@dataclass(frozen=True, kw_only=True)
class ProblemPage(Page):
    status: int
    advice: str
    whole: bool  # False where search and lists may be away too
