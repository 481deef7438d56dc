"""A story's page: complete, well-formed, and harmless whatever it is given."""

import datetime as dt
import json
import re

import pytest

from kawaraban.reading import joining, rendering
from kawaraban.stories.elements import Byline, Correction, Paragraph, RelatedStory
from kawaraban.stories.models import Story
from tests.reading.conftest import AT, BODY, a_picture, one, strictly, words

HOSTILE = '<script>alert(1)</script> "quoted" <!--[slot discussion]--> \'&amp;'


@pytest.fixture
def full(file_story, person, topic):
    return file_story(
        kicker="解説",
        lead=a_picture(),
        body=BODY,
        bylines=(Byline(person.name, person.pk, "文"), Byline("通信社")),
        topic_ids=(topic.pk,),
        updated_at=AT + dt.timedelta(hours=2),
        corrections=(Correction("2026-11-24T10:30:00+09:00", "誤った数を改めました。"),),
    )


def test_it_is_well_formed_and_has_each_slot_once(full):
    rendered = rendering.story(full)
    strictly(rendered.markup)
    assert (rendered.story_id, rendered.section, rendered.standing) == (7, "society", (7,))
    rails = [
        *("rail also-read", "rail most-read", "rail pinned", "rail recommended", "rail storyline"),
        "rail topics",
    ]
    assert sorted(joining.split(rendered.markup).slots) == ["date", "discussion", *rails]


def test_its_times_are_seen_and_carry_their_zone(full):
    tree = strictly(rendering.story(full).markup)
    published, updated = tree.findall(".//p[@class='times']//time")
    assert (published.get("datetime"), words(published)) == (
        "2026-11-24T09:07:00+09:00",
        "2026年11月24日 9時07分",
    )
    assert updated.get("datetime") == "2026-11-24T11:07:00+09:00"


def test_a_story_never_updated_shows_one_time(file_story):
    tree = strictly(rendering.story(file_story()).markup)
    assert len(tree.findall(".//p[@class='times']//time")) == 1


def test_the_headline_breaks_between_phrases_and_clauses(file_story):
    headline = "漁船が座礁、5人全員を救助　僚船2隻が駆けつけ"
    tree = strictly(rendering.story(file_story(headline=headline)).markup)
    heading = one(tree, ".//h1")
    assert words(heading) == headline and heading.findall(".//wbr")
    assert [words(clause) for clause in heading] == ["漁船が座礁、5人全員を救助　", "僚船2隻が駆けつけ"]


def test_the_lead_picture_comes_in_three_formats_with_its_size(full):
    lead = one(strictly(rendering.story(full).markup), ".//div[@class='lead']/figure")
    assert [source.get("type") for source in lead.findall(".//source")] == ["image/avif", "image/webp"]
    image = one(lead, ".//img")
    assert image.get("srcset") == "/media/480.jpeg 480w, /media/800.jpeg 800w, /media/1200.jpeg 1200w"
    assert (image.get("width"), image.get("height")) == ("1200", "800")
    assert (image.get("fetchpriority"), image.get("loading"), image.get("src")) == (
        "high",
        None,
        "/media/800.jpeg",
    )
    assert "汐見写真部" in words(one(lead, "figcaption")) and "CC BY 4.0" in words(one(lead, "figcaption"))


def test_sources_are_numbered_and_the_same_one_stands_once(full):
    tree = strictly(rendering.story(full).markup)
    assert [mark.get("href") for mark in tree.findall(".//a[@class='mark']")] == ["#source-1", "#source-1"]
    assert one(tree, ".//li[@id='source-1']/a").get("href") == "https://city.example/minutes"


def test_the_address_of_a_person_is_read_by_people_alone(full):
    markup = rendering.story(full).markup
    assert not re.search(r"[\w.+-]+(@|＠|&#64;|%40)[\w-]+\.\w+", markup)
    shown = one(strictly(markup), ".//span[@class='email']")
    assert words(shown) == "hayami＠news.example"


def test_no_markup_of_a_hand_gets_into_the_page(file_story, person):
    person.name = person.role = person.bio = HOSTILE
    person.save()
    story = file_story(
        headline=HOSTILE,
        kicker=HOSTILE[:40],
        dek=HOSTILE,
        bylines=(Byline(HOSTILE, person.pk, HOSTILE),),
        lead=a_picture(alt=HOSTILE, caption=HOSTILE, credit=HOSTILE, licence=HOSTILE),
        corrections=(Correction(AT.isoformat(), HOSTILE),),
    )
    markup = rendering.story(story).markup
    tree = strictly(markup)
    assert "<script>alert" not in markup and joining.split(markup).slots.count("discussion") == 1
    assert words(one(tree, ".//h1")) == HOSTILE
    data = json.loads(one(tree, ".//script[@type='application/ld+json']").text)
    assert data["headline"] == HOSTILE


def test_a_storyline_stands_above_an_older_story_and_below_the_newest(file_story, storyline):
    for number in (1, 2, 3):
        file_story(number, storyline_id=storyline.pk, storyline_position=number)
    older = rendering.story(Story.objects.get(pk=1))
    newest = rendering.story(Story.objects.get(pk=3))
    body = '<div class="body">'
    assert older.markup.index('id="chronicle-after"') < older.markup.index(body)
    assert 'id="chronicle-before"' not in older.markup
    assert newest.markup.index('id="chronicle-before"') > newest.markup.index(body)
    assert older.standing == (1, 2, 3) and newest.standing == (3, 1, 2)


def test_a_related_story_stands_once_and_a_withdrawn_one_not_at_all(file_story):
    file_story(1)
    body = (Paragraph("本文"), RelatedStory(1), RelatedStory(1), RelatedStory(99), RelatedStory(7))
    rendered = rendering.story(file_story(body=body))
    assert len(strictly(rendered.markup).findall(".//section[@class='related']")) == 1
    assert rendered.standing == (7, 1)


def test_a_preview_asks_for_no_index_and_says_that_it_is_one(file_story, topic):
    draft = file_story()
    draft.headline = "まだ出していない見出し"
    tree = strictly(rendering.story(draft, topics=[topic], people=[], preview=True).markup)
    assert tree.get("data-preview") is not None
    assert one(tree, ".//meta[@name='robots']").get("content") == "noindex"
    assert words(one(tree, ".//nav[@class='topics']")).strip() == "港"


def test_nothing_is_asked_of_another_host_and_nothing_is_inline(full):
    tree = strictly(rendering.story(full).markup)
    asked = [one.get("src") for one in tree.iter() if one.get("src")]
    asked += [link.get("href") for link in tree.findall(".//link") if link.get("rel") != "canonical"]
    assert asked and all(address.startswith("/") and not address.startswith("//") for address in asked)
    assert not tree.findall(".//style") and not [one for one in tree.iter() if one.get("style")]


def test_without_an_address_of_its_own_it_gives_paths(full, settings):
    settings.PUBLIC_URL = ""
    tree = strictly(rendering.story(full).markup)
    assert one(tree, ".//link[@rel='canonical']").get("href") == "/society/story-7/"
