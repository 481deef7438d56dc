"""What follows when something changes that many pages show."""

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from wagtail.models import ReferenceIndex

from kawaraban.kit.shown import Change, change_of
from kawaraban.kit.steps import named
from kawaraban.media import renditions
from kawaraban.media.photos import Photo
from kawaraban.newsroom import settings as publication
from kawaraban.newsroom.publishing import readers_may_see, try_now
from kawaraban.newsroom.storylines import follow_places
from kawaraban.people.authors import Person
from kawaraban.stories import queries
from kawaraban.stories.ledger import note_change
from kawaraban.stories.models import Section, Storyline, Topic

log = logging.getLogger(__name__)


def after(changed: Any) -> None:
    """Once the change is committed: stories that carry it are handed over again, pages that show it told."""
    # A model's number is gone from it after its deletion, and is asked for only then.
    number = changed.pk
    transaction.on_commit(lambda: _tell(changed, number))


def _tell(changed: Any, number: int) -> None:
    try:
        for article_id in _articles_that_carry(changed, number):
            try_now(article_id)
        on_all_pages = publication.hand_over()
        if isinstance(changed, Photo):
            renditions.drop_outdated(changed)
        if isinstance(changed, (Section, Topic, Storyline)):
            # The tables behind the rails know filings by their slugs and names.
            note_change()
    except Exception:
        log.exception("a change of %s could not be handed over to readers", changed)
        return
    if on_all_pages:
        tell(change_of(queries.publication()))
    if not isinstance(changed, publication.PublicationSettings):
        tell(change_of(changed, number))


def tell(change: Change) -> None:
    """Runs AFTER_PUBLICATION_CHANGED; a step that fails stops no other."""
    for step in named(settings.AFTER_PUBLICATION_CHANGED):
        try:
            step(change)
        except Exception:
            log.exception("%s failed after %s changed", step.__name__, change.thing)


def _articles_that_carry(changed: Any, number: int) -> Iterable[int]:
    """Live articles whose story copies something of what changed: a name, an address, a picture."""
    live = readers_may_see().order_by("pk").values_list("pk", flat=True)
    match changed:
        case Section():
            # Only an address holds a section's slug; its name is looked up for every page.
            return list(live.filter(section_id=number))
        case Person():
            return list(live.filter(bylines__person_id=number).distinct())
        case Storyline() if changed.pk:
            return list(live.filter(pk__in=follow_places(changed)))
        case Photo():
            return list(live.filter(pk__in=_articles_with(changed)))
        case _:
            return []


def _articles_with(photo: Photo) -> list[int]:
    references = ReferenceIndex.get_references_to(photo).filter(
        base_content_type__app_label="wagtailcore", base_content_type__model="page"
    )
    return [int(one) for one in references.values_list("object_id", flat=True).distinct()]
