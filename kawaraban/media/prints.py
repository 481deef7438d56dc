"""Making one file that readers get from an original: turned upright, cut, in sRGB, with its imprint."""

import contextlib
import hashlib
import math
import threading
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from PIL import Image, ImageCms, ImageFile, ImageOps
from wagtail.images.models import Filter
from willow.image import AvifImageFile, JPEGImageFile, WebPImageFile
from willow.plugins.pillow import PillowImage

from kawaraban.media import imprint
from kawaraban.media.credits import told_by
from kawaraban.media.originals import opened, size_as_seen

if TYPE_CHECKING:
    from kawaraban.media.photos import Photo

# Chosen by measuring (1200 x 675 at three widths, one core): AVIF at speed 8 takes 0.2 s and is as
# small as at the default 6, which takes 1.0 s; at 9 it takes 0.09 s and drawings double in size.
# Wagtail makes three files at a time, so each encoder keeps to one thread.
_AVIF = {"quality": 60, "speed": 8, "max_threads": 1}
_WEBP = {"quality": 78, "method": 2}
_JPEG = {"quality": 80, "progressive": True, "optimize": True}

# A photo takes 4 bytes a pixel once decoded, and Wagtail makes three files at a time.
_LARGE = 12_000_000
_ONE_LARGE_AT_A_TIME = threading.Lock()

_SRGB = ImageCms.createProfile("sRGB")
_SIXTEEN_BITS = ("I", "I;16", "I;16B", "I;16L", "I;16N")


class Print(Filter):
    """Wagtail's filter, with our own darkroom: no file leaves it but freshly encoded.

    Wagtail's would hand the original's EXIF (with the place it was taken) on in JPEGs and drop
    credit and copyright. JPEG and AVIF where the filter asks for them; everything else is WebP.
    """

    def get_cache_key(self, image: "Photo") -> str:
        """16 hex digits that change with focal point, credit, licence and caption.

        They are part of the file's address: a print with an outdated credit is never found again.
        """
        parts = (super().get_cache_key(image), repr(told_by(image)))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def run(self, image: "Photo", output: IO[bytes], source: IO[bytes] | None = None) -> Any:
        """The print in memory, as the Willow image file that Wagtail expects."""
        if source is not None:
            developed, wish = self._developed(image, source)
        else:
            with image.open_file() as original:
                developed, wish = self._developed(image, original)
        told = told_by(image)
        marks: dict[str, Any] = {"exif": imprint.exif(told), "xmp": imprint.xmp(told)}
        # Nobody would ever close Wagtail's spooled file, and Pillow makes a real one of it.
        output.close()
        encoded = BytesIO()
        if wish == "avif":
            developed.save(encoded, "AVIF", **_AVIF, **marks)
            kind = AvifImageFile
        elif wish == "jpeg":
            developed.save(encoded, "JPEG", **_JPEG, **marks, extra=imprint.iim(told))
            kind = JPEGImageFile
        else:
            developed.save(encoded, "WEBP", **_WEBP, **marks)
            kind = WebPImageFile
        return kind(encoded)

    def _developed(self, photo: "Photo", original: IO[bytes]) -> tuple[Image.Image, str]:
        header = opened(original)
        format_by_default = "jpeg" if header.format == "JPEG" else "webp"
        whole = size_as_seen(original)
        image = _cut_from(original, self.get_transform(photo, whole), whole)
        # Only now, for colours are quicker to convert once the picture is small.
        image = _in_srgb(image, header.info.get("icc_profile"))
        env: dict[str, Any] = {"original-format": format_by_default}
        willow: Any = PillowImage(image)
        for operation in self.filter_operations:
            willow = operation.run(willow, photo, env) or willow
        # Encoders look into `info` for what they were not given: it holds the original's metadata.
        willow.image.info = {}
        return willow.image, env.get("output-format", format_by_default)


def _cut_from(original: IO[bytes], transform: Any, whole: tuple[int, int]) -> Image.Image:
    """The part of the original that the transform shows, upright and at its size."""
    negative = opened(original)
    _read_coarsely(negative, transform)
    large = negative.width * negative.height > _LARGE
    with _ONE_LARGE_AT_A_TIME if large else contextlib.nullcontext():
        ImageOps.exif_transpose(negative, in_place=True)
        cut = _cut(_opaque(negative), transform, whole)
        # Its pixels are let go here, before the next thread reads its own.
        del negative
    return cut


def _read_coarsely(negative: ImageFile.ImageFile, transform: Any) -> None:
    """Has a JPEG decoded at 1/2, 1/4 or 1/8 where that still leaves twice the pixels needed."""
    needed = 2 * transform.size[0] / transform.get_rect().width
    negative.draft(negative.mode, (math.ceil(negative.width * needed), math.ceil(negative.height * needed)))


def _cut(image: Image.Image, transform: Any, whole: tuple[int, int]) -> Image.Image:
    """The part of the whole that the transform shows, at its size. `image` may be read coarsely."""
    part, (width, height) = transform.get_rect().round(), whole
    across, down = image.width / width, image.height / height
    # Rounding may have put the part a pixel over the edge.
    box = (
        max(part.left, 0) * across,
        max(part.top, 0) * down,
        min(part.right, width) * across,
        min(part.bottom, height) * down,
    )
    return image.resize(transform.size, Image.Resampling.LANCZOS, box=box)


def _opaque(image: Image.Image) -> Image.Image:
    """In 8 bits a channel, grey, RGB or CMYK; what is see-through stands on white, in every format."""
    if image.mode in _SIXTEEN_BITS:
        # Pillow's own way to 8 bits cuts off instead of scaling: all but black would turn white.
        return image.convert("I").point(lambda level: level * (1 / 257) + 0).convert("L")
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB, which is what browsers take a file without profile for."""
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, own, _SRGB, outputMode="RGB")
        # A broken profile, or one for other colours than the picture has: shown as if it had none.
        except (ImageCms.PyCMSError, OSError, ValueError):
            return image.convert("RGB")
        if converted is not None:
            return converted
    return image.convert("RGB")
