"""Articles put in from code."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from kawaraban.newsroom import filing
from kawaraban.stories import elements
from kawaraban.stories.models import Story, Topic

AT = dt.datetime(2025, 4, 1, 9, 0, tzinfo=dt.UTC)


def test_every_part_of_a_body_arrives(published, photo_of):
    one, two = photo_of(), photo_of()
    article = published(
        lead_photo_id=one.pk,
        body=(
            elements.Paragraph("<p>一。</p><p>二。<script>x()</script></p>"),
            elements.Subheading("小見出し"),
            elements.ListOfItems(("い", "<b>ろ</b>"), numbered=True),
            elements.Quotation("残します", "市長", "会見", "https://city.example/1"),
            elements.Table(("年", "数"), (("2025", "3"), ("2026",)), "推移"),
            elements.LinkCard("https://port.example/", "港", "港湾局", "概要"),
            filing.Photograph(two.pk),
            filing.Gallery((one.pk, two.pk)),
        ),
        corrections=(elements.Correction(AT.isoformat(), "数を改めました。"),),
        published_at=AT,
        updated_at=AT + dt.timedelta(hours=1),
    )
    story = Story.objects.get(pk=article.pk)
    body = elements.body_from(story.body)
    assert body[:2] == (elements.Paragraph("一。"), elements.Paragraph("二。"))
    assert body[2] == elements.Subheading("小見出し")
    assert body[3] == elements.ListOfItems(("い", "<b>ろ</b>"), numbered=True)
    assert body[4] == elements.Quotation("残します", "市長", "会見", "https://city.example/1")
    assert body[5] == elements.Table(("年", "数"), (("2025", "3"), ("2026", "")), "推移")
    assert body[6] == elements.LinkCard("https://port.example/", "港", "港湾局", "概要")
    assert body[7].picture.credit == "写真部" and len(body[8].pictures) == 2
    assert story.lead["credit"] == "写真部"
    assert (story.published_at, story.updated_at) == (AT, AT + dt.timedelta(hours=1))


def test_a_taken_slug_is_said(published, draft_of):
    published()
    with pytest.raises(filing.SlugTaken):
        filing.file(draft_of(), publish=True)


def test_a_slug_is_made_from_the_headline(published):
    assert published(slug="").slug == "港の再開発"
    assert published(slug="").slug == "港の再開発-2"
    assert published(slug="", headline="？！").slug


def test_filing_the_same_again_makes_no_revision(published, draft_of, committed, section):
    topic = Topic.objects.create(name="港", slug="port")
    draft = draft_of(topic_ids=(topic.pk,), bylines=(elements.Byline("共同"),), published_at=AT)
    with committed():
        article = filing.file(draft, publish=True)
    assert not filing.refile(article, draft, publish=True)
    assert article.revisions.count() == 1
    changed = draft_of(topic_ids=(topic.pk,), dek="倉庫は残る。", published_at=AT)
    with committed():
        assert filing.refile(article, changed, publish=True)
    assert not filing.refile(article, changed, publish=True)
    story = Story.objects.get()
    assert (story.dek, story.bylines, story.published_at) == ("倉庫は残る。", [], AT)


def test_what_is_too_long_is_refused_in_words(draft_of):
    with pytest.raises(ValidationError) as refused:
        filing.file(draft_of(headline="あ" * 201, kicker="い" * 41), publish=False)
    assert {"title", "kicker"} <= set(refused.value.message_dict)
