import io
from dataclasses import asdict

import pytest
from django.conf import settings
from PIL import ExifTags, Image, IptcImagePlugin

from kawaraban.media import renditions
from kawaraban.media.credits import Told, read_from
from kawaraban.media.models import Photo
from tests.media.conftest import camera_exif, encoded, halves

THREE = ["image/avif", "image/webp", "image/jpeg"]
SAID = {
    "caption": "夜明けの港。",
    "credit": "撮影：山田　花子 <&>",
    "licence": "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/",
}


def at(address: str) -> Image.Image:
    path = settings.MEDIA_ROOT / address.removeprefix(settings.MEDIA_URL)
    return Image.open(io.BytesIO(path.read_bytes()))


def addresses(files: renditions.PictureFiles) -> list[str]:
    return [url for one in files.sources for _, url in one.files] + [files.thumbnail, files.share]


def widest(files: renditions.PictureFiles, mime: str) -> Image.Image:
    return at(next(one for one in files.sources if one.mime == mime).files[-1][1])


def test_a_photo_comes_in_three_formats_and_three_widths_a_thumbnail_and_a_card(photo):
    files = renditions.picture(photo())
    assert [one.mime for one in files.sources] == THREE
    for one in files.sources:
        assert [width for width, _ in one.files] == [480, 800, 1200]
        for width, url in one.files:
            assert at(url).size == (width, width * 9 // 16)
            assert Image.MIME[at(url).format] == one.mime
    assert (at(files.thumbnail).size, at(files.thumbnail).format) == ((320, 180), "WEBP")
    assert (at(files.share).size, at(files.share).format) == ((1200, 675), "JPEG")
    assert (files.width, files.height) == (1200, 675)
    assert all(url.startswith("/media/images/") for url in addresses(files))


def test_the_fields_are_those_of_a_storys_picture(photo):
    from kawaraban.stories.elements import picture_from

    kept = picture_from(asdict(renditions.picture(photo(alt_text="船", **SAID))))
    assert (kept.alt, kept.credit, kept.sources[0].mime) == ("船", SAID["credit"], "image/avif")


@pytest.mark.parametrize("width, widths", [(300, [300]), (900, [480, 800, 900]), (480, [480])])
def test_no_file_is_wider_than_the_original(photo, width, widths):
    files = renditions.picture(photo(encoded(halves(width, 400))))
    assert [one for one, _ in files.sources[0].files] == widths
    shared = at(files.share)
    assert shared.width <= width
    assert abs(shared.width / shared.height - 16 / 9) < 0.02


def test_nothing_is_made_twice_and_one_query_finds_it(photo, django_assert_num_queries, media_folder):
    one = photo()
    first = renditions.picture(one)
    made = {path: path.stat().st_mtime_ns for path in media_folder.rglob("*.*")}
    again = Photo.objects.get(pk=one.pk)
    with django_assert_num_queries(1):
        assert renditions.picture(again) == first
    assert made == {path: path.stat().st_mtime_ns for path in media_folder.rglob("*.*")}


def test_an_original_of_just_that_format_and_width_is_still_made_anew(photo):
    data = encoded(halves(1200, 675), exif=camera_exif())
    assert b"SERIAL-4711" in data
    for url in addresses(renditions.picture(photo(data))):
        assert b"SERIAL-4711" not in at(url).fp.getvalue()


@pytest.mark.parametrize(
    "kind, name", [("JPEG", "a.jpg"), ("WEBP", "a.webp"), ("AVIF", "a.avif"), ("PNG", "a.png")]
)
def test_the_place_and_the_camera_are_in_no_file(photo, kind, name):
    data = encoded(halves(), kind, exif=camera_exif())
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    made = photo(data, name)
    shown = addresses(renditions.picture(made))
    # What Wagtail's own pages show of it passes the same darkroom.
    for url in [*shown, made.get_rendition("max-165x165").url]:
        image = at(url)
        exif = image.getexif()
        assert set(exif) <= {ExifTags.Base.ImageDescription, ExifTags.Base.Artist, ExifTags.Base.Copyright}
        assert not exif.get_ifd(ExifTags.IFD.GPSInfo)
        assert not exif.get_ifd(ExifTags.IFD.Exif)
        raw = image.fp.getvalue()
        assert b"SERIAL-4711" not in raw
        assert b"Phone maker" not in raw


def test_credit_and_copyright_are_in_every_file(photo):
    from kawaraban.kit.text import one_line

    credit = one_line(SAID["credit"])
    rights = f"{credit} / {SAID['licence']}"
    files = renditions.picture(photo(encoded(halves(), exif=camera_exif()), **SAID))
    for url in addresses(files):
        image = at(url)
        told = read_from(io.BytesIO(image.fp.getvalue()))
        assert told == Told(SAID["caption"], credit, SAID["licence"])
        exif = image.getexif()
        assert exif[ExifTags.Base.Artist].encode("latin-1").decode() == credit
        assert exif[ExifTags.Base.Copyright].encode("latin-1").decode() == rights
        packet = image.info["xmp"].decode()
        for name in ("photoshop:Credit", "dc:creator", "dc:rights", "xmpRights:UsageTerms"):
            assert f"<{name}>" in packet
        address = "https://creativecommons.org/licenses/by/4.0/"
        assert f"<xmpRights:WebStatement>{address}</xmpRights:WebStatement>" in packet
    records = IptcImagePlugin.getiptcinfo(widest(files, "image/jpeg"))
    assert records[2, 80].decode() == records[2, 110].decode() == credit
    assert records[2, 116].decode() == rights


def test_a_photo_lies_as_it_was_held(photo):
    one = photo(encoded(halves(900, 600), exif=camera_exif(orientation=6)))
    assert (one.width, one.height) == (600, 900)
    files = renditions.picture(one)
    assert (files.width, files.height) == (600, 900)
    for mime in THREE:
        image = widest(files, mime).convert("RGB")
        assert image.size == (600, 900)
        red, _, blue = image.getpixel((300, 100))
        assert red > 200 > blue


def test_the_focal_point_stays_in_the_crops(photo):
    image = Image.new("RGB", (900, 1600), "white")
    image.paste("blue", (0, 1400, 900, 1600))
    fields = {
        "focal_point_x": 450,
        "focal_point_y": 1500,
        "focal_point_width": 100,
        "focal_point_height": 100,
    }
    data = encoded(image)
    with_point, without = renditions.picture(photo(data, **fields)), renditions.picture(photo(data))
    for one in ("thumbnail", "share"):
        kept = at(getattr(with_point, one)).convert("RGB")
        lost = at(getattr(without, one)).convert("RGB")
        assert kept.getpixel((kept.width // 2, kept.height - 5))[0] < 60
        assert lost.getpixel((lost.width // 2, lost.height - 5))[0] > 200


@pytest.mark.parametrize("field", ["credit", "licence", "caption"])
def test_a_changed_credit_makes_files_anew_at_new_addresses(
    photo, field, media_folder, django_capture_on_commit_callbacks
):
    one = photo(**SAID)
    before = renditions.picture(one)
    setattr(one, field, "別の名")
    one.save()
    after = renditions.picture(one)
    assert not set(addresses(before)) & set(addresses(after))
    assert getattr(read_from(io.BytesIO(at(after.share).fp.getvalue())), field) == "別の名"
    assert at(before.share), "pages not pressed anew yet still show the old file"
    with django_capture_on_commit_callbacks(execute=True):
        assert renditions.drop_outdated(one) == len(addresses(before))
    assert renditions.picture(one) == after
    assert not (media_folder / before.share.removeprefix("/media/")).exists()
    assert renditions.drop_outdated(one) == 0
