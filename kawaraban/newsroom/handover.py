"""An article becomes a finished story. Pure reading: nothing here writes."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from kawaraban.headlines import trials
from kawaraban.kit import clock
from kawaraban.media import renditions
from kawaraban.media.photos import Photo
from kawaraban.newsroom import markup
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.storylines import place_of
from kawaraban.newsroom.wordings import wordings_of
from kawaraban.stories import elements, queries
from kawaraban.stories.elements import Wording
from kawaraban.stories.publish import Finished


def finished_from(article: Article) -> Finished:
    """The story that this article makes, as it stands: a live one, or a draft for its preview.

    Makes the files of its photos if they are not made yet. Raises Wagtail's SourceImageIOError if
    a photo's original is gone.
    """
    published = article.first_published_at or clock.now()
    wordings = wordings_of(article, _picture)
    chosen = trials.chosen_of(article.pk, wordings) if wordings and article.pk else None
    own = Wording(article.title, _picture(article.lead_photo) if article.lead_photo else None)
    shown = own if chosen is None else wordings[chosen]
    return Finished(
        id=article.pk or 0,
        path=article.readers_path,
        language=queries.publication().language,
        section_id=article.section_id,
        other_section_ids=tuple(section.pk for section in article.other_sections.all()),
        kicker=article.kicker,
        headline=shown.headline,
        # The short one is short for the article's own.
        short_headline=article.short_headline if shown.headline == article.title else "",
        dek=article.dek,
        bylines=tuple(_byline(byline) for byline in article.bylines.all()),
        lead=shown.lead,
        body=tuple(element for block in article.body for element in _elements(block)),
        corrections=tuple(_correction(one) for one in article.corrections.all()),
        topic_ids=tuple(topic.pk for topic in article.topics.all()),
        storyline_id=article.storyline_id,
        storyline_position=place_of(article),
        comments_open=article.comments_open,
        published_at=published,
        updated_at=article.updated_at or published,
        wordings=wordings if chosen is None else (),
    )


def _byline(byline: Any) -> elements.Byline:
    if byline.person:
        return elements.Byline(byline.person.name, byline.person_id, byline.role or byline.person.role)
    return elements.Byline(byline.name.strip(), None, byline.role)


def _correction(correction: Any) -> elements.Correction:
    return elements.Correction(correction.at.isoformat(), correction.text)


def _picture(photo: Photo) -> elements.Picture:
    picture = elements.picture_from(asdict(renditions.picture(photo)))
    assert picture is not None  # noqa: S101 - a photo always has its files
    return picture


def _address_of(page_id: int) -> str:
    page = Article.objects.filter(pk=page_id, live=True).select_related("section").first()
    return page.readers_path if page else ""


def _elements(block: Any) -> Iterator[elements.Element]:
    """What a block gives readers: several elements, or none where what it showed is gone."""
    yield from _OF_BLOCK[block.block_type](block.value)


def _paragraphs(text: Any) -> list[elements.Element]:
    return [elements.Paragraph(html) for html in markup.sentences(text.source, _address_of)]


def _list(value: Any) -> list[elements.Element]:
    items = tuple(markup.sentence(item.source, _address_of) for item in value["items"])
    kept = tuple(item for item in items if item)
    return [elements.ListOfItems(kept, bool(value["numbered"]))] if kept else []


def _quotation(value: Any) -> list[elements.Element]:
    return [
        elements.Quotation(
            value["text"], value["speaker"] or "", value["source"] or "", value["source_url"] or ""
        )
    ]


def _photo(photo: Photo | None) -> list[elements.Element]:
    return [elements.Photograph(_picture(photo))] if photo else []


def _gallery(photos: Any) -> list[elements.Element]:
    pictures = tuple(_picture(photo) for photo in photos if photo)
    return [elements.Gallery(pictures)] if pictures else []


def _table(table: Any) -> list[elements.Element]:
    head = tuple(column["heading"] for column in table.columns)
    rows = tuple(tuple(value or "" for value in row["values"]) for row in table.row_data)
    return [elements.Table(head if any(head) else (), rows, table.caption or "")] if rows else []


def _link_card(value: Any) -> list[elements.Element]:
    return [elements.LinkCard(value["url"], value["title"], value["site"] or "", value["description"] or "")]


def _related(page: Any) -> list[elements.Element]:
    return [elements.RelatedStory(page.pk)] if page else []


_OF_BLOCK: dict[str, Callable[[Any], list[elements.Element]]] = {
    "paragraph": _paragraphs,
    "subheading": lambda text: [elements.Subheading(text)],
    "list": _list,
    "quotation": _quotation,
    "photo": _photo,
    "gallery": _gallery,
    "table": _table,
    "link_card": _link_card,
    "related_story": _related,
}
