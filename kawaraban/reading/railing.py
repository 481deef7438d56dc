"""Rails as markup. Asked for with every page handed out, so it joins strings it has made before."""

import datetime as dt

from django.utils import timezone
from django.utils.html import conditional_escape as escaped
from django.utils.translation import gettext as _
from django.utils.translation import override

from kawaraban.kit import clock
from kawaraban.rails.compose import Rail, RailItem
from kawaraban.reading import times
from kawaraban.reading.dress import dress_at_hand
from kawaraban.reading.templatetags.reading import phrases
from kawaraban.stories.queries import Card

# A card's markup for as long as the card is the same; dropped whole when so many have been made.
_MOST_KEPT = 20_000
_kept: dict[tuple[object, ...], str] = {}
_NUMBERED = {"most-read"}
_PICTURED = {"most-read", "also-read"}


def rail(rail: Rail) -> str:
    """The rail as a section; "" for one without items: it stays away.

    One control per rail shows the reasons of all its items and its note, without a script.
    """
    if not rail.items:
        return ""
    language = dress_at_hand().language
    with override(language), timezone.override(None):
        tag = "ol" if rail.name in _NUMBERED else "ul"
        items = "".join(_item(rail, one, language) for one in rail.items)
        return (
            f'<section class="rail" data-rail="{rail.name}" aria-labelledby="rail-{rail.name}">'
            f'<header><h2 id="rail-{rail.name}">{escaped(str(rail.heading))}</h2>'
            f'<p class="as-of">{_as_of(rail.as_of)}</p></header>'
            f'<details class="why"><summary>{_("Why these?")}</summary>{_note(rail)}</details>'
            f"<{tag}>{items}</{tag}></section>"
        )


def _as_of(at: dt.datetime) -> str:
    time = f'<time datetime="{times.zoned(at)}">{times.hour(at)}</time>'
    return _("as of %(time)s") % {"time": time}


def _note(rail: Rail) -> str:
    note = str(rail.note)
    return f"<p>{escaped(note)}</p>" if note else ""


def _item(rail: Rail, item: RailItem, language: str) -> str:
    card = item.card
    place = f'<span class="place">{item.place}</span>' if rail.name in _NUMBERED else ""
    linked = _here(card) if item.here else _linked(card, rail.name, language)
    here = ' class="here"' if item.here else ""
    return (
        f'<li data-story="{card.id}" data-section="{card.section}"{here}>{place}{_topic(rail, item)}{linked}'
        f'<p class="line">{_of(card)} {_age(item, rail.as_of)}</p>'
        f'<p class="reason">{escaped(str(item.reason))}</p></li>'
    )


def _topic(rail: Rail, item: RailItem) -> str:
    topic = item.reason.values.get("topic") if rail.name == "topics" else None
    return f'<span class="topic">{escaped(str(topic))}</span>' if topic else ""


def _of(card: Card) -> str:
    return f'<span class="of">{escaped(card.section_name)}</span>'


def _age(item: RailItem, as_of: dt.datetime) -> str:
    published = clock.moment(item.card.published)
    label = str(item.age_label)
    words = escaped(label or times.ago((as_of - published).total_seconds(), published))
    mark = ' class="older"' if label else ""
    return f'<time datetime="{times.zoned(published)}"{mark}>{words}</time>'


def _linked(card: Card, form: str, language: str) -> str:
    key = (form in _PICTURED, language, card.id, card.version, card.path, card.section_name)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        found = _kept[key] = f'<a href="{escaped(card.path)}">{_words(card)}</a>{_thumbnail(card, form)}'
    return found


def _here(card: Card) -> str:
    return f'<p aria-current="page">{_words(card)} <em>{_("You are reading this")}</em></p>'


def _words(card: Card) -> str:
    kicker = f'<span class="kicker">{escaped(card.kicker)}</span> ' if card.kicker else ""
    return f'{kicker}<span class="headline">{phrases(card.short_headline or card.headline)}</span>'


def _thumbnail(card: Card, form: str) -> str:
    if form not in _PICTURED or not card.thumbnail:
        return ""
    address = escaped(card.thumbnail)
    return f'<img src="{address}" width="320" height="180" alt="" loading="lazy" decoding="async">'
