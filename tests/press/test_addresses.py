"""One page, one address."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kawaraban.press.addresses import as_location, canonical, split


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/", b"", "/"),
        ("/", b"page=2", "/"),
        ("/", b"p=12&x=1", "/?p=12"),
        ("/society/", b"page=1", "/society/"),
        ("/society/", b"utm=1&page=2", "/society/?page=2"),
        ("/society/", b"page=2&page=3", "/society/?page=2"),
        ("/society/", b"page=-1", "/society/?page=0"),
        ("/society/", b"page=99999999999", "/society/?page=0"),
        ("/people/hayase/", b"page=2", "/people/hayase/?page=2"),
        ("/ranking/", b"page=2", "/ranking/"),
        ("/ranking/week/", b"page=2", "/ranking/week/"),
        ("/society/harbor/", b"page=2", "/society/harbor/"),
        ("/feed.xml", b"page=2", "/feed.xml"),
    ],
)
def test_only_known_inputs_are_part_of_an_address(path, query, expected):
    assert canonical(path, query) == expected


@pytest.mark.parametrize("path", ["/?p=12", "/society/?page=02", "/society/harbor/?", "/society/\0/"])
@pytest.mark.parametrize("query", [b"", b"page=2"])
def test_at_a_path_with_what_no_address_has_nothing_stands(path, query):
    assert canonical(path, query) is None


@given(some.binary(max_size=200))
def test_any_query_ends_in_an_address_that_can_be_asked_for(query):
    path, page = split(canonical("/society/", query))
    assert path == "/society/" and 0 <= page < 1_000_000


def test_a_location_can_be_carried_by_a_header():
    assert as_location("/society/港/?page=2") == "/society/%E6%B8%AF/?page=2"
    assert "\r" not in as_location("/a\r\nset-cookie: x/")
