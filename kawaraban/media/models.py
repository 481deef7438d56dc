"""Django's door to the photos."""

from kawaraban.media.photos import Photo, PhotoRendition

__all__ = ["Photo", "PhotoRendition"]
