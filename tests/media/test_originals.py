"""Files that come in broken, hostile or merely odd."""

import io

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms

from kawaraban.media import renditions
from kawaraban.media.originals import refuse_unreadable
from tests.media.conftest import encoded, form_for, halves
from tests.media.test_renditions import addresses, at, widest

THREE = ["image/avif", "image/webp", "image/jpeg"]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
@pytest.mark.parametrize("part", [0.3, 0.7])
def test_a_file_cut_off_is_refused(kind, part):
    data = encoded(Image.effect_noise((400, 300), 50).convert("RGB"), kind)
    with pytest.raises(ValidationError) as refused:
        refuse_unreadable(io.BytesIO(data[: int(len(data) * part)]))
    assert refused.value.code == "unreadable"


@pytest.mark.parametrize(
    "data, name",
    [
        (SVG, "a.svg"),
        (SVG, "a.png"),
        (b"", "a.jpg"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 500, "a.jpg"),
        (encoded(halves(90, 60), "TIFF"), "a.jpg"),
        (encoded(halves(90, 60), "PNG"), "a.jpg"),
        (encoded(halves())[:4000], "a.jpg"),
    ],
)
def test_the_form_refuses_with_words_and_keeps_nothing(db, data, name, media_folder):
    form = form_for(data, name)
    assert not form.is_valid()
    assert form.errors["file"]
    assert not list(media_folder.rglob("*.*"))


def test_too_many_pixels_are_refused_before_they_are_decoded(settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 1_000_000
    with pytest.raises(ValidationError) as refused:
        refuse_unreadable(io.BytesIO(encoded(halves(1001, 1000), "PNG")))
    assert refused.value.code == "too_many_pixels"
    refuse_unreadable(io.BytesIO(encoded(halves(1000, 1000), "PNG")))


def test_what_hangs_on_behind_a_picture_reaches_nobody(photo):
    files = renditions.picture(photo(encoded(halves()) + b"<script>alert(1)</script>PK\x03\x04"))
    assert all(b"<script>" not in at(url).fp.getvalue() for url in addresses(files))


def test_a_comment_in_a_jpeg_reaches_nobody(photo):
    files = renditions.picture(photo(encoded(halves(), comment=b"secret note")))
    assert all(b"secret note" not in at(url).fp.getvalue() for url in addresses(files))


def seen(photo, image: Image.Image, kind: str, name: str, **options) -> list[tuple[int, int, int]]:
    """The colour left and right of the middle in each of the three formats."""
    files = renditions.picture(photo(encoded(image, kind, **options), name))
    found = []
    for mime in THREE:
        shown = widest(files, mime).convert("RGB")
        found += [shown.getpixel((shown.width // 4, 9)), shown.getpixel((shown.width * 3 // 4, 9))]
    return found


def near(colour, wanted) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(colour, wanted, strict=True))


def test_of_moving_pictures_the_first_is_shown(photo):
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "lime", "blue")]
    colours = seen(photo, frames[0], "GIF", "a.gif", save_all=True, append_images=frames[1:])
    assert all(near(colour, (255, 0, 0)) for colour in colours)


def test_print_colours_come_out_as_screen_colours(photo):
    colours = seen(photo, halves(600, 400).convert("CMYK"), "JPEG", "a.jpg")
    assert all(red > 200 > blue for red, _, blue in colours[::2])


def test_sixteen_bits_of_grey_stay_grey(photo):
    grey = Image.new("I;16", (600, 400), 0x8080)
    assert all(near(colour, (128, 128, 128)) for colour in seen(photo, grey, "PNG", "a.png"))


def test_what_is_see_through_stands_on_white(photo):
    image = Image.new("RGBA", (600, 400), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 300, 400))
    for one in (image, image.quantize(8)):
        colours = seen(photo, one, "PNG", "a.png")
        assert all(near(colour, (255, 0, 0)) for colour in colours[::2])
        assert all(near(colour, (255, 255, 255)) for colour in colours[1::2])


def test_another_colour_space_is_converted(photo):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for one in (srgb, profile, b"no profile at all"):
        colours = seen(photo, halves(600, 400), "JPEG", "a.jpg", icc_profile=one)
        assert all(near(colour, (254, 0, 0)) for colour in colours[::2])
