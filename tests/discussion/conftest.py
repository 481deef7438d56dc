import datetime as dt

import pytest

from kawaraban.stories.models import Publication, Section
from kawaraban.stories.publish import Finished, publish

AT = dt.datetime(2026, 5, 1, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def open_house(db):
    """A publication that shows comments at once."""
    Publication.objects.update_or_create(pk=1, defaults={"comments_held": False})


@pytest.fixture
def story(db):
    """The number of a story that takes comments."""
    section, _ = Section.objects.get_or_create(slug="society", defaults={"name": "社会"})
    return publish_story(section, 7)


@pytest.fixture
def other_story(story):
    return publish_story(Section.objects.get(), 8)


def publish_story(section, number, **changes):
    finished = Finished(
        id=number,
        path=f"/{section.slug}/{number}/",
        section_id=section.pk,
        headline="港の再開発",
        published_at=AT,
        updated_at=AT,
        **changes,
    )
    return publish(finished).story_id
