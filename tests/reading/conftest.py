"""A small publication, published the real way, and a strict look at markup."""

import datetime as dt

import html5lib
import pytest

from kawaraban.people.models import Person
from kawaraban.stories import elements
from kawaraban.stories.models import Publication, Section, Story, Storyline, Topic
from kawaraban.stories.publish import Finished, publish

AT = dt.datetime(2026, 11, 24, 0, 7, tzinfo=dt.UTC)  # 9:07 in Tokyo
WIDTHS = (480, 800, 1200)
SOURCES = tuple(
    elements.Source(f"image/{kind}", tuple((width, f"/media/{width}.{kind}") for width in WIDTHS))
    for kind in ("avif", "webp", "jpeg")
)


def a_picture(**changes):
    return elements.Picture(
        **{
            "alt": "倉庫の並ぶ岸壁",
            "caption": "残ることになった倉庫街",
            "credit": "汐見写真部",
            "licence": "CC BY 4.0",
            "width": 1200,
            "height": 800,
            "sources": SOURCES,
            "thumbnail": "/media/thumb.webp",
            "share": "/media/share.jpeg",
            **changes,
        }
    )


MINUTES = "https://city.example/minutes"
BODY = (
    elements.Paragraph('倉庫街は<b>残す</b>。<a href="https://city.example/plan">計画</a>による。'),
    elements.Subheading("倉庫の使い道"),
    elements.ListOfItems(("市場", "<em>工房</em>"), numbered=True),
    elements.Quotation("港は町の玄関だ。\n\n閉めてはならない", "組合長", "市議会での発言", MINUTES),
    elements.Quotation("同感だ", "市長", "市議会での発言", MINUTES),
    elements.Photograph(a_picture()),
    elements.Gallery((a_picture(), a_picture(alt="別の岸壁"))),
    elements.Table(("年", "隻"), (("2025", "120"), ("2026", "131")), "入港した船"),
    elements.LinkCard("https://city.example/", "汐見市", "汐見市役所", "計画の全文"),
)


@pytest.fixture
def section(db):
    return Section.objects.create(name="社会", slug="society", colour="#9b2c2c", description="町のこと。")


@pytest.fixture
def person(db):
    return Person.objects.create(
        name="速水月乃", slug="hayami", role="社会部記者", bio="汐見市生まれ。", email="hayami@news.example"
    )


@pytest.fixture
def topic(db):
    return Topic.objects.create(name="港", slug="harbour")


@pytest.fixture
def storyline(db):
    return Storyline.objects.create(name="汐見港再開発", slug="harbour-renewal", summary="計画の行方を追う。")


@pytest.fixture
def publication(db):
    name = {"name": "浜音新報", "accent": "#9e2b25", "footer": "汐見市\n\n港町1"}
    return Publication.objects.update_or_create(pk=1, defaults=name)[0]


@pytest.fixture
def file_story(section, publication):
    """Publishes a story with that number and returns it as readers' rooms find it."""

    def filed(number=7, **changes):
        at = changes.pop("published_at", AT)
        fields = {
            "path": f"/society/story-{number}/",
            "section_id": section.pk,
            "headline": f"港の再開発、{number}回目の採決へ",
            "dek": "市議会は倉庫を残す案を採る見通しだ。",
            "published_at": at,
            "updated_at": at,
            "body": (elements.Paragraph("倉庫街は残す。"),),
        }
        publish(Finished(id=number, **(fields | changes)), and_then=False)
        return Story.objects.select_related("section", "storyline").get(pk=number)

    return filed


def strictly(markup):
    """The document, parsed; fails on anything the HTML standard calls an error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(markup)


def words(element):
    return "".join(element.itertext())


def one(tree, path):
    found = tree.findall(path)
    assert len(found) == 1, (path, len(found))
    return found[0]
