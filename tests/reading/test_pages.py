"""Each page of the publication: well-formed, complete, in its dress."""

from kawaraban.reading import rendering
from kawaraban.stories.elements import Byline
from tests.reading.conftest import BODY, a_picture, strictly


def test_a_full_story_is_well_formed(file_story, person, topic, publication):
    story = file_story(
        kicker="解説",
        lead=a_picture(),
        body=BODY,
        bylines=(Byline(person.name, person.pk, "文"),),
        topic_ids=(topic.pk,),
    )
    rendered = rendering.story(story)
    strictly(rendered.markup)
    assert (rendered.story_id, rendered.section, rendered.standing) == (7, "society", (7,))


def test_front(file_story, publication):
    for n in range(1, 30):
        file_story(n)
    strictly(rendering.front().markup)
    strictly(rendering.section("society").markup)
    strictly(rendering.problem(404).markup)
