"""The publication's settings, flattened for readers' pages."""

import pytest
from django.core.exceptions import ValidationError

from kawaraban.newsroom.settings import Menu, PublicationSettings
from kawaraban.stories.models import Publication, Section

TOLD: list[str] = []


def told(change):
    TOLD.append(change.thing)


@pytest.fixture
def heard(settings):
    TOLD.clear()
    settings.AFTER_PUBLICATION_CHANGED = ["tests.newsroom.test_settings.told"]


def test_saving_hands_over_one_row_and_tells_all_pages(heard, section, committed):
    city = Section.objects.create(name="都市", slug="city", position=2)
    kept = PublicationSettings.load()
    kept.name, kept.comments_held = "かわら版", False
    kept.menu_top = [("section", city), ("link", {"label": "私たち", "path": "/about/"})]
    with committed():
        kept.save()
    row = Publication.objects.get()
    assert (row.pk, row.name, row.comments_held) == (1, "かわら版", False)
    assert row.menu_top == [
        {"label": "都市", "path": "/city/"},
        {"label": "私たち", "path": "/about/"},
    ]
    assert TOLD == ["publication 1"]
    version = row.version
    kept.tagline = "毎日"
    with committed():
        kept.save()
    assert Publication.objects.get().version == version + 1


def test_an_empty_menu_is_all_sections_and_follows_their_names(heard, section, committed):
    with committed():
        PublicationSettings.load().save()
    assert Publication.objects.get().menu_top == [{"label": "社会", "path": "/society/"}]
    section.name = "くらし"
    with committed():
        section.save()
    assert Publication.objects.get().menu_top == [{"label": "くらし", "path": "/society/"}]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//elsewhere.example", "about"])
def test_an_address_that_is_none_is_refused(address):
    menu = Menu()
    with pytest.raises(ValidationError):
        menu.clean(menu.to_python([{"type": "link", "value": {"label": "x", "path": address}}]))


def test_a_logo_is_handed_over_as_a_picture(photo_of, committed):
    kept = PublicationSettings.load()
    kept.logo = photo_of()
    with committed():
        kept.save()
    assert Publication.objects.get().logo["credit"] == "写真部"
