"""An address counts as what it is, and headers that anyone can write count for nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.audience.addresses import address_of, networks_of, packed


@pytest.mark.parametrize(
    ("address", "own", "wide", "public"),
    [
        ("11.1.2.3", b"\x0b\x01\x02\x03", b"\x0b\x01\x02", True),
        ("::ffff:11.1.2.3", b"\x0b\x01\x02\x03", b"\x0b\x01\x02", True),
        ("2400:1:2:3:4:5:6:7", b"\x24\x00\x00\x01\x00\x02\x00\x03", b"\x24\x00\x00\x01\x00\x02", True),
        ("172.20.0.1", b"\xac\x14\x00\x01", b"\xac\x14\x00", False),
        ("127.0.0.1", b"\x7f\x00\x00\x01", b"\x7f\x00\x00", False),
        ("::1", bytes(8), bytes(6), False),
        ("fd00::1", b"\xfd" + bytes(7), b"\xfd" + bytes(5), False),
        ("no address", b"", b"", False),
    ],
)
def test_networks(address, own, wide, public):
    assert networks_of(address) == (own, wide, public)


@given(st.text(max_size=40))
def test_nothing_that_is_written_as_an_address_breaks_it(told):
    assert len(packed(told)) in (0, 4, 16)


@pytest.mark.parametrize(
    ("client", "told", "proxy", "found"),
    [
        ("11.0.0.1", b"12.0.0.1", "", "11.0.0.1"),
        ("11.0.0.1", b"12.0.0.1", "10.0.0.0/8", "11.0.0.1"),
        ("10.0.0.1", b"13.0.0.1, 12.0.0.1, 10.0.0.9", "10.0.0.0/8", "12.0.0.1"),
        ("10.0.0.1", b"12.0.0.1, nonsense", "10.0.0.0/8", "10.0.0.1"),
        ("::1", b"2400::7", "::1", "2400::7"),
        ("10.0.0.1", b"13.0.0.1, " * 1000 + b"12.0.0.1", "10.0.0.0/8", "12.0.0.1"),
        ("10.0.0.1", b"112.0.0.1" + b",10.0.0.9" * 56, "10.0.0.0/8", "10.0.0.1"),  # cut within the first
        ("10.0.0.1", b"", "10.0.0.1", "10.0.0.1"),
        ("", b"13.0.0.1, 12.0.0.1", "unix", "12.0.0.1"),
        ("", b"13.0.0.1, 12.0.0.1, 10.0.0.9", "unix, 10.0.0.0/8", "12.0.0.1"),
        ("", b"12.0.0.1", "127.0.0.1", ""),
        ("11.0.0.1", b"12.0.0.1", "unix,127.0.0.1", "11.0.0.1"),
    ],
)
def test_only_what_the_trusted_proxy_says_is_believed(client, told, proxy, found):
    assert address_of(client, [(b"x-forwarded-for", told)], proxy) == found
