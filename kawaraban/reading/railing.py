"""Rails as markup. Asked for with every page handed out, so it joins strings it has made before."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape as escaped

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from kawaraban.kit import clock
from kawaraban.rails import reasons
from kawaraban.rails.compose import Rail, RailItem
from kawaraban.rails.editions import RisingTopic
from kawaraban.rails.reasons import Words
from kawaraban.reading import times
from kawaraban.reading.dress import dress_at_hand
from kawaraban.reading.templatetags.reading import phrases
from kawaraban.stories.queries import Card

# Pieces of markup by all that they are made of; dropped whole when so many have been made.
_MOST_KEPT = 50_000
_kept: dict[tuple[object, ...], str] = {}
_NUMBERED = {"most-read", "chart"}
_PICTURED = {"most-read", "chart", "also-read"}
_MORE = Words("more", gettext_lazy("All rankings"))
_HERE = Words("here", gettext_lazy("You are reading this"))


def rail(rail: Rail) -> str:
    """The rail as a section; "" for one without items: it stays away.

    One control per rail shows the reasons of all its items and its note, without a script.
    """
    if not rail.items:
        return ""
    language = dress_at_hand().language
    if rail.markup is None:
        return _rail(rail, language)
    return rail.markup.get(language) or rail.markup.setdefault(language, _rail(rail, language))


def _rail(rail: Rail, language: str) -> str:
    as_of = rail.as_of.timestamp()
    tag = "ol" if rail.name in _NUMBERED else "ul"
    heading = rail.heading if isinstance(rail.heading, str) else id(rail.heading)
    key = ("head", language, rail.name, rail.edition, as_of, rail.late, heading, rail.note.named)
    head = _kept.get(key) or _once(key, lambda: _head(rail, language))
    items = "".join([_item(rail, one, as_of, language) for one in rail.items])
    more = _more(rail, language) if rail.more else ""
    return f"{head}<{tag}>{items}</{tag}>{more}</section>"


def _more(rail: Rail, language: str) -> str:
    return f'<p class="more"><a href="{escaped(rail.more)}">{_said(_MORE, language)}</a></p>'


def chart(chart: Rail, sections: Sequence[RisingTopic] = ()) -> str:
    """A chart in full, below its page's heading: its reasons stand open. `sections` are those that rise."""
    language, as_of = dress_at_hand().language, chart.as_of.timestamp()
    with _spoken(language):
        told = "as-of late" if chart.late else "as-of"
        above = (
            f'<section class="rail" data-rail="{chart.name}" data-edition="{chart.edition}"'
            f' aria-labelledby="chart"><p class="{told}">{_as_of(chart)}</p>{_note(chart)}'
            f"{_rising_sections(sections)}"
        )
    items = "".join([_item(chart, one, as_of, language) for one in chart.items])
    return f"{above}<ol>{items}</ol></section>" if items else f"{above}</section>"


def _rising_sections(sections: Sequence[RisingTopic]) -> str:
    named = {entry.section: entry for entry in dress_at_hand().sections}
    heading, rising = _("Sections that rise"), [one for one in sections if one.slug in named]
    items = "".join(
        f'<li data-section="{one.slug}"><a href="{escaped(named[one.slug].path)}">'
        f"{escaped(named[one.slug].label)}</a>"
        f' <span class="line">{escaped(str(reasons.risen(one.seen, one.usual)))}</span></li>'
        for one in rising
    )
    return f'<h2>{heading}</h2><ul class="rising-sections">{items}</ul>' if items else ""


def _head(rail: Rail, language: str) -> str:
    # Words stand outside of f-strings: xgettext does not look into them.
    told = "as-of late" if rail.late else "as-of"
    with _spoken(language):
        why = _("Why these?")
        return (
            f'<section class="rail" data-rail="{rail.name}" data-edition="{rail.edition}"'
            f' aria-labelledby="rail-{rail.name}">'
            f'<header><h2 id="rail-{rail.name}">{escaped(str(rail.heading))}</h2>'
            f'<p class="{told}">{_as_of(rail)}</p></header>'
            f'<details class="why"><summary>{why}</summary>{_note(rail)}</details>'
        )


def _as_of(rail: Rail) -> str:
    time = f'<time datetime="{times.zoned(rail.as_of)}">{times.hour(rail.as_of)}</time>'
    if rail.late:
        # A frozen list that calls itself current is what readers complain of.
        return _("as of %(time)s, not renewed since") % {"time": time}
    return _("as of %(time)s") % {"time": time}


def _note(rail: Rail) -> str:
    note = str(rail.note)
    return f"<p>{escaped(note)}</p>" if note else ""


def _item(rail: Rail, item: RailItem, as_of: float, language: str) -> str:
    card = item.card
    place = f'<span class="place">{item.place}</span>' if rail.name in _NUMBERED else ""
    here = ' class="here"' if item.here else ""
    return (
        f'<li data-story="{card.id}" data-section="{card.section}"{here}>{place}{_topic(rail, item)}'
        f"{_story(rail, item, language)} {_age(item, as_of, language)}</p>"
        f'<p class="reason">{_said(item.reason, language)}</p></li>'
    )


def _topic(rail: Rail, item: RailItem) -> str:
    topic = item.reason.values.get("topic") if rail.name == "topics" else None
    return f'<span class="topic">{escaped(str(topic))}</span>' if topic else ""


def _story(rail: Rail, item: RailItem, language: str) -> str:
    """All that is the story's own, up to where its age is told."""
    card, pictured = item.card, rail.name in _PICTURED
    shown = (card.id, card.version, card.path, card.wording, card.section_name)
    key = ("story", language if item.here else "", pictured, *shown)
    return _kept.get(key) or _once(key, lambda: _story_made(item, pictured, language))


def _story_made(item: RailItem, pictured: bool, language: str) -> str:
    card = item.card
    linked = _here(card, language) if item.here else _linked(card, pictured)
    return f'{linked}<p class="line"><span class="of">{escaped(card.section_name)}</span>'


def _age(item: RailItem, as_of: float, language: str) -> str:
    published, label = item.card.published, item.age_label
    # In words an age changes with the minute, never within it.
    key = ("age", language, published, label.named if label else (as_of - published) // 60)
    return _kept.get(key) or _once(key, lambda: _age_made(item, as_of, language))


def _age_made(item: RailItem, as_of: float, language: str) -> str:
    published = clock.moment(item.card.published)
    zoned, seconds = times.zoned(published), as_of - item.card.published
    if item.age_label:
        mark, age = ' class="older"', _said(item.age_label, language)
    else:
        # Stories of one minute, or of one day of weeks ago, share the words.
        said = (seconds // 60,) if seconds < times.DAYS_FROM else (zoned[:10], seconds < times.YEARS_FROM)
        key = ("ago", language, *said)
        mark, age = "", _kept.get(key) or _once(key, lambda: _ago(seconds, published, language))
    return f'<time datetime="{zoned}"{mark}>{age}</time>'


def _ago(seconds: float, at: dt.datetime, language: str) -> str:
    with _spoken(language):
        return times.ago(seconds, at)


def _said(words: Words, language: str) -> str:
    key = ("said", language, words.named)
    return _kept.get(key) or _once(key, lambda: _said_now(words, language))


def _said_now(words: Words, language: str) -> str:
    with _spoken(language):
        return escaped(str(words))


def _linked(card: Card, pictured: bool) -> str:
    return f'<a href="{escaped(card.path)}">{_words(card)}</a>{_thumbnail(card) if pictured else ""}'


def _once(key: tuple[object, ...], made: Callable[[], str]) -> str:
    """What is made now, to be found under this key."""
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    found = _kept[key] = made()
    return found


@contextmanager
def _spoken(language: str) -> Iterator[None]:
    """In the publication's language and time zone: dearer than all else of a piece that says nothing."""
    with override(language), timezone.override(None):
        yield


def _here(card: Card, language: str) -> str:
    return f'<p aria-current="page">{_words(card)} <em>{_said(_HERE, language)}</em></p>'


def _words(card: Card) -> str:
    kicker = f'<span class="kicker">{escaped(card.kicker)}</span> ' if card.kicker else ""
    return (
        f'{kicker}<span class="headline">{phrases(card.short_headline or card.headline, card.breaks)}</span>'
    )


def _thumbnail(card: Card) -> str:
    if not card.thumbnail:
        return ""
    address = escaped(card.thumbnail)
    return f'<img src="{address}" width="320" height="180" alt="" loading="lazy" decoding="async">'
