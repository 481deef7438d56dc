"""A body as code hands it in, turned into the blocks that an editor sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wagtail.blocks import StreamValue

from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.markup import rich_text
from kawaraban.stories import elements


@dataclass(frozen=True)
class Photograph:
    """A photo of the newsroom, by its number."""

    photo_id: int


@dataclass(frozen=True)
class Gallery:
    """Two photos or more, by their numbers."""

    photo_ids: tuple[int, ...]


Part = (
    elements.Paragraph
    | elements.Subheading
    | elements.ListOfItems
    | elements.Quotation
    | elements.Table
    | elements.LinkCard
    | elements.RelatedStory
    | Photograph
    | Gallery
)


def body_of(parts: Iterable[Part]) -> StreamValue:
    """The blocks of these parts, in their order."""
    block = Article.body.field.stream_block
    return block.to_python([{"type": kind, "value": value} for kind, value in map(_block, parts)])


def _block(part: Part) -> tuple[str, Any]:
    match part:
        case elements.Paragraph(html=html):
            return "paragraph", rich_text(html)
        case elements.Subheading(text=text):
            return "subheading", text
        case elements.ListOfItems(items=items, numbered=numbered):
            return "list", {"numbered": numbered, "items": [rich_text(item) for item in items]}
        case elements.Quotation(text=text, speaker=speaker, source=source, source_url=source_url):
            return "quotation", {
                "text": text,
                "speaker": speaker,
                "source": source,
                "source_url": source_url,
            }
        case elements.Table():
            return "table", _table(part)
        case elements.LinkCard(url=url, title=title, site=site, description=description):
            return "link_card", {"url": url, "title": title, "site": site, "description": description}
        case elements.RelatedStory(story_id=story_id):
            return "related_story", story_id
        case Photograph(photo_id=photo_id):
            return "photo", photo_id
        case Gallery(photo_ids=photo_ids):
            return "gallery", list(photo_ids)


def _table(table: elements.Table) -> dict[str, Any]:
    width = max([len(table.head), *(len(row) for row in table.rows)], default=0)

    def filled(row: tuple[str, ...]) -> list[str]:
        return [*row, *[""] * (width - len(row))]

    return {
        "columns": [{"type": "text", "heading": heading} for heading in filled(table.head)],
        "rows": [{"values": filled(row)} for row in table.rows],
        "caption": table.caption,
    }
