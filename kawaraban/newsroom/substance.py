"""What an article says, without the numbers and times of how it is kept: to tell whether it changed."""

from typing import Any

from kawaraban.newsroom.articles import Article

_SAID = [
    *("title", "slug", "kicker", "short_headline", "dek", "section_id", "lead_photo_id"),
    *("storyline_id", "comments_open", "first_published_at", "updated_at"),
]


def substance(article: Article) -> dict[str, Any]:
    """Two articles of the same substance give the same value."""
    return {
        **{name: getattr(article, name) for name in _SAID},
        "other_sections": {section.pk for section in article.other_sections.all()},
        "topics": {topic.pk for topic in article.topics.all()},
        "bylines": [(one.person_id, one.name, one.role) for one in article.bylines.all()],
        "corrections": [(one.at, one.text) for one in article.corrections.all()],
        "body": _without_ids(article.body.get_prep_value()),
    }


def _without_ids(value: Any) -> Any:
    """Wagtail gives each block a number of its own, new whenever a body is made anew."""
    if isinstance(value, list):
        return [_without_ids(one) for one in value]
    if isinstance(value, dict):
        return {name: _without_ids(one) for name, one in value.items() if name != "id"}
    return value
