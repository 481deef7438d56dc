"""An HTML table as rows of plain words."""

from collections.abc import Callable, Iterator

import lxml.html

from kawaraban.intake.sources.trees import entries
from kawaraban.stories.elements import Table

# A cell that claims to be wider than this is a mistake.
_WIDEST = 100
_PARTS = {"thead", "tbody", "tfoot", "tr", "caption"}


def table(node: lxml.html.HtmlElement, words: Callable[[lxml.html.HtmlElement], str]) -> Table | None:
    """The table, None for one without words. `words` gives a cell's, in one line.

    The first row is the head if it stands in `<thead>` or is all `<th>`. A cell over many columns
    or rows says its words once, in the first; what it covers stays empty, so that columns hold.
    """
    caption = " ".join(filter(None, (words(one) for one in node.iterchildren("caption"))))
    parts: dict[str, list[lxml.html.HtmlElement]] = {"thead": [], "tbody": [], "tfoot": []}
    for part in frame(node):
        parts[part.tag if part.tag in parts else "tbody"] += part.iterchildren("tr")
    in_order = [*parts["thead"], *parts["tbody"], *parts["tfoot"]]
    rows = _grid(in_order, words)
    head: tuple[str, ...] = ()
    first = [cell.tag for cell in in_order[0] if cell.tag in {"td", "th"}] if in_order else []
    if parts["thead"] or (len(rows) > 1 and first and set(first) == {"th"}):
        head, rows = rows[0], rows[1:]
    rows = [row for row in rows if any(row)]
    return Table(head if any(head) else (), tuple(rows), caption) if any(head) or rows or caption else None


def frame(node: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    """The table itself and its `<thead>`, `<tbody>`, `<tfoot>`: where rows stand."""
    return [node, *node.iterchildren("thead", "tbody", "tfoot")]


def strays(node: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement | str]:
    """What stands in a table and in none of its cells."""
    for part in frame(node):
        yield from (one for one in entries(part) if isinstance(one, str) or one.tag not in _PARTS)
        for row in part.iterchildren("tr"):
            yield from (one for one in entries(row) if isinstance(one, str) or one.tag not in {"td", "th"})


def _grid(
    rows: list[lxml.html.HtmlElement], words: Callable[[lxml.html.HtmlElement], str]
) -> list[tuple[str, ...]]:
    grid: list[tuple[str, ...]] = []
    covered: dict[int, int] = {}  # column -> how many more rows a cell from above covers it
    for row in rows:
        cells: list[str] = []

        def skip_covered(cells: list[str] = cells) -> None:
            while covered.get(len(cells), 0):
                covered[len(cells)] -= 1
                cells.append("")

        for cell in row:
            if cell.tag not in {"td", "th"}:
                continue
            skip_covered()
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            for place in range(wide):
                covered[len(cells)] = high - 1
                cells.append("" if place else words(cell))
        skip_covered()
        grid.append(tuple(cells))
    return grid


def _span(cell: lxml.html.HtmlElement, name: str) -> int:
    raw = cell.get(name, "1").strip()
    return min(max(int(raw), 1), _WIDEST) if raw.isascii() and raw.isdigit() else 1
