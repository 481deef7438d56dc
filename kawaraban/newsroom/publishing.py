"""Bringing readers what the newsroom has published, and taking away what it has not.

One function does all of it, may be repeated at any time, and asks nothing but what is in the
database now: every signal below only says which article to look at.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
from django.db import transaction
from wagtail.models import Page

from kawaraban.newsroom import failures
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.failures import Failure
from kawaraban.newsroom.handover import finished_from
from kawaraban.stories import publish as stories
from kawaraban.stories.models import Story
from kawaraban.stories.outcome import Outcome
from kawaraban.stories.publish import Finished, Overtaken

log = logging.getLogger(__name__)

# What a reader reads: a change in these moves the updated time, a change of filing does not.
READ = ("kicker", "headline", "dek", "lead", "body", "corrections")
# Others have to publish and withdraw the same article all the while to overtake one so often.
_TRIES = 10


def bring_in_line(article_id: int) -> Outcome | None:
    """Publishes or withdraws the story of this article, as the article stands in the database.

    Only a live article that is nobody's alias has a story. None when there was nothing to withdraw.
    Raises what the handover raises; the newsroom's own tables are then as they were.
    """
    for _ in range(_TRIES):
        try:
            return _brought_in_line(article_id)
        except Overtaken:
            log.info("article %s was published or withdrawn meanwhile: it is looked at again", article_id)
    raise Overtaken(f"article {article_id}, {_TRIES} times")


def _brought_in_line(article_id: int) -> Outcome | None:
    # Read before the article: whoever hands it over later than we read it makes another version.
    before = Story.objects.filter(pk=article_id).first()
    article = readers_may_see().filter(pk=article_id).first()
    still = _still(article_id, article, before)
    if article is None:
        return stories.withdraw(article_id, still=still)
    finished = _with_its_time(article, before, finished_from(article))
    outcome = stories.publish(finished, still=still)
    kept: dict[str, Any] = {"handed_over_at": article.last_published_at, "minor_change": False}
    if finished.updated_at != (article.updated_at or article.first_published_at):
        kept["updated_at"] = finished.updated_at
    # What was published since has its own handover still to come.
    Article.objects.filter(pk=article_id, last_published_at=article.last_published_at).update(**kept)
    return outcome


def _still(article_id: int, article: Article | None, before: Story | None) -> Callable[[], bool]:
    """Whether article and story stand as they were read, asked with the article locked.

    Making a photo's files may take seconds, in which others publish and withdraw.
    """
    read = (article.live, article.last_published_at) if article else None
    version = before.version if before else None

    def still() -> bool:
        # Wagtail's own row is the one that all saving of an article writes.
        rows = Page.objects.select_for_update(no_key=True).filter(pk=article_id)
        locked = rows.values_list("live", "alias_of_id", "last_published_at").first()
        now = (locked[0], locked[2]) if locked and locked[0] and locked[1] is None else None
        stands = Story.objects.filter(pk=article_id).values_list("version", flat=True).first()
        return now == read and stands == version

    return still


def readers_may_see() -> Any:
    """Articles that have a story, or should."""
    return Article.objects.filter(live=True, alias_of__isnull=True).select_related("section", "lead_photo")


def soon(article_id: int) -> None:
    """Brings the article in line once what is being saved is committed. Never undoes the saving."""
    transaction.on_commit(lambda: try_now(article_id))


def try_now(article_id: int) -> bool:
    """Brings the article in line; a failure is logged and stands on the desk until it is mended."""
    try:
        bring_in_line(article_id)
    except Exception as error:
        log.exception("article %s could not be handed over to readers", article_id)
        failures.note(article_id, Failure.Act.HAND_OVER, _headline(article_id), failures.in_words(error))
        return False
    failures.clear(article_id, Failure.Act.HAND_OVER)
    return True


def _headline(article_id: int) -> str:
    return Article.objects.filter(pk=article_id).values_list("title", flat=True).first() or ""


def _with_its_time(article: Article, before: Story | None, finished: Finished) -> Finished:
    """The story with the updated time that readers are to see."""
    if before is None:
        return finished
    moment = max(finished.updated_at, before.updated_at)
    if moment == before.updated_at and _is_news(article) and _reads_differently(before, finished):
        moment = article.last_published_at
    return replace(finished, updated_at=moment)


def _is_news(article: Article) -> bool:
    """Whether an editor published since the last handover, and did not call it minor.

    A person's new name or a photo's mended credit hands over the same publication again.
    """
    handed: dt.datetime | None = article.handed_over_at
    published: dt.datetime | None = article.last_published_at
    return not article.minor_change and published is not None and (handed is None or published > handed)


def _reads_differently(before: Story, finished: Finished) -> bool:
    after = stories.unsaved(finished)
    return any(orjson.dumps(getattr(before, name)) != orjson.dumps(getattr(after, name)) for name in READ)
