"""Credit and copyright as they are written into every file we serve, in the three ways files have.

Nothing of the original's own metadata is kept: what we did not write cannot give a place away.
"""

import re
from html import escape

from PIL import ExifTags, Image

from kawaraban.media.credits import IIM_UTF8, Told

_ADDRESS = re.compile(r"https?://[^\s<>()（）]+")


def rights(told: Told) -> str:
    """The notice: whose it is and on what terms, as one line."""
    return " / ".join(part for part in (told.credit, told.licence) if part)


def exif(told: Told) -> bytes:
    """EXIF with ImageDescription, Artist and Copyright in UTF-8, and nothing else."""
    tags = Image.Exif()
    for tag, text in (
        (ExifTags.Base.ImageDescription, told.caption),
        (ExifTags.Base.Artist, told.credit),
        (ExifTags.Base.Copyright, rights(told)),
    ):
        if text:
            # As bytes, for Pillow would turn every character outside ASCII into a question mark.
            tags[tag] = text.encode()
    return tags.tobytes()


def xmp(told: Told) -> bytes:
    """An XMP packet (ISO 16684-1) with photoshop:Credit, dc and xmpRights."""
    address = _ADDRESS.search(told.licence)
    properties = [
        _plain("photoshop:Credit", told.credit),
        _listed("dc:creator", "Seq", told.credit),
        _worded("dc:description", told.caption),
        _worded("dc:rights", rights(told)),
        _worded("xmpRights:UsageTerms", told.licence),
        _plain("xmpRights:WebStatement", address.group() if address else ""),
    ]
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        ' xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/">'
        f"{''.join(properties)}"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _plain(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _listed(name: str, kind: str, text: str, language: str = "") -> str:
    item = f"<rdf:li{language}>{escape(text)}</rdf:li>"
    return f"<{name}><rdf:{kind}>{item}</rdf:{kind}></{name}>" if text else ""


def _worded(name: str, text: str) -> str:
    return _listed(name, "Alt", text, ' xml:lang="x-default"')


def iim(told: Told) -> bytes:
    """A JPEG's APP13 segment with IPTC-IIM 4.2: by-line, credit, copyright notice, caption.

    Written whole, though the standard of 1991 allots a credit 32 bytes (ten characters of
    Japanese): readers have long taken more, and half a name is nobody's.
    """
    records = _dataset(1, 90, IIM_UTF8) + _dataset(2, 0, b"\x00\x04")
    for number, text in ((80, told.credit), (110, told.credit), (116, rights(told)), (120, told.caption)):
        if text:
            records += _dataset(2, number, text.encode())
    padding = b"\x00" * (len(records) % 2)
    resource = b"8BIM\x04\x04\x00\x00" + len(records).to_bytes(4, "big") + records + padding
    payload = b"Photoshop 3.0\x00" + resource
    return b"\xff\xed" + (len(payload) + 2).to_bytes(2, "big") + payload


def _dataset(record: int, number: int, value: bytes) -> bytes:
    return bytes((0x1C, record, number)) + len(value).to_bytes(2, "big") + value
