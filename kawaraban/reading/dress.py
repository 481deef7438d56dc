"""What all pages of the publication share: its name, menus, colours, and where its files lie."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import get_language

from kawaraban.reading.scripts import script
from kawaraban.reading.styles import stylesheet
from kawaraban.stories import queries
from kawaraban.stories.elements import Picture, picture_from
from kawaraban.stories.models import Publication, Section


@dataclass(frozen=True)
class MenuEntry:
    label: str
    path: str
    section: str = ""  # slug, where the entry leads to a section


@dataclass(frozen=True)
class Dress:
    """What a theme may use on every page, as `dress`. Addresses of files begin with /_/."""

    name: str
    tagline: str
    language: str
    logo: Picture | None
    menu_top: tuple[MenuEntry, ...]
    menu_bottom: tuple[MenuEntry, ...]
    sections: tuple[MenuEntry, ...]
    footer: str
    contact: str
    stylesheet: str
    script: str
    icon: str
    base_url: str  # "https://news.example", or "" where the publication has no address of its own yet
    comments_held: bool = field(default=True)
    publication: Publication | None = field(default=None, repr=False)  # the row that it was made from


@dataclass
class Sitting:
    """What many pages made one after the other share, looked up once."""

    dress: Dress
    portraits: dict[int, object] = field(default_factory=dict)  # of people, by number


_sitting: ContextVar[Sitting | None] = ContextVar("sitting", default=None)


@contextmanager
def sitting() -> Iterator[None]:
    """Pages made inside all wear the same dress, and ask for it and for portraits once."""
    token = _sitting.set(Sitting(dress()))
    try:
        yield
    finally:
        _sitting.reset(token)


def this_sitting() -> Sitting | None:
    return _sitting.get()


def dress() -> Dress:
    """The publication as it is now: two queries."""
    global _last_worn
    held = _sitting.get()
    if held is not None:
        return held.dress
    publication = queries.publication()
    _last_worn = _dressed(publication, queries.sections())
    return _last_worn


def dress_at_hand() -> Dress:
    """The last dress worn by this process, or a plain one: asks no database, for it may be away."""
    return _last_worn or _plain(get_language() or "ja")


@functools.cache
def _plain(language: str) -> Dress:
    return _dressed(Publication(pk=1, language=language), [])


def colours() -> tuple[Publication, list[Section]]:
    """What the stylesheet is made of; the defaults where the database is away."""
    try:
        return queries.publication(), queries.sections()
    except DatabaseError:
        return Publication(pk=1), []


_last_worn: Dress | None = None


def _dressed(publication: Publication, sections: list[Section]) -> Dress:
    own = tuple(MenuEntry(one.name, one.path, one.slug) for one in sections)
    slugs = {one.path: one.slug for one in sections}
    return Dress(
        name=publication.name,
        tagline=publication.tagline,
        language=publication.language,
        logo=picture_from(publication.logo),
        menu_top=_menu(publication.menu_top, slugs),
        menu_bottom=_menu(publication.menu_bottom, slugs),
        sections=own,
        footer=publication.footer,
        contact=publication.contact,
        stylesheet=f"/_/{stylesheet(publication, sections)[0]}",
        script=f"/_/{script()[0]}",
        icon="/_/icon.svg",
        base_url=settings.PUBLIC_URL.rstrip("/"),
        comments_held=publication.comments_held,
        publication=publication,
    )


def _menu(kept: list[dict[str, str]], slugs: dict[str, str]) -> tuple[MenuEntry, ...]:
    return tuple(MenuEntry(one["label"], one["path"], slugs.get(one["path"], "")) for one in kept)
