"""A story as the newsroom hands it over."""

import datetime as dt

import pytest

from kawaraban.stories.elements import Paragraph
from kawaraban.stories.models import Section
from kawaraban.stories.publish import Finished

AT = dt.datetime(2026, 5, 1, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def section(db):
    return Section.objects.create(name="社会", slug="society")


def finished(section, **changes):
    return Finished(
        **{
            "id": 7,
            "path": "/society/harbor/",
            "section_id": section.pk,
            "headline": "港の再開発",
            "published_at": AT,
            "updated_at": AT,
            "body": (Paragraph("倉庫街は<b>残す</b>。"),),
            **changes,
        }
    )
