"""An article as readers would get it now: the very page, with the rails and discussion of the moment."""

from kawaraban.kit import clock
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.handover import finished_from
from kawaraban.people.authors import Person
from kawaraban.reading import rendering
from kawaraban.reading.joining import join
from kawaraban.stories import publish
from kawaraban.stories.models import Topic


def page_as_readers_get_it(article: Article) -> str:
    """The markup of the story's page, made from an article that need be neither saved nor valid."""
    finished = finished_from(article)
    rendered = rendering.story(
        publish.unsaved(finished),
        topics=list(Topic.objects.filter(pk__in=finished.topic_ids)),
        people=_writers(article),
        preview=True,
    )
    return join(
        rendered.markup,
        {"date": rendering.date(clock.now()), "discussion": rendering.discussion(finished.id)},
    )


def _writers(article: Article) -> list[Person]:
    return [byline.person for byline in article.bylines.all() if byline.person]
