"""What Wagtail and Django say happened, and which article or page of the publication it touches."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.signals import page_published, page_slug_changed, page_unpublished

from kawaraban.media.photos import Photo
from kawaraban.newsroom import arranging, changes
from kawaraban.newsroom.arranging import NotBeside, Pin
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.publishing import soon
from kawaraban.newsroom.settings import PublicationSettings
from kawaraban.newsroom.storylines import take_place
from kawaraban.people.authors import Person
from kawaraban.stories.models import Section, Storyline, Topic


def connect() -> None:
    """Called once, when the newsroom opens."""
    for signal in (page_published, page_unpublished, page_slug_changed):
        signal.connect(_article_moved, sender=Article)
    post_delete.connect(_article_moved, sender=Article)
    post_save.connect(_article_saved, sender=Article)
    for model in (Section, Topic, Person, Storyline, PublicationSettings):
        post_save.connect(_publication_changed, sender=model)
        post_delete.connect(_publication_changed, sender=model)
    # What is arranged is handed over with the slugs of sections and topics.
    for arranged in (Pin, NotBeside, Section, Topic):
        post_save.connect(_arrangement_changed, sender=arranged)
        post_delete.connect(_arrangement_changed, sender=arranged)
    post_save.connect(_photo_saved, sender=Photo)


def _article_moved(instance: Article, **_: Any) -> None:
    soon(instance.pk)


def _article_saved(instance: Article, update_fields: Any = None, raw: bool = False, **_: Any) -> None:
    if not update_fields and not raw:
        take_place(instance)


def _publication_changed(instance: Any, raw: bool = False, **_: Any) -> None:
    if not raw:
        changes.after(instance)


def _arrangement_changed(raw: bool = False, **_: Any) -> None:
    if not raw:
        transaction.on_commit(arranging.try_to_hand_over)


def _photo_saved(instance: Photo, created: bool = False, raw: bool = False, **_: Any) -> None:
    if not created and not raw:
        changes.after(instance)
