"""The lists of other stories below a page's body: which there are, and what stands in them twice."""

from collections import Counter
from dataclasses import dataclass

import regex

from kawaraban.intake.sources.telling import is_listed
from kawaraban.kit import text

_MARK = regex.compile(
    r"^\s*(?:[•·・●■◆▶▸*-]\s*)?(?P<number>\d{1,2}(?=[.)．、]?\s*$|[.)．、]\s))?[.)．、]?\s*"
)
_SECTION = regex.compile(r"^[\[［](?P<name>[^\]］]{1,40})[\]］]")


@dataclass(frozen=True)
class Item:
    """One place in a rail."""

    headline: str
    section: str = ""


@dataclass(frozen=True)
class Rail:
    """A list of other stories under its heading."""

    heading: str
    items: tuple[Item, ...]
    numbered: bool = False


def rails_in(blocks: list[str]) -> tuple[Rail, ...]:
    """Every list in these blocks.

    A copied list has its bullets on lines of their own or before the headline; what is indented
    below a headline belongs to it (its section), what is not is the next list's heading.
    """
    rails: list[tuple[str, list[list[str]]]] = []
    heading = ""
    for line in (line for block in blocks for line in block.splitlines()):
        indented = line[:1].isspace()
        if is_listed(line):
            if heading or not rails:
                rails.append((heading, []))
                heading = ""
            rails[-1][1].append([line])
        elif rails and not heading and (indented or not _has_headline(rails[-1][1][-1])):
            rails[-1][1][-1].append(line)
        else:
            heading = line.strip()
    return tuple(_rail(heading, items) for heading, items in rails)


def section_of(rails: tuple[Rail, ...]) -> str:
    """The section that a rail's heading names in brackets, which is the page's own; "" for none."""
    found = (_SECTION.match(rail.heading) for rail in rails)
    return next((one["name"] for one in found if one), "")


def repeated(rails: tuple[Rail, ...]) -> tuple[int, int, int]:
    """Places, different headlines, and places taken by a headline that stands on the page already."""
    said = Counter(text.folded(item.headline) for rail in rails for item in rail.items)
    return said.total(), len(said), said.total() - len(said)


def _has_headline(lines: list[str]) -> bool:
    return len(lines) > 1 or bool(_MARK.sub("", lines[0], count=1))


def _rail(heading: str, items: list[list[str]]) -> Rail:
    numbered = all((found := _MARK.match(lines[0])) and found["number"] for lines in items)
    return Rail(heading, tuple(map(_item, items)), numbered)


def _item(lines: list[str]) -> Item:
    said = [text.one_line(_MARK.sub("", lines[0], count=1)), *map(text.one_line, lines[1:])]
    said = [one for one in said if one]
    return Item(said[0] if said else "", said[1] if len(said) > 1 else "")
