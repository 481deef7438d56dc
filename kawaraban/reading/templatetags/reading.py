"""What the readers' templates can say besides Django's own words."""

import datetime as dt
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from kawaraban.kit import text
from kawaraban.reading import joining, times
from kawaraban.reading.emails import disguised
from kawaraban.stories.elements import Picture, Source
from kawaraban.stories.queries import Card

register = template.Library()


@register.filter
def phrases(line: str, breaks: Sequence[int] = ()) -> SafeString:
    """A headline that breaks between its clauses (parted by a full-width blank) if it can, else
    between phrases: `<wbr>` where the browser has no `word-break: auto-phrase`.

    `breaks` are those of the line as `kit.text` found them once; others are of another line.
    """
    if not breaks or breaks[-1] != len(line):
        breaks = text.breaks(line)
    told, begin, end = [], 0, 0
    for clause in text.clauses(line):
        end += len(clause)
        pieces = [
            line[one:other] for one, other in pairwise((begin, *(at for at in breaks if begin < at <= end)))
        ]
        told.append(SafeString("<wbr>".join(map(escape, pieces))))
        begin = end
    if len(told) == 1:
        return told[0]
    return format_html_join("", '<span class="clause">{}</span>', ((clause,) for clause in told))


@register.filter
def paragraphs(words: str) -> SafeString:
    """Plain text in paragraphs: an empty line parts them, a line's end breaks the line."""
    return format_html_join(
        "",
        "<p>{}</p>",
        (
            (format_html_join(mark_safe("<br>"), "{}", ((line,) for line in block.split("\n"))),)
            for block in words.split("\n\n")
            if block.strip()
        ),
    )


@register.simple_tag
def moment(at: dt.datetime) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', times.zoned(at), times.moment(at))


@register.simple_tag
def day_of(seconds: float) -> SafeString:
    """The moment of a card's time, which is in seconds since 1970."""
    return moment(dt.datetime.fromtimestamp(seconds, dt.UTC))


@register.simple_tag
def zoned(at: dt.datetime) -> str:
    return times.zoned(at)


@register.simple_tag
def slot(name: str) -> SafeString:
    return mark_safe(joining.slot(name))  # noqa: S308 - the names stand in our own templates


@register.tag
def wordings(parser: Parser, token: Token) -> template.Node:
    """`{% wordings page.lead as card %}…{% endwordings %}`: what is between, once for each wording of the
    card's story; the tables behind the rails choose which of them a page shows."""
    _, of, _, name = token.split_contents()
    inside = parser.parse(("endwordings",))
    parser.delete_first_token()
    return _Wordings(parser.compile_filter(of), name, inside)


class _Wordings(template.Node):
    def __init__(self, of: FilterExpression, name: str, inside: template.NodeList) -> None:
        self._of, self._name, self._inside = of, name, inside

    def render(self, context: template.Context) -> SafeString:
        card: Card = self._of.resolve(context)
        made = []
        for worded in card.every_wording:
            with context.push(**{self._name: worded}):
                made.append(self._inside.render(context))
        return mark_safe(joining.choice(card.id, made) if len(made) > 1 else made[0])  # noqa: S308


@register.filter
def worded(pictures: Sequence[Picture | None], card: Card) -> Picture | None:
    """The picture that belongs to the wording which the card shows."""
    return pictures[card.wording] if card.wording < len(pictures) else None


@register.filter
def srcset(source: Source) -> str:
    return ", ".join(f"{address} {width}w" for width, address in source.files)


@register.filter
def fallback(picture: Picture) -> str:
    """The address that any browser can take: the widest of up to 800 pixels in the last format."""
    files = picture.sources[-1].files
    return max((one for one in files if one[0] <= 800), default=files[0])[1]


@register.inclusion_tag("components/picture.html")
def picture(shown: Picture, sizes: str, first: bool = False) -> dict[str, object]:
    """`first` for the picture that a reader sees first: asked for at once, before all others."""
    return {"picture": shown, "sizes": sizes, "first": first}


@register.inclusion_tag("components/email.html")
def email(address: str) -> dict[str, object]:
    return {"email": disguised(address)}
