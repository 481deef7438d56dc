"""Rails as markup. Asked for with every page handed out, so it joins strings it has made before."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.utils import timezone
from django.utils.html import conditional_escape as escaped
from django.utils.translation import gettext as _
from django.utils.translation import override

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


def rail(rail: Rail) -> str:
    """The rail as a section; "" for one without items: it stays away.

    One control per rail shows the reasons of all its items and its note, without a script.
    """
    if not rail.items:
        return ""
    language, as_of = dress_at_hand().language, rail.as_of.timestamp()
    tag = "ol" if rail.name in _NUMBERED else "ul"
    heading = rail.heading if isinstance(rail.heading, str) else id(rail.heading)
    key = (language, rail.name, rail.edition, rail.as_of, rail.late, heading, *_named(rail.note))
    head = _kept.get(key) or _once(key, language, lambda: _head(rail))
    items = "".join([_item(rail, one, as_of, language) for one in rail.items])
    return f"{head}<{tag}>{items}</{tag}>{_more(rail)}</section>"


def _more(rail: Rail) -> str:
    if not rail.more:
        return ""
    language = dress_at_hand().language
    key = (language, "more", rail.more)
    return _kept.get(key) or _once(key, language, lambda: _more_made(rail))


def _more_made(rail: Rail) -> str:
    more = _("All rankings")
    return f'<p class="more"><a href="{escaped(rail.more)}">{more}</a></p>'


def chart(chart: Rail, sections: Sequence[RisingTopic] = ()) -> str:
    """A chart in full, below its page's heading: its reasons stand open. `sections` are those that rise."""
    with _worn():
        told = "as-of late" if chart.late else "as-of"
        above = (
            f'<section class="rail" data-rail="{chart.name}" data-edition="{chart.edition}"'
            f' aria-labelledby="chart"><p class="{told}">{_as_of(chart)}</p>{_note(chart)}'
            f"{_rising_sections(sections)}"
        )
    language, as_of = dress_at_hand().language, chart.as_of.timestamp()
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


def _head(rail: Rail) -> str:
    # Words stand outside of f-strings: xgettext does not look into them.
    why = _("Why these?")
    told = "as-of late" if rail.late else "as-of"
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
    # In words an age changes with the minute, never within it.
    minutes = (as_of - card.published) // 60
    filed = (card.section, card.section_name)
    told = (*_named(item.reason), *(_named(item.age_label) if item.age_label else ()))
    place = item.place if rail.name in _NUMBERED else 0
    shown = (card.id, card.version, card.path, card.wording)
    key = (language, rail.name, place, shown, filed, item.here, minutes, told)
    return _kept.get(key) or _once(key, language, lambda: _item_made(rail, item, as_of))


def _item_made(rail: Rail, item: RailItem, as_of: float) -> str:
    card = item.card
    place = f'<span class="place">{item.place}</span>' if rail.name in _NUMBERED else ""
    linked = _here(card) if item.here else _linked(card, rail.name)
    here = ' class="here"' if item.here else ""
    of = f'<span class="of">{escaped(card.section_name)}</span>'
    return (
        f'<li data-story="{card.id}" data-section="{card.section}"{here}>{place}{_topic(rail, item)}{linked}'
        f'<p class="line">{of} {_age(item, as_of)}</p>'
        f'<p class="reason">{escaped(str(item.reason))}</p></li>'
    )


def _topic(rail: Rail, item: RailItem) -> str:
    topic = item.reason.values.get("topic") if rail.name == "topics" else None
    return f'<span class="topic">{escaped(str(topic))}</span>' if topic else ""


def _age(item: RailItem, as_of: float) -> str:
    seconds, label = as_of - item.card.published, escaped(str(item.age_label)) if item.age_label else ""
    published = clock.moment(item.card.published)
    mark = ' class="older"' if label else ""
    return f'<time datetime="{times.zoned(published)}"{mark}>{label or times.ago(seconds, published)}</time>'


def _linked(card: Card, form: str) -> str:
    return f'<a href="{escaped(card.path)}">{_words(card)}</a>{_thumbnail(card, form)}'


def _named(words: Words) -> tuple[object, ...]:
    """What tells these words from others: their code and all that is filled in."""
    if not words.values:
        return (words.code,)
    return (words.code, *(_named(one) if isinstance(one, Words) else one for one in words.values.values()))


def _once(key: tuple[object, ...], language: str, made: Callable[[], str]) -> str:
    """What was made under this key, or is made now, in the publication's language and time zone."""
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    with override(language), timezone.override(None):
        found = _kept[key] = made()
    return found


@contextmanager
def _worn() -> Iterator[None]:
    with override(dress_at_hand().language), timezone.override(None):
        yield


def _here(card: Card) -> str:
    here = _("You are reading this")
    return f'<p aria-current="page">{_words(card)} <em>{here}</em></p>'


def _words(card: Card) -> str:
    kicker = f'<span class="kicker">{escaped(card.kicker)}</span> ' if card.kicker else ""
    return (
        f'{kicker}<span class="headline">{phrases(card.short_headline or card.headline, card.breaks)}</span>'
    )


def _thumbnail(card: Card, form: str) -> str:
    if form not in _PICTURED or not card.thumbnail:
        return ""
    address = escaped(card.thumbnail)
    return f'<img src="{address}" width="320" height="180" alt="" loading="lazy" decoding="async">'
