"""The order of a storyline's articles, kept in the newsroom; readers get it flattened."""

from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from kawaraban.newsroom.articles import Article
from kawaraban.stories.models import Storyline


class StorylinePlace(Orderable):
    """An article's place in its storyline. The article says which storyline, the place says where."""

    storyline = ParentalKey(Storyline, on_delete=models.CASCADE, related_name="places")
    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="storyline_places"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("story in its place")
        verbose_name_plural = _("stories in their order")


def take_place(article: Article) -> None:
    """Gives the article its place, at the end, if it has none; takes away places elsewhere."""
    article.storyline_places.exclude(storyline_id=article.storyline_id).delete()
    if article.storyline_id is None or article.storyline_places.exists():
        return
    last = StorylinePlace.objects.filter(storyline_id=article.storyline_id).aggregate(n=Max("sort_order"))[
        "n"
    ]
    StorylinePlace.objects.create(
        storyline_id=article.storyline_id, article=article, sort_order=0 if last is None else last + 1
    )


def place_of(article: Article) -> int:
    """Where the article stands in its storyline, from 0; after the last while it has no place."""
    if article.storyline_id is None:
        return 0
    places = StorylinePlace.objects.filter(storyline_id=article.storyline_id).order_by("sort_order", "pk")
    ids = list(places.values_list("article_id", flat=True))
    return ids.index(article.pk) if article.pk in ids else len(ids)


@transaction.atomic
def follow_places(storyline: Storyline) -> list[int]:
    """Makes articles say what the storyline's places say, drafts of theirs too.

    The numbers of all articles that are or were in it.
    """
    placed = list(
        StorylinePlace.objects.filter(storyline=storyline)
        .order_by("sort_order")
        .values_list("article_id", flat=True)
    )
    were = list(Article.objects.filter(storyline=storyline).values_list("pk", flat=True))
    for article in Article.objects.filter(pk__in={*placed, *were}):
        wanted = storyline.pk if article.pk in placed else None
        if article.storyline_id != wanted:
            _file_under(article, wanted)
        take_place(article)
    return list(dict.fromkeys([*placed, *were]))


def _file_under(article: Article, storyline_id: int | None) -> None:
    Article.objects.filter(pk=article.pk).update(storyline_id=storyline_id)
    article.storyline_id = storyline_id
    # A draft would bring the old storyline back when it is published.
    draft = article.latest_revision
    if draft:
        draft.content["storyline"] = storyline_id
        draft.save(update_fields=["content"])
