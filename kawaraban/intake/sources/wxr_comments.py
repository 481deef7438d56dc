"""The comments below a post of a WordPress export."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from kawaraban.intake.incoming import IncomingComment
from kawaraban.intake.sources import wxr
from kawaraban.intake.sources.markup import text_of
from kawaraban.intake.sources.wxr_times import Times
from kawaraban.kit.text import one_line

NAME = 120
_STATES: dict[str, Literal["shown", "held", "rejected"]] = {"1": "shown", "0": "held", "spam": "rejected"}
_READERS = {"", "comment"}
_NO_TIME = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def comments(
    item: Element, origin: str, times: Times, published: dt.datetime | None
) -> tuple[IncomingComment, ...]:
    """What readers wrote, each after what it answers. Pingbacks, trackbacks and trash stay behind."""
    all_by_number = {
        number: one for one in item if wxr.name(one) == "comment" and (number := wxr.text(one, "comment_id"))
    }
    parents = {number: wxr.text(one, "comment_parent") for number, one in all_by_number.items()}
    taken = {number: one for number, one in all_by_number.items() if _is_a_readers(one)}
    answered = {number: _answered(number, parents, taken) for number in taken}
    return tuple(
        _comment(taken[number], number, answered[number], origin, times, published)
        for number in _parents_first(answered)
    )


def _is_a_readers(comment: Element) -> bool:
    return (
        wxr.text(comment, "comment_type") in _READERS
        and wxr.text(comment, "comment_approved") in _STATES
        and bool(text_of(wxr.text(comment, "comment_content")))
    )


def _answered(number: str, parents: dict[str, str], taken: dict[str, Element]) -> str:
    """The nearest comment above that comes along; what went round in a circle answers nothing."""
    seen = {number}
    above = parents[number]
    while above in parents and above not in taken and above not in seen:
        seen.add(above)
        above = parents[above]
    return above if above in taken and above not in seen else ""


def _parents_first(answered: dict[str, str]) -> Iterator[str]:
    done: set[str] = set()
    for number in answered:
        chain: list[str] = []
        while number and number not in done and number not in chain:
            chain.append(number)
            number = answered[number]
        if number in chain:
            answered[number] = ""
            chain = chain[: chain.index(number) + 1]
        done.update(chain)
        yield from reversed(chain)


def _comment(
    comment: Element,
    number: str,
    parent: str,
    origin: str,
    times: Times,
    published: dt.datetime | None,
) -> IncomingComment:
    said_at = times.moment(wxr.text(comment, "comment_date_gmt"), wxr.text(comment, "comment_date"))
    return IncomingComment(
        origin=f"{origin}:comment:{number}",
        name=one_line(text_of(wxr.text(comment, "comment_author")))[:NAME] or _("Anonymous"),
        body=text_of(wxr.text(comment, "comment_content")),
        posted_at=said_at or published or _NO_TIME,
        state=_STATES[wxr.text(comment, "comment_approved")],
        parent_origin=f"{origin}:comment:{parent}" if parent else "",
    )
