"""What search engines are told of a story."""

import datetime as dt
import json

from kawaraban.feeds.structured_data import news_article
from kawaraban.stories.elements import Quotation, kept
from kawaraban.stories.models import Publication, Story

AT = dt.datetime(2026, 11, 24, 0, 7, tzinfo=dt.UTC)
LEAD = {
    "alt": "岸壁",
    "caption": "倉庫街",
    "credit": "汐見写真部",
    "licence": "CC BY 4.0",
    "width": 1200,
    "height": 800,
    "sources": [{"mime": "image/jpeg", "files": [[480, "/media/480.jpeg"], [1200, "/media/1200.jpeg"]]}],
    "thumbnail": "/media/t.webp",
    "share": "/media/share.jpeg",
}


def described(base_url="https://news.example", **changes):
    fields = {"path": "/society/harbour/", "headline": "港の再開発", "published_at": AT, "updated_at": AT}
    return news_article(
        Story(pk=7, **(fields | changes)),
        Publication(name="浜音新報"),
        base_url,
        authors=[{"name": "速水月乃", "url": "/people/hayami/"}, {"name": "通信社", "url": ""}],
        section="社会",
        topics=["港"],
        comment_count=None,
    )


def test_what_is_known_is_said_and_what_is_not_is_left_out():
    data = json.loads(described())
    assert data["datePublished"] == "2026-11-24T09:07:00+09:00"
    assert data["author"] == [
        {"@type": "Person", "name": "速水月乃", "url": "https://news.example/people/hayami/"},
        {"@type": "Person", "name": "通信社"},
    ]
    assert data["mainEntityOfPage"]["@id"] == "https://news.example/society/harbour/"
    assert not {"image", "description", "commentCount", "correction", "citation"} & set(data)


def test_a_picture_a_source_and_a_correction():
    quoted = kept([Quotation("港は玄関だ", "組合長", "議事録", "https://city.example/minutes")] * 2)
    data = json.loads(
        described(lead=LEAD, body=quoted, corrections=[{"at": AT.isoformat(), "text": "改めた"}])
    )
    assert [image["url"] for image in data["image"]] == [
        "https://news.example/media/share.jpeg",
        "https://news.example/media/1200.jpeg",
    ]
    assert data["image"][0]["creditText"] == "汐見写真部"
    assert data["citation"] == [
        {"@type": "CreativeWork", "name": "議事録", "url": "https://city.example/minutes"}
    ]
    assert data["correction"][0]["text"] == "改めた"


def test_it_cannot_leave_its_script_element():
    written = described(headline="</script><!-- & \u2028", base_url="")
    assert not set("<>&\u2028") & set(written)
    data = json.loads(written)
    assert (data["headline"], data["url"]) == ("</script><!-- & \u2028", "/society/harbour/")
