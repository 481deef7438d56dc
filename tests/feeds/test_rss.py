"""What feed readers are told."""

import datetime as dt
from xml.etree import ElementTree

import pytest

from kawaraban.feeds import rss
from kawaraban.people.authors import Person
from kawaraban.stories.elements import Byline, Picture, Source
from kawaraban.stories.models import Section, Topic
from kawaraban.stories.publish import Finished, publish

AT = dt.datetime(2026, 5, 1, 9, 0, tzinfo=dt.UTC)
BASE = "https://news.example"
NAMES = {"media": "http://search.yahoo.com/mrss/", "dc": "http://purl.org/dc/elements/1.1/"}
PICTURE = Picture(
    alt="夕方の港",
    caption="",
    credit="撮影・千代 <a>",
    licence="CC BY 4.0",
    width=1200,
    height=800,
    sources=(Source("image/jpeg", ((480, "/media/images/a.jpg"),)),),
    thumbnail="/media/images/a.webp",
    share="/media/images/share.jpg",
)


@pytest.fixture
def stories(db):
    section = Section.objects.create(name="社会", slug="society")
    topic = Topic.objects.create(name="港", slug="port")
    person = Person.objects.create(name="早瀬千代", slug="hayase")
    for number in range(1, rss.NEWEST + 4):
        at = AT + dt.timedelta(hours=number)
        publish(
            Finished(
                id=number,
                path=f"/society/港-{number}/",
                section_id=section.pk,
                headline=f"<港> & 街 {number}",
                dek="一文。",
                published_at=at,
                updated_at=at,
                lead=PICTURE,
                bylines=(Byline("早瀬千代", person.pk), Byline("外の人")),
                topic_ids=(topic.pk,),
            ),
            and_then=False,
        )


def test_the_newest_thirty_come_with_who_wrote_them_and_their_picture(stories):
    items = ElementTree.fromstring(rss.newest(BASE)).findall("channel/item")
    assert len(items) == 30
    first = items[0]
    assert first.findtext("title") == "<港> & 街 33"
    assert first.findtext("link") == "https://news.example/society/%E6%B8%AF-33/"
    assert first.findtext("dc:creator", namespaces=NAMES) == "早瀬千代、外の人"
    assert [one.text for one in first.findall("category")] == ["社会", "港"]
    media = first.find("media:content", NAMES)
    assert media.get("url") == "https://news.example/media/images/share.jpg"
    assert media.findtext("media:credit", namespaces=NAMES) == "撮影・千代 <a>"


def test_a_publication_without_stories_has_a_feed_without_items(db):
    assert ElementTree.fromstring(rss.newest(BASE)).findall("channel/item") == []
