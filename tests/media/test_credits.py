"""What a photo's file tells about itself, and what is still to be said."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.kit.text import one_line
from kawaraban.media import credits, imprint
from kawaraban.media.credits import Told, read_from
from kawaraban.media.models import Photo
from tests.media.conftest import encoded, form_for, halves

TELLING = Told("港の朝。", "山田花子 / 通信社", "CC BY 4.0")


@pytest.mark.parametrize(
    "credit, licence, missing",
    [
        ("", "", ["credit", "licence"]),
        ("山田", " ", ["licence"]),
        ("", "CC0", ["credit"]),
        ("山田", "CC0", []),
    ],
)
def test_credit_and_licence_must_be_said(db, credit, licence, missing):
    assert credits.complete(Photo(credit=credit, licence=licence)) == missing


def picture(**marks) -> io.BytesIO:
    return io.BytesIO(encoded(halves(60, 40), **marks))


def test_each_way_of_telling_is_read():
    rights = imprint.rights(TELLING)
    assert read_from(picture(xmp=imprint.xmp(TELLING))) == TELLING
    by_notice = Told(TELLING.caption, TELLING.credit, rights)
    assert read_from(picture(extra=imprint.iim(TELLING))) == by_notice
    assert read_from(picture(exif=imprint.exif(TELLING))) == by_notice
    assert read_from(picture()) == Told()


def test_what_one_way_leaves_out_another_may_tell():
    file = picture(xmp=imprint.xmp(Told(credit="甲")), extra=imprint.iim(Told(caption="乙", credit="丙")))
    assert (read_from(file).credit, read_from(file).caption) == ("甲", "乙")


def test_properties_written_as_attributes_are_read():
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<r:Description xmlns:p="http://ns.adobe.com/photoshop/1.0/" p:Credit="Agency"/></r:RDF></x:xmpmeta>'
    )
    assert read_from(picture(xmp=packet)).credit == "Agency"


@pytest.mark.parametrize(
    "packet",
    [
        b"not xml",
        b"<x",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
        b'<a xmlns:p="http://ns.adobe.com/photoshop/1.0/"><p:Credit>&b;</p:Credit></a>',
    ],
)
def test_hostile_xmp_tells_nothing(packet):
    assert read_from(picture(xmp=packet)) == Told()


def test_text_in_an_unknown_charset_is_left_out():
    segment = imprint.iim(Told(credit="AAAAAA")).replace(b"AAAAAA", "山田花".encode("cp932"))
    assert read_from(picture(extra=segment)).credit == ""


@given(st.builds(Told, *[st.text(max_size=150).map(one_line)] * 3))
def test_what_is_printed_can_be_read_again(told):
    assert read_from(picture(xmp=imprint.xmp(told))) == Told(
        told.caption, told.credit, told.licence or imprint.rights(told)
    )


def test_a_new_file_fills_empty_fields_and_no_others(db):
    data = encoded(halves(), xmp=imprint.xmp(TELLING))
    form = form_for(data, credit="編集部")
    assert form.is_valid(), form.errors
    photo = form.save()
    assert (photo.caption, photo.credit, photo.licence) == ("港の朝。", "編集部", "CC BY 4.0")


def test_a_long_caption_is_cut_to_its_field(db):
    form = form_for(encoded(halves(), xmp=imprint.xmp(Told(caption="長" * 900))))
    assert form.is_valid()
    assert form.save().caption == "長" * 300
