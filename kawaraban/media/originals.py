"""The files that come in: opened with care, refused with a reason, never served."""

import logging
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageFile

log = logging.getLogger("kawaraban.media.originals")

# What cameras, phones and drawing programs write. Pillow's other decoders see no stranger's file.
FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
# EXIF orientations that turn a photo on its side (5 to 8): its width is the file's height.
_ON_ITS_SIDE = range(5, 9)


def opened(file: IO[bytes]) -> ImageFile.ImageFile:
    """The file's first picture, not decoded yet. Raises OSError for what is none of `FORMATS`."""
    file.seek(0)
    return Image.open(file, formats=FORMATS)


def size_as_seen(file: IO[bytes]) -> tuple[int, int]:
    """Width and height in pixels once the camera's orientation is applied."""
    image = opened(file)
    width, height = image.size
    if image.getexif().get(ExifTags.Base.Orientation) in _ON_ITS_SIDE:
        return height, width
    return width, height


def refuse_unreadable(file: IO[bytes]) -> None:
    """Decodes all of the file once. Raises ValidationError, in words for an editor, if it cannot be.

    A header alone tells nothing: a file cut off half-way has a fine one.
    """
    name = getattr(file, "name", "")
    try:
        image = opened(file)
        if image.width * image.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
            raise Image.DecompressionBombError
        image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        log.warning("refused %r: too many pixels", name)
        raise ValidationError(
            _("This picture has too many pixels; at most %(most)s million are taken."),
            code="too_many_pixels",
            params={"most": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000},
        ) from None
    # A decoder fed a broken file raises what it pleases: SyntaxError, struct.error, EOFError.
    except Exception as problem:
        log.warning("refused %r: %s", name, problem)
        raise ValidationError(
            _("This file cannot be read as a photo: it is damaged, cut off, or none of %(formats)s."),
            code="unreadable",
            params={"formats": ", ".join(FORMATS)},
        ) from problem
    finally:
        file.seek(0)
