"""The typed parts a story's body is made of. Each is plain data with one component in `reading`."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Source:
    """One file of a picture: a format and the widths it comes in."""

    mime: str  # "image/avif", "image/webp" or "image/jpeg"
    files: tuple[tuple[int, str], ...]  # (width in pixels, address), narrowest first


@dataclass(frozen=True)
class Picture:
    """A photo as a page shows it. `sources` best format first; the last is what any browser takes."""

    alt: str
    caption: str
    credit: str
    licence: str
    width: int
    height: int
    sources: tuple[Source, ...]
    thumbnail: str  # address of a 16:9 crop for rails, 320 x 180, WebP
    share: str  # address of a 16:9 crop for other sites' cards, 1200 x 675, JPEG


@dataclass(frozen=True)
class Wording:
    """A headline and picture that a story may show in lists while a test of them runs."""

    headline: str
    lead: Picture | None = None
    photo: int = 0  # the number of the picture's photo: its files' addresses change with its credit


@dataclass(frozen=True)
class Paragraph:
    html: str  # cleaned: a, b, strong, i, em, ruby, rt, rp, sup, sub, br, code and no other
    kind: str = "paragraph"


@dataclass(frozen=True)
class Subheading:
    text: str
    kind: str = "subheading"


@dataclass(frozen=True)
class ListOfItems:
    items: tuple[str, ...]  # HTML, cleaned like a paragraph's
    numbered: bool = False
    kind: str = "list"


@dataclass(frozen=True)
class Quotation:
    text: str
    speaker: str = ""
    source: str = ""
    source_url: str = ""
    kind: str = "quotation"


@dataclass(frozen=True)
class Photograph:
    picture: Picture
    kind: str = "photo"


@dataclass(frozen=True)
class Gallery:
    pictures: tuple[Picture, ...]
    kind: str = "gallery"


@dataclass(frozen=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    kind: str = "table"


@dataclass(frozen=True)
class LinkCard:
    """Something on another site, shown as a card of our own: no script or picture of theirs."""

    url: str
    title: str
    site: str = ""
    description: str = ""
    kind: str = "link-card"


@dataclass(frozen=True)
class RelatedStory:
    story_id: int
    kind: str = "related-story"


Element = (
    Paragraph | Subheading | ListOfItems | Quotation | Photograph | Gallery | Table | LinkCard | RelatedStory
)


def picture_from(data: dict[str, Any] | None) -> Picture | None:
    """A picture as it was kept."""
    if not data:
        return None
    sources = tuple(
        Source(one["mime"], tuple((width, url) for width, url in one["files"])) for one in data["sources"]
    )
    return Picture(**{**data, "sources": sources})


def _kept_picture(data: dict[str, Any]) -> Picture:
    found = picture_from(data)
    assert found is not None  # noqa: S101 - a photo element is never kept without its picture
    return found


_FROM_KEPT: dict[str, Any] = {
    "paragraph": lambda d: Paragraph(d["html"]),
    "subheading": lambda d: Subheading(d["text"]),
    "list": lambda d: ListOfItems(tuple(d["items"]), d["numbered"]),
    "quotation": lambda d: Quotation(d["text"], d["speaker"], d["source"], d["source_url"]),
    "photo": lambda d: Photograph(_kept_picture(d["picture"])),
    "gallery": lambda d: Gallery(tuple(_kept_picture(one) for one in d["pictures"])),
    "table": lambda d: Table(tuple(d["head"]), tuple(map(tuple, d["rows"])), d["caption"]),
    "link-card": lambda d: LinkCard(d["url"], d["title"], d["site"], d["description"]),
    "related-story": lambda d: RelatedStory(d["story_id"]),
}


def body_from(kept: Iterable[dict[str, Any]]) -> tuple[Element, ...]:
    """A body as it was kept. Raises KeyError for a kind this code does not know."""
    return tuple(_FROM_KEPT[one["kind"]](one) for one in kept)


def kept(body: Iterable[Element]) -> list[dict[str, Any]]:
    """A body as JSON keeps it; `body_from` is the inverse."""
    return [asdict(element) for element in body]


@dataclass(frozen=True)
class Correction:
    """What was wrong and is right now. `at` in ISO 8601 with zone."""

    at: str
    text: str


@dataclass(frozen=True)
class Byline:
    """Who wrote a story. `person_id` is None for a name without a page."""

    name: str
    person_id: int | None = None
    role: str = field(default="")
