"""Rails as markup. Asked for with every page handed out, so it joins strings it has made before."""

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.html import conditional_escape as escaped
from django.utils.translation import gettext as _
from django.utils.translation import override

from kawaraban.kit import clock
from kawaraban.reading import times
from kawaraban.reading.dress import dress_at_hand
from kawaraban.reading.templatetags.reading import phrases
from kawaraban.stories.queries import Card

if TYPE_CHECKING:
    from kawaraban.rails.compose import Rail, RailItem

# A card's markup for as long as the card is the same; dropped whole when so many have been made.
_MOST_KEPT = 20_000
_kept: dict[tuple[object, ...], str] = {}
_NUMBERED = {"most-read"}
_PICTURED = {"most-read", "also-read"}


def rail(rail: "Rail") -> str:
    """The rail as a section; "" for one without items: it stays away.

    One control per rail shows the reasons of all its items and its note, without a script.
    """
    if not rail.items:
        return ""
    language = dress_at_hand().language
    with override(language), timezone.override(None):
        tag = "ol" if rail.name in _NUMBERED else "ul"
        items = "".join(_item(rail, one, language) for one in rail.items)
        at = clock.moment(rail.as_of)
        return (
            f'<section class="rail" data-rail="{rail.name}" aria-labelledby="rail-{rail.name}">'
            f'<header><h2 id="rail-{rail.name}">{escaped(rail.heading)}</h2>'
            f'<p class="as-of">{_as_of(at)}</p></header>'
            f'<details class="why"><summary>{_("Why these?")}</summary>{_note(rail)}</details>'
            f"<{tag}>{items}</{tag}></section>"
        )


def _as_of(at: dt.datetime) -> str:
    time = f'<time datetime="{times.zoned(at)}">{times.hour(at)}</time>'
    return _("as of %(time)s") % {"time": time}


def _note(rail: "Rail") -> str:
    return f"<p>{escaped(rail.note)}</p>" if rail.note else ""


def _item(rail: "Rail", item: "RailItem", language: str) -> str:
    card = item.card
    place = f'<span class="place">{item.place}</span>' if rail.name in _NUMBERED else ""
    age = _age(item, rail.as_of)
    reason = f'<p class="reason">{escaped(item.reason)}</p>' if item.reason else ""
    linked = _here(card) if item.here else _linked(card, rail.name, language)
    here = ' class="here"' if item.here else ""
    return (
        f'<li data-story="{card.id}" data-section="{card.section}"{here}>{place}'
        f'{linked}<p class="line">{age}</p>{reason}</li>'
    )


def _age(item: "RailItem", as_of: float) -> str:
    published = clock.moment(item.card.published)
    ago = times.ago(as_of - item.card.published, published)
    label = f' <span class="older">{escaped(item.age_label)}</span>' if item.age_label else ""
    of = f'<span class="of">{escaped(item.card.section_name)}</span> '
    return f'{of}<time datetime="{times.zoned(published)}">{ago}</time>{label}'


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
