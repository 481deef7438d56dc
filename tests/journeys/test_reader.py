"""A reader opens a story; what readers do, others see."""

import json
import uuid

import pytest

from tests.small_demo import EVERYTHING

STORY = f"/culture/{EVERYTHING}/"
RAILS = ("most-read", "also-read", "recommended", "topics")


def test_a_reader_opens_a_story(served):
    page = served.get(STORY)
    assert page.status == 200 and "Set-Cookie" not in page.headers
    assert page.headers["Content-Type"].startswith("text/html")
    for name in RAILS:
        assert f'data-rail="{name}"' in page.body, name
    known = served.get(STORY, **{"If-None-Match": page.headers["ETag"]})
    # Within a page's two seconds; one that was renewed meanwhile is another page.
    assert (known.status == 304) == (known.headers["ETag"] == page.headers["ETag"])
    assert "Set-Cookie" not in known.headers


def test_the_rails_of_a_page_show_no_story_twice_nor_the_one_being_read(served):
    here = served.story(STORY)
    ranking = served.rail(STORY, "most-read")
    others = [story for name in RAILS[1:] for story in served.rail(STORY, name)]
    assert len(ranking) == len(set(ranking))
    assert len(others) == len(set(others)) and not set(others) & {*ranking, here}


def test_a_page_that_is_not_there_wears_the_publications_dress(served):
    page = served.get("/culture/never-written/")
    assert page.status == 404 and "潮騒日報" in page.body and "Set-Cookie" not in page.headers


@pytest.mark.parametrize("section", ["sports", "science"])
def test_twenty_readers_make_a_story_the_most_read_of_its_section(served, section):
    front = f"/{section}/"
    least = served.rail(front, "most-read")[-1]
    assert served.rail(front, "most-read")[0] != least
    taken = [served.beacon(least, reader=f"{section} {number}") for number in range(20)]
    assert taken == [204] * 20
    served.within(2, lambda: served.rail(front, "most-read")[0] == least)


def test_a_program_on_the_machine_itself_may_try_the_beacon(served):
    """As an operator does with curl; what calls itself a robot is one everywhere."""
    story = served.story(STORY)
    told = json.dumps({"event": str(uuid.uuid4()), "story": story, "kind": "view"}).encode()
    headers = {"Content-Type": "application/json"}
    assert served.post("/_/beacon", told, **headers, **{"User-Agent": "curl/8.11.0"}).status == 204
    assert served.post("/_/beacon", told, **headers, **{"User-Agent": "Googlebot/2.1"}).status == 403
