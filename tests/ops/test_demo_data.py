"""What is written down for the demo holds together."""

import re
from html import unescape

import pytest

from kawaraban.ops.demo import data
from kawaraban.ops.demo.pictures.registry import PAINTERS
from kawaraban.stories import elements

STORIES = data.stories()
SLUGS = {
    name: {row["slug"] for row in data.table(name)} for name in ("section", "person", "topic", "storyline")
}


def characters(story):
    return sum(len(re.sub(r"[\s|]", "", unescape(line))) for line in story.data["body"].splitlines())


def test_there_is_enough_to_read():
    assert len(STORIES) >= 120 and len(SLUGS["section"]) == 8 and len(SLUGS["person"]) == 12
    assert {story.data.get("storyline") for story in STORIES} - {None} == SLUGS["storyline"]
    assert {story.section for story in STORIES} == SLUGS["section"]
    assert len({story.data["picture"]["kind"] for story in STORIES}) >= 20


def test_no_story_is_told_twice():
    for told in ("slug", "headline", "short_headline", "dek"):
        assert len({story.data[told] for story in STORIES}) == len(STORIES), told


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
def test_a_story_names_only_what_there_is(story):
    row = story.data
    assert set(row["by"]) <= SLUGS["person"] and set(row["topics"]) <= SLUGS["topic"]
    assert {*row.get("also_in", ())} <= SLUGS["section"] - {story.section}
    assert row.get("storyline") in {None, *SLUGS["storyline"]}
    assert row["picture"]["kind"] in PAINTERS and row["picture"]["alt"] != row["picture"]["caption"]
    assert 300 <= characters(story) <= 900
    assert 0 < row.get("updated_hours_ago", row["hours_ago"]) <= row["hours_ago"]
    for place, comment in enumerate(row.get("comments", ())):
        assert comment.get("parent", -1) < place


def test_each_kind_of_block_is_understood():
    told = [element for story in STORIES for element in story.body()]
    for kind in (
        elements.Paragraph,
        elements.Subheading,
        elements.ListOfItems,
        elements.Quotation,
        elements.Table,
    ):
        assert any(isinstance(element, kind) for element in told), kind
    for table in (element for element in told if isinstance(element, elements.Table)):
        assert {len(row) for row in table.rows} == {len(table.head)}
    assert not any("｜" in element.text for element in told if isinstance(element, elements.Quotation))
