import datetime as dt

import pytest

from kawaraban.people.authors import Person
from kawaraban.search.indexing import rebuild
from kawaraban.stories.elements import Byline, Paragraph
from kawaraban.stories.models import Section, Topic
from kawaraban.stories.publish import Finished, publish

AT = dt.datetime(2026, 5, 1, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def section(db):
    return Section.objects.create(name="社会", slug="society")


@pytest.fixture
def write(section):
    """Publishes a story; those with greater numbers are newer, unless told otherwise."""

    def publish_one(number, headline, body="", *, person=None, topics=(), **changes):
        bylines = (Byline(person.name, person.pk),) if isinstance(person, Person) else ()
        if isinstance(person, str):
            bylines = (Byline(person),)
        topic_ids = tuple(
            Topic.objects.get_or_create(name=name, defaults={"slug": name})[0].pk for name in topics
        )
        given = {
            "id": number,
            "path": f"/society/{number}/",
            "section_id": section.pk,
            "headline": headline,
            "body": (Paragraph(body),) if body else (),
            "bylines": bylines,
            "topic_ids": topic_ids,
            "published_at": AT + dt.timedelta(hours=number),
            "updated_at": AT + dt.timedelta(hours=number),
            **changes,
        }
        return publish(Finished(**given))

    # What other tests left in the index, which belongs to no model that Django would empty.
    rebuild()
    return publish_one
