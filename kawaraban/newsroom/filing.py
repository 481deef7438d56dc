"""Putting articles in from code: importers, the demo. Held to the same rules as an editor."""

import datetime as dt
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Collection, Comment

from kawaraban.kit import clock
from kawaraban.media.photos import Photo
from kawaraban.newsroom.articles import Article, Byline, Correction, Newsroom
from kawaraban.newsroom.bodies import Gallery, Part, Photograph, body_of
from kawaraban.newsroom.substance import substance
from kawaraban.people.accounts import Account
from kawaraban.stories import elements
from kawaraban.stories.models import Section, Topic

__all__ = ["Draft", "Gallery", "Part", "Photograph", "SlugTaken", "add_photo", "file", "refile"]


class SlugTaken(ValidationError):
    """Another article has this slug already."""


@dataclass(frozen=True)
class Draft:
    """An article as code hands it in. Photos are named by their numbers.

    `published_at` is kept for what was published elsewhere before; left out, the moment of
    publication counts. An empty `slug` is made from the headline. `notes` stand beside the article as
    editors' own comments do, and need an account that says them.
    """

    headline: str
    section_id: int
    body: tuple[Part, ...] = ()
    slug: str = ""
    kicker: str = ""
    short_headline: str = ""
    dek: str = ""
    bylines: tuple[elements.Byline, ...] = ()
    lead_photo_id: int | None = None
    other_section_ids: tuple[int, ...] = ()
    topic_ids: tuple[int, ...] = ()
    storyline_id: int | None = None
    corrections: tuple[elements.Correction, ...] = ()
    comments_open: bool = True
    published_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    notes: tuple[str, ...] = ()


def file(draft: Draft, *, publish: bool, account: Account | None = None) -> Article:
    """A new article. Readers get it once it is committed, if `publish`.

    Raises SlugTaken, or ValidationError (by field, in words) for what an editor could not save or
    publish either; then nothing is kept. `account` is named in the article's history; what it may
    do is not asked, for whoever runs code may do all.
    """
    newsroom = Newsroom.objects.get()
    if draft.slug and newsroom.get_children().filter(slug=draft.slug).exists():
        raise SlugTaken({"slug": _("There is an article with the slug “%(slug)s” already.") % vars(draft)})
    article = Article(owner=account, live=False, slug=draft.slug or _slug_for(draft.headline))
    _write(article, draft)
    _refuse_what_does_not_fit(article)
    _leave_notes(article, draft.notes, account)
    with transaction.atomic():
        newsroom.add_child(instance=article)
        revision = article.save_revision(user=account, log_action=True)
        if publish:
            revision.publish(user=account, skip_permission_checks=True)
    article.refresh_from_db()
    return article


def refile(article: Article, draft: Draft, *, publish: bool, account: Account | None = None) -> bool:
    """Makes the article say what the draft says. False, and no new revision, if it does already.

    An empty `draft.slug` keeps the article's. With `publish`, a draft that was waiting is published
    too. Raises as `file` does.
    """
    latest = article.get_latest_revision_as_object()
    before = substance(latest)
    if draft.slug:
        latest.slug = draft.slug
    _write(latest, draft)
    waiting = publish and (not article.live or article.has_unpublished_changes)
    if substance(latest) == before and not waiting:
        return False
    _leave_notes(latest, draft.notes, account)
    with transaction.atomic():
        if draft.published_at:
            # A revision leaves the first publication's time alone.
            Article.objects.filter(pk=article.pk).update(first_published_at=draft.published_at)
        revision = latest.save_revision(user=account, log_action=True)
        if publish:
            revision.publish(user=account, skip_permission_checks=True)
    article.refresh_from_db()
    return True


def add_photo(
    file: IO[bytes],
    *,
    title: str,
    alt_text: str = "",
    caption: str = "",
    credit: str = "",
    licence: str = "",
    name: str = "",
) -> Photo:
    """A photo in the newsroom's collection, checked as an upload is.

    Raises ValidationError for a file that is no picture, or one too large to open.
    """
    named = name or getattr(file, "name", "") or "photo"
    photo = Photo(
        file=ImageFile(file, name=named.rsplit("/", 1)[-1]),
        title=title,
        alt_text=alt_text,
        caption=caption,
        credit=credit,
        licence=licence,
        collection=Collection.get_first_root_node(),
    )
    photo.full_clean()
    photo.save()
    return photo


def _refuse_what_does_not_fit(article: Article) -> None:
    # Wagtail checks a draft's lengths once it is kept, which PostgreSQL refuses before that.
    refused: dict[str, ValidationError | list[ValidationError]] = {}
    try:
        article.clean()
    except ValidationError as error:
        refused |= error.error_dict
    for field in Article._meta.concrete_fields:
        value = getattr(article, field.attname)
        try:
            if isinstance(value, str) and value:
                field.run_validators(value)
        except ValidationError as error:
            refused[field.name] = error
    if refused:
        raise ValidationError(refused)


def _leave_notes(article: Article, notes: tuple[str, ...], account: Account | None) -> None:
    there = {note.text for note in article.wagtail_admin_comments.all()}
    for note in notes:
        if note not in there:
            article.wagtail_admin_comments.add(Comment(user=account, text=note, contentpath="title"))


def _slug_for(headline: str) -> str:
    # Wagtail makes the slug from the headline; one of marks alone ("?!") gives it nothing to take.
    return "" if slugify(headline, allow_unicode=True) else f"{clock.now():%Y%m%d-%H%M%S%f}"


def _write(article: Article, draft: Draft) -> None:
    article.title = draft.headline
    article.kicker, article.short_headline, article.dek = draft.kicker, draft.short_headline, draft.dek
    article.section_id = draft.section_id
    article.lead_photo_id = draft.lead_photo_id
    article.storyline_id = draft.storyline_id
    article.comments_open = draft.comments_open
    others = [pk for pk in draft.other_section_ids if pk != draft.section_id]
    article.other_sections = list(Section.objects.filter(pk__in=others))
    article.topics = list(Topic.objects.filter(pk__in=draft.topic_ids))
    article.bylines = [
        Byline(
            person_id=one.person_id, name="" if one.person_id else one.name, role=one.role, sort_order=place
        )
        for place, one in enumerate(draft.bylines)
    ]
    article.corrections = [
        Correction(at=dt.datetime.fromisoformat(one.at), text=one.text, sort_order=place)
        for place, one in enumerate(draft.corrections)
    ]
    article.body = body_of(draft.body)
    if draft.published_at:
        article.first_published_at = draft.published_at
    if draft.updated_at:
        # Whoever says when it changed is believed.
        article.updated_at, article.minor_change = draft.updated_at, True
