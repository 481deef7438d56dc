"""Keeping the demo fresh: an old one's stories are dated anew, as they stand."""

import datetime as dt

from kawaraban.kit import clock
from kawaraban.newsroom.articles import Article
from kawaraban.ops.demo import data
from kawaraban.ops.demo.loading import Progress, file_comments, nothing_following, tell_readers

# How far the newest demo story may lie back before all are dated anew.
STALE = dt.timedelta(hours=24)


def lag() -> dt.timedelta:
    """How much older the demo's newest story is than when it was loaded."""
    newest = data.stories()[-1]
    article = Article.objects.filter(slug=newest.slug, live=True).first()
    if article is None:
        return dt.timedelta(0)
    behind: dt.timedelta = newest.published_at(clock.now()) - article.first_published_at
    return behind


def freshen(progress: Progress) -> int:
    """Moves the times of all demo stories and comments forward alike; how many stories.

    What editors changed since stays; an article with a draft in work is left alone.
    """
    by = lag()
    slugs = {story.slug for story in data.stories()}
    articles = list(Article.objects.filter(slug__in=slugs, live=True, has_unpublished_changes=False))
    with nothing_following():
        for done, article in enumerate(articles, start=1):
            _move(article, by)
            progress("dates", done, len(articles))
    there = {article.slug for article in Article.objects.filter(slug__in=slugs).only("slug")}
    file_comments([story for story in data.stories() if story.slug in there])
    tell_readers(progress)
    return len(articles)


def _move(article: Article, by: dt.timedelta) -> None:
    def later(at: dt.datetime) -> dt.datetime:
        # What an editor changed yesterday is not to be of tomorrow.
        return min(at + by, clock.now())

    latest = article.get_latest_revision_as_object()
    corrections = list(latest.corrections.all())
    for correction in corrections:
        correction.at = later(correction.at)
    latest.corrections = corrections
    latest.updated_at = later(latest.updated_at or latest.first_published_at)
    latest.first_published_at = later(latest.first_published_at)
    # A revision leaves the first publication's time alone.
    Article.objects.filter(pk=article.pk).update(first_published_at=latest.first_published_at)
    latest.save_revision().publish(skip_permission_checks=True)
