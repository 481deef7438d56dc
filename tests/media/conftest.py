"""Photos as they come in, drawn here; each test file room has its own media folder."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image
from wagtail.images.forms import get_image_form
from wagtail.models import Collection

from kawaraban.media.models import Photo


@pytest.fixture(autouse=True)
def media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def halves(width: int = 1600, height: int = 900) -> Image.Image:
    """Red left, blue right: one sees what was cut and what was turned."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def camera_exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes: the place, the serial number, who made it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Phone maker"
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = "Somebody else"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (35.0, 41.0, 22.0),
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: (139.0, 41.0, 30.0),
        }
    )
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = "SERIAL-4711"
    return exif


def form_for(data: bytes, name: str = "photo.jpg", **fields):
    """The newsroom's own form, filled in."""
    values = {"title": "港", "collection": Collection.get_first_root_node().pk, "tags": "", **fields}
    return get_image_form(Photo)(values, {"file": SimpleUploadedFile(name, data)})


@pytest.fixture
def photo(db) -> Callable[..., Photo]:
    def come_in(data: bytes | None = None, name: str = "photo.jpg", **fields) -> Photo:
        form = form_for(data or encoded(halves()), name, **fields)
        assert form.is_valid(), form.errors
        return form.save()

    return come_in
