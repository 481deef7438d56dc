"""The headlines and pictures that an editor has tested against an article's own."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from kawaraban.media.photos import Photo
from kawaraban.newsroom.articles import HEADLINE_CHARACTERS, Article
from kawaraban.stories.elements import Picture, Wording


class OtherWording(Orderable):
    """Another headline, another picture, or both: what is empty is the article's own."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="other_wordings")
    headline = models.CharField(_("headline"), max_length=HEADLINE_CHARACTERS, blank=True)
    photo = models.ForeignKey(
        Photo, verbose_name=_("photo"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("other wording")
        verbose_name_plural = _("other wordings")

    def clean(self) -> None:
        super().clean()
        if not self.headline.strip() and self.photo is None:
            raise ValidationError(_("Write another headline or choose another photo."))


def wordings_of(article: Article, picture: Callable[[Photo], Picture]) -> tuple[Wording, ...]:
    """The article's own wording and the others, each once; empty where there is nothing to test."""
    own = (article.title, article.lead_photo)
    tested: dict[tuple[str, Any], None] = {own: None}
    for other in article.other_wordings.all():
        tested[other.headline.strip() or own[0], other.photo or own[1]] = None
    if len(tested) == 1:
        return ()
    return tuple(
        Wording(headline, picture(photo) if photo else None, photo.pk if photo else 0)
        for headline, photo in tested
    )
