"""Whose a photo is and on what terms we show it: what is said, what is missing, what its file tells."""

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from lxml import etree
from PIL import ExifTags, Image, IptcImagePlugin

from kawaraban.kit.text import one_line
from kawaraban.media.originals import opened

if TYPE_CHECKING:
    from kawaraban.media.photos import Photo

_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "rights": "http://ns.adobe.com/xap/1.0/rights/",
}
# IPTC-IIM's own way to say that the rest is UTF-8 (dataset 1:90).
IIM_UTF8 = b"\x1b%G"


@dataclass(frozen=True)
class Told:
    """What a file tells about itself, or what ours shall tell. Empty where nothing is said."""

    caption: str = ""
    credit: str = ""
    licence: str = ""


def told_by(photo: "Photo") -> Told:
    """What the newsroom says about a photo."""
    return Told(one_line(photo.caption), one_line(photo.credit), one_line(photo.licence))


def complete(photo: "Photo") -> list[str]:
    """Which of "credit" and "licence" are missing; empty when the photo may be published with."""
    return [name for name in ("credit", "licence") if not getattr(photo, name).strip()]


def read_from(file: IO[bytes]) -> Told:
    """Caption, credit and licence embedded in a file: by XMP, else IPTC-IIM, else EXIF, each in turn.

    That is the order in which agencies keep them up to date. The copyright notice stands in for a
    licence only where no terms are told. Raises OSError for a file that is no picture.
    """
    image = opened(file)
    told = (_by_xmp(image), _by_iim(image), _by_exif(image))
    file.seek(0)
    return Told(
        caption=_first(one.caption for one in told),
        credit=_first(one.credit for one in told),
        licence=_first(one.licence for one in told),
    )


def _first(texts: Any) -> str:
    return next((text for text in texts if text), "")


def _by_xmp(image: Image.Image) -> Told:
    packet = image.info.get("xmp") or b""
    if isinstance(packet, str):
        packet = packet.encode()
    # A stranger's XML: no entities, nothing fetched; what is broken tells nothing.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        tree = etree.fromstring(packet.strip(b"\x00 \r\n\t"), parser)
    except etree.XMLSyntaxError:
        return Told()
    if tree is None:
        return Told()

    def said(name: str) -> str:
        # XMP writes a plain value as an attribute or an element, a list as rdf:li inside it.
        found: Any = tree.xpath(f"//{name}//text()[normalize-space()] | //@{name}", namespaces=_NAMESPACES)
        return one_line(str(found[0])) if found else ""

    return Told(
        caption=said("dc:description"),
        credit=said("photoshop:Credit") or said("dc:creator"),
        licence=said("rights:UsageTerms") or said("rights:WebStatement") or said("dc:rights"),
    )


def _by_iim(image: Image.Image) -> Told:
    try:
        data = IptcImagePlugin.getiptcinfo(image) or {}  # type: ignore[arg-type]
    except (SyntaxError, OSError, ValueError):
        return Told()

    def said(dataset: int) -> str:
        value = data.get((2, dataset), b"")
        first = value[0] if isinstance(value, list) else value
        try:
            return one_line(first.decode())
        # No charset is named that we could trust: an empty field is better than a garbled name.
        except UnicodeDecodeError:
            return ""

    return Told(caption=said(120), credit=said(110) or said(80), licence=said(116))


def _by_exif(image: Image.Image) -> Told:
    exif = image.getexif()

    def said(tag: int) -> str:
        value = exif.get(tag, "")
        raw = value if isinstance(value, bytes) else str(value).encode("latin-1", "ignore")
        # EXIF 2.3 says ASCII, everybody writes UTF-8, and Pillow reads both as Latin-1.
        return one_line(raw.decode("utf-8", "ignore").replace("\x00", " "))

    return Told(
        caption=said(ExifTags.Base.ImageDescription),
        credit=said(ExifTags.Base.Artist),
        licence=said(ExifTags.Base.Copyright),
    )
