"""From the tables to contexts: front, lists, people. A story's own page is gathered in telling.py."""

import logging
from collections.abc import Iterable
from typing import assert_never
from urllib.parse import urlencode

from django.utils.translation import gettext
from wagtail.images.models import SourceImageIOError

from kawaraban.kit.shown import things
from kawaraban.kit.text import first_characters
from kawaraban.media.renditions import picture as picture_of
from kawaraban.people.models import Person
from kawaraban.rails.charts import CHARTS
from kawaraban.rails.slots import chart_path
from kawaraban.reading.contexts import (
    Choice,
    FrontBlock,
    FrontPage,
    ListPage,
    Ordering,
    Portrait,
    RankingPage,
    SearchPage,
    Turning,
)
from kawaraban.reading.dress import Dress, this_sitting
from kawaraban.reading.emails import disguised
from kawaraban.reading.standing import Standing
from kawaraban.search.query import Order, Results
from kawaraban.stories import queries
from kawaraban.stories.elements import Picture, picture_from
from kawaraban.stories.models import Section, Story, Topic

log = logging.getLogger(__name__)
PAGE_SIZE = 20
_NEWEST = 6  # below the lead on the front page
_IN_A_BLOCK = 4  # below a section's own lead
Filed = Section | Topic | Person


def front(dress: Dress) -> FrontPage:
    """The newest story first and large, the next ones, then a block for each section that has more."""
    standing = Standing()
    newest = queries.newest(1 + _NEWEST)
    lead = standing.take(newest, 1)
    below = standing.take(newest, _NEWEST)
    return FrontPage(
        title=dress.tagline,
        description=dress.tagline,
        path="/",
        lead=lead[0] if lead else None,
        lead_pictures=_lead_pictures(lead[0].id) if lead else (),
        newest=below,
        blocks=tuple(_blocks(standing)),
        standing=standing.ids,
    )


def _blocks(standing: Standing) -> Iterable[FrontBlock]:
    enough = 1 + _IN_A_BLOCK
    for section in queries.sections():
        # Of what stands above, none may be this section's, or all: asked for so many, enough remain.
        cards, _ = queries.filed_under("section", section.slug, page=1, size=enough * 4)
        taken = standing.take(cards, enough)
        if taken:
            yield FrontBlock(section, taken[0], taken[1:])


def _lead_pictures(story_id: int) -> tuple[Picture | None, ...]:
    row = Story.objects.filter(pk=story_id).values_list("lead", "wordings").first()
    if row is None:
        return ()
    lead, wordings = row
    return (picture_from(lead), *(picture_from(one["lead"]) for one in wordings[1:]))


def filed(under: Filed, page: int) -> ListPage | None:
    """One page of a section's, topic's or person's stories; None for a page that there isn't."""
    filing: queries.Filing
    match under:
        case Section():
            filing, name, description = "section", under.name, under.description
        case Topic():
            filing, name, description = "topic", under.name, under.description
        case Person():
            filing, name, description = "person", under.name, first_characters(under.bio, 120)
        case _:
            assert_never(under)
    cards, more = queries.filed_under(filing, under.slug, page=page, size=PAGE_SIZE)
    if page > 1 and not cards:
        return None
    return ListPage(
        title=name if page == 1 else gettext("%(name)s, page %(page)d") % {"name": name, "page": page},
        description=description,
        path=_paged(under.path, page),
        section=under if isinstance(under, Section) else None,
        topic=under if isinstance(under, Topic) else None,
        person=portrait(under) if isinstance(under, Person) else None,
        cards=tuple(cards),
        turning=Turning(
            page,
            _paged(under.path, page - 1) if page > 1 else "",
            _paged(under.path, page + 1) if more else "",
        ),
        standing=tuple(card.id for card in cards),
        shows=things(under, under.portrait if isinstance(under, Person) else None),
    )


def ranking(dress: Dress, name: str, section: Section | None) -> RankingPage:
    """A chart's page, but for the chart, and the ways from it to the others."""
    heading, slug = str(CHARTS[name].heading), section.slug if section else ""
    return RankingPage(
        title=f"{heading}: {section.name}" if section else heading,
        description="",
        path=chart_path(name, slug),
        heading=heading,
        slot=f"chart {name}",
        section=section,
        charts=tuple(
            Choice(str(terms.label), chart_path(one, slug), one == name) for one, terms in CHARTS.items()
        ),
        sections=(
            Choice(gettext("All sections"), chart_path(name), not slug),
            *(
                Choice(one.label, chart_path(name, one.section), one.section == slug)
                for one in dress.sections
            ),
        ),
        shows=things(section),
    )


def _paged(path: str, page: int) -> str:
    return path if page == 1 else f"{path}?page={page}"


def found(results: Results) -> SearchPage:
    """A page of search results, with the ways to order and to turn it."""
    names: dict[Order, str] = {"fitting": gettext("Most fitting"), "newest": gettext("Newest first")}
    page = results.page
    return SearchPage(
        title=gettext("“%(words)s”, search") % {"words": results.q} if results.q else gettext("Search"),
        description="",
        path="/search",
        standing=tuple(hit.card.id for hit in results.hits),
        results=results,
        orders=tuple(
            Ordering(name, _asked(results, order, 1), order == results.order) for order, name in names.items()
        ),
        turning=Turning(
            page,
            _asked(results, results.order, page - 1) if page > 1 else "",
            _asked(results, results.order, page + 1) if results.next_page else "",
        ),
    )


def _asked(results: Results, order: Order, page: int) -> str:
    asked = {"q": results.q} | ({"order": order} if order != "fitting" else {})
    return "/search?" + urlencode(asked | ({"page": str(page)} if page > 1 else {}))


def portrait(person: Person) -> Portrait:
    """A person as pages show them."""
    held = this_sitting()
    if held is None:
        return _portrait(person)
    found = held.portraits.get(person.pk)
    if not isinstance(found, Portrait):
        found = held.portraits[person.pk] = _portrait(person)
    return found


def _portrait(person: Person) -> Portrait:
    photo = person.portrait
    try:
        thumbnail = picture_of(photo).thumbnail if photo else ""
    except SourceImageIOError:
        # The original is lost; what its author wrote must not be lost with it.
        log.warning("person %s: the portrait's file is gone", person.pk)
        thumbnail = ""
    return Portrait(
        name=person.name,
        reading=person.reading,
        role=person.role,
        bio=person.bio,
        path=person.path,
        picture=thumbnail,
        alt=photo.alt_text if photo else "",
        email=disguised(person.email),
    )
