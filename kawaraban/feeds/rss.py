"""The newest stories as RSS 2.0, with pictures (Media RSS) and bylines (Dublin Core)."""

from typing import Any
from urllib.parse import quote, urljoin
from xml.sax.xmlreader import AttributesImpl

from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

from kawaraban.stories import queries
from kawaraban.stories.elements import picture_from
from kawaraban.stories.models import Story

NEWEST = 30
PATH = "/feed.xml"
CONTENT_TYPE = "application/rss+xml; charset=utf-8"


def newest(base_url: str) -> bytes:
    """The feed. `base_url` is the publication's own address, without a slash at its end."""
    publication = queries.publication()
    feed = _Feed(
        title=publication.name,
        link=f"{base_url}/",
        description=publication.tagline or publication.name,
        language=publication.language,
        feed_url=base_url + PATH,
    )
    stories = Story.objects.select_related("section").order_by("-published_at", "-id")
    for story in stories.prefetch_related("topic_entries__topic")[:NEWEST]:
        feed.add_item(
            title=story.headline,
            link=base_url + quote(story.path),
            description=story.dek,
            unique_id=f"kawaraban:story:{story.pk}",
            unique_id_is_permalink=False,
            pubdate=story.published_at,
            author_name="、".join(byline["name"] for byline in story.bylines) or None,
            categories=[story.section.name, *(entry.topic.name for entry in story.topic_entries.all())],
            picture=picture_from(story.lead),
            base_url=base_url,
        )
    return str(feed.writeString("utf-8")).encode()


class _Feed(Rss201rev2Feed):
    content_type = CONTENT_TYPE

    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:media": "http://search.yahoo.com/mrss/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        picture = item["picture"]
        if picture is None:
            return
        of = {"url": urljoin(item["base_url"], picture.share), "type": "image/jpeg", "medium": "image"}
        handler.startElement("media:content", AttributesImpl({**of, "width": "1200", "height": "675"}))
        handler.addQuickElement("media:description", picture.alt, {"type": "plain"})
        handler.addQuickElement("media:credit", picture.credit)
        handler.endElement("media:content")
