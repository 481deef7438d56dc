"""What search engines are told."""

import datetime as dt
from xml.etree import ElementTree

import pytest

from kawaraban.feeds import sitemaps
from kawaraban.stories.models import Section, Story
from kawaraban.stories.publish import Finished, publish

AT = dt.datetime(2026, 5, 1, 9, 0, tzinfo=dt.UTC)
BASE = "https://news.example"
NAMES = {"": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture
def five_stories(db):
    section = Section.objects.create(name="社会", slug="society")
    for number in range(1, 6):
        publish(
            Finished(
                id=number,
                path=f"/society/港-{number}/",
                section_id=section.pk,
                headline="港",
                published_at=AT,
                updated_at=AT,
            ),
            and_then=False,
        )


def addresses(xml, of="url"):
    return [one.text for one in ElementTree.fromstring(xml).findall(f"{of}/loc", NAMES)]


def test_every_story_is_listed_with_the_time_it_was_changed(five_stories):
    xml = sitemaps.sitemap(BASE)
    assert len(addresses(xml)) == 5
    assert addresses(xml)[0] == "https://news.example/society/%E6%B8%AF-1/"
    assert b"<lastmod>2026-05-01T09:00:00Z</lastmod>" in xml


def test_a_large_sitemap_is_an_index_of_parts_that_miss_none(five_stories, monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST", 2)
    Story.objects.filter(pk=3).delete()
    Story.objects.filter(pk=4).delete()
    parts = addresses(sitemaps.sitemap(BASE), "sitemap")
    assert parts == [f"https://news.example/sitemap-{number}.xml" for number in (1, 3)]
    numbers = [sitemaps.part_of(part.removeprefix(BASE)) for part in parts]
    listed = [one for number in numbers for one in addresses(sitemaps.part(BASE, number))]
    assert len(set(listed)) == len(listed) == 3
    assert sitemaps.part(BASE, 2) is None and sitemaps.part(BASE, 4) is None
    assert [sitemaps.part_with(one) for one in (1, 2, 3, 5)] == [1, 1, 2, 3]


@pytest.mark.parametrize("path", ["/sitemap-0.xml", "/sitemap-.xml", "/sitemap-x.xml", "/sitemap-1.xml.gz"])
def test_what_names_no_part_is_none(path):
    assert sitemaps.part_of(path) is None and not sitemaps.is_one(path)
