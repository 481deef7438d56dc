"""A story as machines read it: schema.org's NewsArticle, as search engines ask for it."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from kawaraban.stories.elements import Quotation, body_from, picture_from
from kawaraban.stories.models import Publication, Story

# Inside <script> no character may look like markup; in JSON strings their escapes mean the same.
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
_HEADLINE = 110


def news_article(
    story: Story,
    publication: Publication,
    base_url: str,
    *,
    authors: list[dict[str, str]],
    section: str,
    topics: list[str],
    comment_count: int | None,
) -> str:
    """The NewsArticle as JSON that may stand inside a script element.

    `base_url` is the publication's own address without a slash at its end, or "": then addresses are
    paths. `authors` are {"name": ..., "url": path or ""}; e-mail addresses have no place here.
    """
    url = base_url + story.path
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "url": url,
        "headline": story.headline[:_HEADLINE],
        "alternativeHeadline": story.short_headline,
        "description": story.dek,
        "datePublished": timezone.localtime(story.published_at).isoformat(timespec="seconds"),
        "dateModified": timezone.localtime(story.updated_at).isoformat(timespec="seconds"),
        "author": [_author(one, base_url) for one in authors],
        "publisher": _publisher(publication, base_url),
        "isPartOf": {"@type": "WebSite", "name": publication.name, "url": f"{base_url}/"},
        "articleSection": section,
        "keywords": topics,
        "inLanguage": story.language,
        "wordCount": story.characters,
        "isAccessibleForFree": True,
        "copyrightHolder": {"@type": "NewsMediaOrganization", "name": publication.name},
        "copyrightYear": timezone.localtime(story.published_at).year,
        "image": _images(story, base_url),
        "citation": _citations(story),
        "correction": [
            {"@type": "CorrectionComment", "text": one["text"], "datePublished": one["at"]}
            for one in story.corrections
        ],
        "commentCount": comment_count,
        "discussionUrl": f"{url}#discussion" if story.comments_open else None,
    }
    said = {name: value for name, value in data.items() if value not in (None, "", [])}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)


def _author(one: dict[str, str], base_url: str) -> dict[str, str]:
    author = {"@type": "Person", "name": one["name"]}
    return {**author, "url": base_url + one["url"]} if one.get("url") else author


def _publisher(publication: Publication, base_url: str) -> dict[str, Any]:
    publisher: dict[str, Any] = {
        "@type": "NewsMediaOrganization",
        "name": publication.name,
        "url": f"{base_url}/",
    }
    if publication.logo:
        publisher["logo"] = {"@type": "ImageObject", "url": base_url + publication.logo["share"]}
    return publisher


def _images(story: Story, base_url: str) -> list[dict[str, Any]]:
    lead = picture_from(story.lead)
    if lead is None:
        return []
    rights = {"caption": lead.caption, "creditText": lead.credit, "copyrightNotice": lead.licence}
    kept = {name: words for name, words in rights.items() if words}
    _, widest = lead.sources[-1].files[-1]
    whole = {"url": base_url + widest, "width": lead.width, "height": lead.height}
    crop = {"url": base_url + lead.share, "width": 1200, "height": 675}
    return [{"@type": "ImageObject", **one, **kept} for one in (crop, whole)]


def _citations(story: Story) -> list[dict[str, str]]:
    """What the story quotes and links: each source once."""
    return [{"@type": "CreativeWork", "name": name, "url": url} for url, name in dict(_linked(story)).items()]


def _linked(story: Story) -> Iterable[tuple[str, str]]:
    for element in body_from(story.body):
        if isinstance(element, Quotation) and element.source_url:
            yield element.source_url, element.source or element.source_url
