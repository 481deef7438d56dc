"""A section, an editor, and articles that go the real way in."""

import io

import pytest
from django.contrib.auth.models import Group
from PIL import Image

from kawaraban.newsroom import filing
from kawaraban.people.models import Account
from kawaraban.stories.elements import Paragraph
from kawaraban.stories.models import Section


@pytest.fixture
def section(db):
    return Section.objects.create(name="社会", slug="society")


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What follows a commit, run at the end of each `with committed():`."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def draft_of(section):
    def make(**changes):
        return filing.Draft(
            **{
                "headline": "港の再開発",
                "slug": "harbor",
                "section_id": section.pk,
                "body": (Paragraph("倉庫街は<b>残す</b>。"),),
                **changes,
            }
        )

    return make


@pytest.fixture
def published(draft_of, committed):
    """An article that readers have."""

    def make(**changes):
        with committed():
            return filing.file(draft_of(**changes), publish=True)

    return make


@pytest.fixture
def photo_of(db):
    def make(**changes):
        file = io.BytesIO()
        Image.new("RGB", (64, 48), "teal").save(file, "PNG")
        file.seek(0)
        words = {"title": "港", "credit": "写真部", "licence": "社内", **changes}
        return filing.add_photo(file, name="harbor.png", **words)

    return make


@pytest.fixture
def account_in(db):
    def make(group):
        account = Account.objects.create_user(group.lower(), password="harbor-at-dawn")
        account.groups.add(Group.objects.get(name=group))
        return account

    return make


@pytest.fixture
def editor(client, account_in):
    client.force_login(account_in("Editors"))
    return client
