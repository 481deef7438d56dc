"""An article as readers would get it now: the very page, with the rails and discussion of the moment."""

import functools

from django.conf import settings

from kawaraban.kit import clock
from kawaraban.kit.stores import open_store
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.handover import finished_from
from kawaraban.people.authors import Person
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.shelf import Shelf
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
    now = clock.now()
    page = PageSlots("story", rendered.story_id, rendered.section, rendered.standing)
    rails = compose(shelf().current(), page, now)
    return join(
        rendered.markup,
        {
            "date": rendering.date(now),
            "discussion": rendering.discussion(finished.id),
            **{f"rail {name}": rendering.rail(rail) for name, rail in rails.items()},
        },
    )


def _writers(article: Article) -> list[Person]:
    return [byline.person for byline in article.bylines.all() if byline.person]


@functools.cache
def shelf() -> Shelf:
    """The tables behind the rails, as this process of the newsroom sees them."""
    return Shelf(open_store("editions", settings.VAR, settings.STORE_URL))
