"""All files of a photo, made once and described."""

from dataclasses import dataclass

from django.db.models import Q

from kawaraban.media.photos import Photo
from kawaraban.media.prints import Print

WIDTHS = (480, 800, 1200)
# Best first; the last is what any browser takes.
FORMATS = ("avif", "webp", "jpeg")
THUMBNAIL = "fill-320x180|format-webp"
SHARE = "fill-1200x675|format-jpeg"


@dataclass(frozen=True)
class SourceFiles:
    """One format of a picture and the widths it comes in, as `stories.elements.Source`."""

    mime: str
    files: tuple[tuple[int, str], ...]  # (width in pixels, address), narrowest first


@dataclass(frozen=True)
class PictureFiles:
    """A photo with all its files; the fields are those of `stories.elements.Picture`."""

    alt: str
    caption: str
    credit: str
    licence: str
    width: int  # of the widest file, in pixels
    height: int
    sources: tuple[SourceFiles, ...]
    thumbnail: str
    share: str


def picture(photo: Photo) -> PictureFiles:
    """Makes what is missing of a photo's files and describes them all; one query if none is.

    A photo narrower than a width of `WIDTHS` comes in its own width instead; crops of small photos
    are the largest of their shape. Raises wagtail's SourceImageIOError if the original is gone.
    """
    widths = _widths(photo)
    made = photo.get_renditions(*_filters(photo))
    sources = tuple(
        SourceFiles(
            f"image/{kind}",
            tuple((width, made[f"width-{width}|format-{kind}"].url) for width in widths),
        )
        for kind in FORMATS
    )
    widest = made[f"width-{widths[-1]}|format-jpeg"]
    return PictureFiles(
        alt=photo.alt_text,
        caption=photo.caption,
        credit=photo.credit,
        licence=photo.licence,
        width=widest.width,
        height=widest.height,
        sources=sources,
        thumbnail=made[THUMBNAIL].url,
        share=made[SHARE].url,
    )


def drop_outdated(photo: Photo) -> int:
    """Deletes files made before credit, licence, caption or focal point changed. How many.

    To be called once no story shows them any more: until the stories with this photo are handed
    over again, their pages have the old addresses.
    """
    current = Q()
    for spec in photo.renditions.values_list("filter_spec", flat=True).distinct():
        current |= Q(filter_spec=spec, focal_point_key=Print(spec).get_cache_key(photo))
    return photo.renditions.exclude(current).delete()[0] if current else 0


def _widths(photo: Photo) -> list[int]:
    return sorted({min(width, photo.width) for width in WIDTHS})


def _filters(photo: Photo) -> list[str]:
    scaled = [f"width-{width}|format-{kind}" for kind in FORMATS for width in _widths(photo)]
    return [*scaled, THUMBNAIL, SHARE]
