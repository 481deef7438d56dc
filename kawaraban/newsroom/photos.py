"""What a photo must say before readers may see it."""

from django.utils.translation import gettext as _

from kawaraban.media import credits
from kawaraban.media.photos import Photo


def complaint(photo: Photo) -> str:
    """What keeps this photo from being published, in words; "" when nothing does."""
    said = {"photo": photo.title}
    match credits.complete(photo):
        case []:
            return ""
        case ["credit"]:
            return _("“%(photo)s” has no credit: add it to the photo before publishing.") % said
        case ["licence"]:
            return _("“%(photo)s” has no licence: add it to the photo before publishing.") % said
        case _both:
            return (
                _("“%(photo)s” has neither credit nor licence: add them to the photo before publishing.")
                % said
            )
