"""A body's words alone, without its markup."""

import html
import re
from collections.abc import Iterable

from kawaraban.stories import elements

_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_READING = re.compile(r"<r[tp]>.*?</r[tp]>", re.IGNORECASE | re.DOTALL)


def plain(markup: str) -> str:
    """Cleaned markup as text. Readings (ruby) are left out: they say the same word twice."""
    return html.unescape(_TAG.sub("", _READING.sub("", _BREAK.sub("\n", markup))))


def words_of(body: Iterable[elements.Element]) -> str:
    """The words of a body, an element a line. Pictures, cards and related stories have none."""
    return "\n".join(line for element in body for line in _lines(element) if line.strip())


def _lines(element: elements.Element) -> list[str]:
    match element:
        case elements.Paragraph(html=markup):
            return [plain(markup)]
        case elements.Subheading(text=text):
            return [text]
        case elements.ListOfItems(items=items):
            return [plain(item) for item in items]
        case elements.Quotation(text=text, speaker=speaker, source=source):
            return [text, " ".join(part for part in (speaker, source) if part)]
        case elements.Table(head=head, rows=rows, caption=caption):
            return [caption, *(" ".join(row) for row in (head, *rows))]
        case _:
            return []
