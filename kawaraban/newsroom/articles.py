"""Articles: what editors write. Publishing makes a story of one (see handover.py)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, Revision

from kawaraban.kit import clock
from kawaraban.newsroom import photos
from kawaraban.newsroom.blocks import Body
from kawaraban.newsroom.panels import article_handler
from kawaraban.people.authors import Person
from kawaraban.stories.models import Section, Storyline, Topic

HEADLINE_CHARACTERS = 200


class Newsroom(Page):
    """The one page under which all articles lie, flat: sections are a relation, not a tree."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["newsroom.Article"]
    max_count = 1
    preview_modes: list[tuple[str, str]] = []

    class Meta:
        verbose_name = _("newsroom")
        verbose_name_plural = _("newsrooms")

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        return _as_readers_find_it(super().get_url_parts(request), "/")


class Article(Page):
    """A piece as its editors see it. The headline is Wagtail's title.

    `updated_at` is the time readers see: handing over a publication that changes what they read
    moves it, unless the change is marked as minor. Wagtail's own times move with every save.
    """

    kicker = models.CharField(
        _("kicker"), max_length=40, blank=True, help_text=_("The line above the headline.")
    )
    short_headline = models.CharField(
        _("short headline"), max_length=80, blank=True, help_text=_("For rails and lists.")
    )
    dek = models.CharField(
        _("dek"), max_length=400, blank=True, help_text=_("The sentence below the headline.")
    )
    section = models.ForeignKey(
        Section, verbose_name=_("section"), on_delete=models.PROTECT, related_name="articles"
    )
    other_sections = ParentalManyToManyField(
        Section, verbose_name=_("also shown in"), blank=True, related_name="other_articles"
    )
    topics = ParentalManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="articles")
    lead_photo = models.ForeignKey(
        "media.Photo",
        verbose_name=_("lead photo"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    storyline = models.ForeignKey(
        Storyline,
        verbose_name=_("storyline"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="articles",
        help_text=_("The article is added at the end of the storyline."),
    )
    body = StreamField(Body(), verbose_name=_("body"))
    comments_open = models.BooleanField(_("readers may comment"), default=True)
    updated_at = models.DateTimeField(
        _("updated"),
        null=True,
        blank=True,
        help_text=_("As readers see it. Moves by itself when a publication changes what they read."),
    )
    minor_change = models.BooleanField(
        _("minor change"),
        default=False,
        help_text=_("The next publication leaves the updated time as it is."),
    )
    # When readers got what was last published; what lies behind is for `reconcile` to hand over.
    handed_over_at = models.DateTimeField(null=True, editable=False)

    parent_page_types = ["newsroom.Newsroom"]
    subpage_types: list[str] = []
    exclude_fields_in_copy = ["updated_at", "handed_over_at", "storyline_places"]
    edit_handler = article_handler()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    @property
    def readers_path(self) -> str:
        """Where readers find it once it is published."""
        return f"{self.section.path}{self.slug}/"

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        path = self.readers_path if self.section_id else "/"
        return _as_readers_find_it(super().get_url_parts(request), path)

    def clean(self) -> None:
        super().clean()
        if len(self.title) > HEADLINE_CHARACTERS:
            raise ValidationError(
                {"title": _("A headline has at most %(most)s characters.") % {"most": HEADLINE_CHARACTERS}}
            )

    def check_publishable(self) -> None:
        """Raises ValidationError, by field, for what a draft may lack and a story may not."""
        complaints: dict[str, Any] = {}
        if self.lead_photo and (complaint := photos.complaint(self.lead_photo)):
            complaints["lead_photo"] = complaint
        for other in self.other_wordings.all():
            if other.photo and (complaint := photos.complaint(other.photo)):
                complaints.setdefault(NON_FIELD_ERRORS, complaint)
        try:
            self.body.stream_block.clean(self.body)
        except ValidationError as error:
            complaints["body"] = _in_words(error) or str(_("The body is not ready to be published."))
        if complaints:
            raise ValidationError(complaints)

    def publish(self, revision: Revision, *args: Any, **options: Any) -> None:
        # Scheduling saves nothing that is live, so what is scheduled is checked here as well.
        revision.as_object().check_publishable()
        super().publish(revision, *args, **options)

    def save(self, clean: bool = True, *args: Any, **options: Any) -> Any:
        # Every way of publishing ends here, whichever of Wagtail's doors it came through.
        if clean and self.live and not options.get("update_fields"):
            self.check_publishable()
        return super().save(clean, *args, **options)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from kawaraban.newsroom.preview import page_as_readers_get_it

        return HttpResponse(page_as_readers_get_it(self))


class Byline(Orderable):
    """Who wrote an article: a person with a page, or a name alone."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="bylines")
    person = models.ForeignKey(
        Person,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bylines",
    )
    name = models.CharField(
        _("name"), max_length=100, blank=True, help_text=_("For somebody without a page here.")
    )
    role = models.CharField(_("role"), max_length=60, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")

    def clean(self) -> None:
        super().clean()
        if bool(self.person_id) == bool(self.name.strip()):
            raise ValidationError(_("Choose a person or write a name, one of the two."))


class Correction(Orderable):
    """What was wrong in a story and is right now."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="corrections")
    at = models.DateTimeField(_("when"), default=clock.now)
    text = models.TextField(_("correction"), max_length=1000)

    class Meta(Orderable.Meta):
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")


def _as_readers_find_it(parts: tuple[int, Any, Any] | None, path: str) -> tuple[int, str, str] | None:
    # Wagtail's own front end is not served, so its part of the address is ours to say.
    if parts is None:
        return None
    return parts[0], (settings.PUBLIC_URL or settings.WAGTAILADMIN_BASE_URL).rstrip("/"), path


def _in_words(error: ValidationError) -> list[str]:
    """The messages inside a body's error, which nests as its blocks do."""
    nested = [
        *(getattr(error, "block_errors", None) or {}).values(),
        *(getattr(error, "cell_errors", None) or {}).values(),
    ]
    words = [word for one in nested if isinstance(one, ValidationError) for word in _in_words(one)]
    words += [str(word) for word in getattr(error, "non_block_errors", ())]
    return words or ([] if nested else [str(word) for word in error.messages])
