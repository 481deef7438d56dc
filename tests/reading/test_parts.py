"""What pages are put together of: slots, rails, discussion, styles, script, colours."""

import datetime as dt

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.discussion.models import Comment
from kawaraban.rails import reasons
from kawaraban.rails.compose import Rail, RailItem
from kawaraban.reading import assets, emails, joining, rendering, times
from kawaraban.reading.scripts import script
from kawaraban.reading.standing import Standing
from kawaraban.reading.styles import stylesheet
from kawaraban.reading.styles.colours import GROUNDS, _parts, contrast, legible
from kawaraban.stories import queries
from kawaraban.stories.models import Publication, Section
from tests.reading.conftest import AT, a_picture, one, strictly, words

NAMES = st.from_regex(r"[a-z][a-z-]{0,8}( [a-z-]{1,8})?", fullmatch=True)
HOSTILE = "<img src=x onerror=alert(1)>"


@given(st.lists(NAMES, max_size=6), st.lists(st.text(), min_size=7, max_size=7))
def test_splitting_and_joining_are_the_same_page(slots, texts):
    texts = [text.replace("<!--[slot", "") for text in texts[: len(slots) + 1]]
    markup = texts[0] + "".join(joining.slot(s) + t for s, t in zip(slots, texts[1:], strict=True))
    split = joining.split(markup)
    assert split == joining.Split(tuple(texts), tuple(slots))
    fillings = {name: f"[{name}]<!--[slot {name}]-->" for name in slots}
    woven = "".join(
        part + fillings.get(s, "") for part, s in zip(split.parts, (*split.slots, ""), strict=True)
    )
    assert joining.join(markup, fillings) == woven
    assert joining.join(markup, {}) == "".join(texts)


@given(st.lists(st.tuples(st.lists(st.integers(1, 20)), st.integers(0, 5))))
def test_no_story_is_handed_out_twice(asked):
    class Numbered:
        def __init__(self, number):
            self.id = number

    standing, taken = Standing([3]), [3]
    for numbers, most in asked:
        got = standing.take(map(Numbered, numbers), most)
        assert len(got) <= most
        taken += [card.id for card in got]
    assert len(taken) == len(set(taken)) and standing.ids == tuple(taken)


@pytest.fixture
def a_rail(file_story):
    file_story(1, headline=HOSTILE, kicker="独自", lead=a_picture())
    file_story(2, published_at=AT - dt.timedelta(days=20))
    at = AT + dt.timedelta(minutes=12)

    def made(name):
        new, old = queries.cards_of([1, 2])
        items = (
            RailItem(new, 1, reasons.read_in_a_day(5)),
            RailItem(
                old, 2, reasons.rising("<港>", 12.0, 3.0), here=True, age_label=reasons.age(20 * 86_400)
            ),
        )
        return Rail(name, "見出し", at, items, reasons.TOO_FEW)

    return made


@pytest.mark.parametrize("name", ["most-read", "also-read", "recommended", "topics"])
def test_a_rail_says_what_it_shows_why_and_as_of_when(name, a_rail):
    markup = rendering.rail(a_rail(name))
    tree = strictly(f"<!DOCTYPE html><title>.</title>{markup}")
    section = one(tree, ".//section[@data-rail]")
    assert section.get("data-rail") == name
    first, second = section.findall(".//li[@data-story]")
    assert one(section, ".//header//time").get("datetime") == "2026-11-24T09:19:00+09:00"
    assert words(one(first, "a")) == f"独自 {HOSTILE}" and one(first, "p[@class='reason']") is not None
    assert not second.findall("a") and one(second, ".//*[@aria-current='page']") is not None
    assert "older" in one(second, ".//time").get("class")
    assert HOSTILE not in markup and ("&lt;港&gt;" in markup)
    assert bool(first.findall("span[@class='place']")) == (name == "most-read")
    assert len(section.findall(".//details")) == 1


def test_an_empty_rail_stays_away(a_rail):
    rail = a_rail("topics")
    assert rendering.rail(Rail(rail.name, rail.heading, rail.as_of, (), rail.note)) == ""


def test_a_changed_story_changes_its_card(a_rail, file_story):
    rendering.rail(a_rail("most-read"))
    file_story(1, headline="改めた見出し")
    assert "改めた" in rendering.rail(a_rail("most-read"))


def comment(body, parent=None, name="読者"):
    return Comment.objects.create(
        story_id=7, name=name, body=body, parent=parent, state=Comment.State.SHOWN, posted_at=AT
    )


def test_a_discussion_is_threaded_counted_once_and_text_alone(file_story):
    file_story()
    top = comment(HOSTILE, name="<i>\u202e")
    comment("返事\n二行目", top)
    markup = rendering.discussion(7)
    tree = strictly(f"<!DOCTYPE html><title>.</title>{markup}")
    assert HOSTILE not in markup and "<i>" not in markup
    assert words(one(tree, ".//*[@data-comment-count]")) == "2"
    assert one(tree, f".//li[@id='comment-{top.pk}']//ol/li") is not None
    assert words(tree.findall(".//bdi")[0]).startswith("<i>")
    form = tree.findall(".//form")[-1]
    assert (form.get("action"), form.get("method")) == ("/_/comments", "post")
    fields = {field.get("name") for field in form.iter() if field.get("name")}
    assert fields == {"story", "name", "body", "website"}


def test_a_closed_discussion_has_no_form(file_story):
    file_story(comments_open=False)
    assert rendering.discussion(7) == ""
    comment("一言")
    assert "<form" not in rendering.discussion(7)
    assert rendering.discussion(99) == ""


def test_the_stylesheet_carries_the_colours_and_its_hash():
    sections = [Section(slug="society", colour="#9b2c2c"), Section(slug="x", colour="red}*{")]
    name, body = stylesheet(Publication(accent="#ffff00"), sections)
    other, _ = stylesheet(Publication(accent="#9e2b25"), sections)
    assert name != other and len(body) < 20_000
    assert b'[data-section="society"]{--section:#9b2c2c}' in body and b"red}" not in body


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True), st.sampled_from(sorted(GROUNDS)))
def test_any_colour_is_made_legible(colour, ground):
    assert contrast(_parts(legible(colour, on=ground)), _parts(GROUNDS[ground])) >= 4.5


def test_the_script_is_small():
    # As it goes over the wire.
    assert len(brotli.compress(script()[1])) < 3_000


def test_files_are_handed_out_by_name(publication):
    name, body = stylesheet(publication, [])
    assert assets.named(name) == assets.Asset("text/css; charset=utf-8", body, immutable=True)
    old = assets.named("reader.000000000000.css")
    assert (old.body, old.immutable) == (body, False)
    assert assets.named(script()[0]).immutable
    assert assets.named("icon.svg").mime == "image/svg+xml"
    assert assets.named("../settings.py") is None


@pytest.mark.parametrize("address", ["", "nobody", "@news.example", "nobody@"])
def test_what_is_no_address_is_not_disguised(address):
    assert emails.disguised(address) is None


@pytest.mark.parametrize(("days", "words_"), [(10, "11月24日"), (200, "2026年11月24日")])
def test_a_long_time_ago_is_a_day(days, words_):
    assert times.ago(days * 86_400, AT) == words_
