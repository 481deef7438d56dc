"""A small publication, published the real way, and a strict look at markup."""

import datetime as dt

import html5lib
import pytest

from kawaraban.people.models import Person
from kawaraban.stories import elements
from kawaraban.stories.models import Publication, Section, Storyline, Topic
from kawaraban.stories.publish import Finished, publish

AT = dt.datetime(2026, 11, 24, 0, 7, tzinfo=dt.UTC)  # 9:07 in Tokyo


def a_picture(**changes):
    files = {
        kind: tuple((w, f"/media/{w}.{kind}") for w in (480, 800, 1200)) for kind in ("avif", "webp", "jpeg")
    }
    return elements.Picture(
        **{
            "alt": "倉庫の並ぶ岸壁",
            "caption": "残ることになった倉庫街",
            "credit": "汐見写真部",
            "licence": "CC BY 4.0",
            "width": 1200,
            "height": 800,
            "sources": tuple(elements.Source(f"image/{kind}", files[kind]) for kind in files),
            "thumbnail": "/media/thumb.webp",
            "share": "/media/share.jpeg",
            **changes,
        }
    )


BODY = (
    elements.Paragraph('倉庫街は<b>残す</b>。<a href="https://city.example/plan">計画</a>による。'),
    elements.Subheading("倉庫の使い道"),
    elements.ListOfItems(("市場", "<em>工房</em>"), numbered=True),
    elements.Quotation(
        "港は町の玄関だ。\n\n閉めてはならない", "港湾組合長", "市議会での発言", "https://city.example/minutes"
    ),
    elements.Quotation("同感だ", "市長", "市議会での発言", "https://city.example/minutes"),
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
def file_story(section):
    """Publishes a story with that number and returns it as readers' rooms find it."""
    from kawaraban.stories.models import Story

    def filed(number=7, **changes):
        at = changes.pop("published_at", AT)
        publish(
            Finished(
                **{
                    "id": number,
                    "path": f"/society/story-{number}/",
                    "section_id": section.pk,
                    "headline": f"港の再開発、{number}回目の採決へ",
                    "dek": "市議会は倉庫を残す案を採る見通しだ。",
                    "published_at": at,
                    "updated_at": at,
                    "body": (elements.Paragraph("倉庫街は残す。"),),
                    **changes,
                }
            )
        )
        return Story.objects.select_related("section", "storyline").get(pk=number)

    return filed


@pytest.fixture
def publication(db):
    return Publication.objects.create(pk=1, name="浜音新報", accent="#9e2b25", footer="汐見市\n\n港町1")


def strictly(markup):
    """The document, parsed; fails on anything the HTML standard calls an error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(markup)
