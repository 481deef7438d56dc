"""A story's own page, gathered: byline, body, storyline, sources, ways to pass it on."""

import datetime as dt
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from django.utils.translation import gettext

from kawaraban.feeds.structured_data import news_article
from kawaraban.kit.shown import things
from kawaraban.kit.text import first_characters
from kawaraban.people.models import Person
from kawaraban.reading.contexts import (
    Chronicle,
    CorrectionNote,
    Part,
    ShareLink,
    Signature,
    SourceNote,
    StoryPage,
)
from kawaraban.reading.dress import Dress
from kawaraban.reading.gathering import portrait
from kawaraban.reading.standing import Standing
from kawaraban.stories import queries
from kawaraban.stories.elements import Byline, Element, Quotation, RelatedStory, body_from, picture_from
from kawaraban.stories.models import Story, Topic

_NEAREST = 5  # of a storyline, before and after; its rail has more
_UPDATED_AFTER = dt.timedelta(minutes=1)


def told(
    story: Story,
    dress: Dress,
    *,
    topics: Sequence[Topic] | None = None,
    people: Sequence[Person] | None = None,
    preview: bool = False,
) -> StoryPage:
    """Everything a story's page shows. Topics and people are looked up where they aren't given."""
    bylines = [Byline(**one) for one in story.bylines]
    people = _named_in(bylines) if people is None else people
    topics = _filed_under(story) if topics is None else topics
    body, sources = body_from(story.body), Sources()
    standing = Standing([story.pk])
    chronicle = _chronicle(story, standing)
    parts = tuple(_parts(body, standing, sources))
    signatures = _signed(bylines, people)
    url = dress.base_url + story.path
    return StoryPage(
        title=story.headline,
        description=story.dek or first_characters(story.text.replace("\n", " "), 120),
        path=story.path,
        standing=standing.ids,
        shows=(
            *things(*people, *(one.portrait for one in people), *topics, story.storyline),
            *_related(body),
        ),
        story=story,
        section=story.section,
        lead=picture_from(story.lead),
        signatures=signatures,
        authors=tuple(portrait(person) for person in people),
        parts=parts,
        sources=sources.notes,
        corrections=tuple(
            CorrectionNote(dt.datetime.fromisoformat(one["at"]), one["text"]) for one in story.corrections
        ),
        chronicle=chronicle,
        topics=tuple(topics),
        share=share_links(url, story.headline),
        structured_data=news_article(
            story,
            dress.publication or queries.publication(),
            dress.base_url,
            authors=[{"name": one.name, "url": one.path} for one in signatures],
            section=story.section.name,
            topics=[topic.name for topic in topics],
            comment_count=None,
        ),
        updated=story.updated_at - story.published_at >= _UPDATED_AFTER,
        preview=preview,
    )


class Sources:
    """The sources of quotations, numbered as they come; the same one keeps its number."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str], SourceNote] = {}

    def number(self, quotation: Quotation) -> int:
        """0 for a quotation without a source."""
        if not quotation.source and not quotation.source_url:
            return 0
        key = (quotation.source, quotation.source_url)
        fresh = SourceNote(
            len(self._notes) + 1,
            quotation.speaker,
            quotation.source or quotation.source_url,
            quotation.source_url,
        )
        return self._notes.setdefault(key, fresh).number

    @property
    def notes(self) -> tuple[SourceNote, ...]:
        return tuple(self._notes.values())


def _parts(body: Iterable[Element], standing: Standing, sources: Sources) -> Iterable[Part]:
    elements = list(body)
    wanted = [one.story_id for one in elements if isinstance(one, RelatedStory)]
    cards = {card.id: card for card in queries.cards_of(wanted)} if wanted else {}
    for element in elements:
        match element:
            case RelatedStory(story_id=story_id):
                # One that is withdrawn, or stands on this page already, leaves no hole.
                for card in standing.take([cards[story_id]] if story_id in cards else [], 1):
                    yield Part(element, card)
            case Quotation():
                yield Part(element, source=sources.number(element))
            case _:
                yield Part(element)


def _related(body: Iterable[Element]) -> list[str]:
    # Those that don't stand there now, too: they may be published yet, or again.
    return [f"story {one.story_id}" for one in body if isinstance(one, RelatedStory)]


def _chronicle(story: Story, standing: Standing) -> Chronicle | None:
    if story.storyline is None:
        return None
    before, after = queries.along_the_storyline(story)
    if not before and not after:
        return None
    return Chronicle(
        story.storyline.name,
        story.storyline.summary,
        standing.take(before[-_NEAREST:], _NEAREST),
        standing.take(after[:_NEAREST], _NEAREST),
    )


def _named_in(bylines: Iterable[Byline]) -> list[Person]:
    ids = [byline.person_id for byline in bylines if byline.person_id]
    found = Person.objects.select_related("portrait").in_bulk(ids)
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def _filed_under(story: Story) -> list[Topic]:
    return list(Topic.objects.filter(entries__story_id=story.pk).order_by("entries__pk"))


def _signed(bylines: Iterable[Byline], people: Iterable[Person]) -> tuple[Signature, ...]:
    known = {person.pk: person for person in people}
    return tuple(
        Signature(
            byline.name,
            byline.role,
            known[byline.person_id].path if byline.person_id in known else "",
        )
        for byline in bylines
    )


def share_links(url: str, headline: str) -> tuple[ShareLink, ...]:
    """Plain links to where one passes a story on; other sites learn of it when one follows them."""
    address, words = quote(url, safe=""), quote(headline, safe="")
    return (
        ShareLink("LINE", f"https://social-plugins.line.me/lineit/share?url={address}"),
        ShareLink("X", f"https://x.com/intent/post?url={address}&text={words}"),
        ShareLink("Facebook", f"https://www.facebook.com/sharer/sharer.php?u={address}"),
        ShareLink(gettext("Hatena"), f"https://b.hatena.ne.jp/add?mode=confirm&url={address}"),
        ShareLink(gettext("E-mail"), f"mailto:?subject={words}&body={address}"),
    )
