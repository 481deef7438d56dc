"""Choosing an encoding."""

import gzip

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as some

from kawaraban.press.compression import PACKED, PLAIN, chosen, packed

UNPACK = {
    PLAIN: bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": zstandard.decompress,
}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"", PLAIN),
        (b"gzip, deflate, br, zstd", "zstd"),
        (b"gzip, deflate, br", "br"),
        (b"gzip;q=1.0, br;q=0.2", "gzip"),
        (b"GZIP", "gzip"),
        (b"gzip;q=0", PLAIN),
        (b"*", "zstd"),
        (b"*;q=0.5, zstd;q=0", "br"),
        (b"identity, gzip;q=0.5", PLAIN),
        (b"identity;q=0, gzip;q=0", PLAIN),
        (b"deflate, compress", PLAIN),
        (b"gzip;q=nonsense, br;q=...", PLAIN),
        (b"x" * 5000, PLAIN),
    ],
)
def test_what_the_reader_weighs_most_is_taken(header, expected):
    assert chosen(header) == expected


@given(some.binary(max_size=200))
def test_any_header_gives_an_encoding_there_is(header):
    assert chosen(header) in (PLAIN, *PACKED)


@given(some.binary(max_size=2000), some.sampled_from([PLAIN, *PACKED]))
def test_what_is_packed_unpacks_to_the_same(body, encoding):
    assert UNPACK[encoding](packed(body, encoding)) == body
