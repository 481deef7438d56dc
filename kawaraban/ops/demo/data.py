"""The demo publication as it is written down: TOML files beside this module (see README.md)."""

import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from kawaraban.stories import elements

HERE = Path(__file__).parent
_BAR = "｜"
Written = (
    elements.Paragraph | elements.Subheading | elements.ListOfItems | elements.Quotation | elements.Table
)


@dataclass(frozen=True)
class DemoStory:
    """One `[[story]]`, in its section's file."""

    section: str  # slug
    data: dict[str, Any]

    @property
    def slug(self) -> str:
        return str(self.data["slug"])

    @property
    def seed(self) -> int:
        """What its picture is drawn from: the same at every load."""
        return int.from_bytes(hashlib.sha256(self.slug.encode()).digest()[:4], "big")

    def published_at(self, now: dt.datetime) -> dt.datetime:
        return now - dt.timedelta(hours=self.data["hours_ago"])

    def updated_at(self, now: dt.datetime) -> dt.datetime:
        return now - dt.timedelta(hours=self.data.get("updated_hours_ago", self.data["hours_ago"]))

    def body(self) -> tuple[Written, ...]:
        return tuple(_element(block) for block in _blocks(self.data["body"]))


_FILES = {
    "section": "sections.toml",
    "person": "people.toml",
    "topic": "topics.toml",
    "storyline": "storylines.toml",
}


def publication() -> dict[str, Any]:
    """The publication's name and dress."""
    return tomllib.loads((HERE / "publication.toml").read_text("utf-8"))


def table(name: str) -> list[dict[str, Any]]:
    """The rows named `name` of the one file that has them, in their order."""
    rows: list[dict[str, Any]] = tomllib.loads((HERE / _FILES[name]).read_text("utf-8"))[name]
    return rows


def stories() -> list[DemoStory]:
    """Every story, oldest first, so that storylines grow in the order in which they unfolded."""
    found = [
        DemoStory(file.stem, data)
        for file in sorted((HERE / "stories").glob("*.toml"))
        for data in tomllib.loads(file.read_text("utf-8"))["story"]
    ]
    return sorted(found, key=lambda story: (-story.data["hours_ago"], story.slug))


def digest() -> str:
    """A hash of all that is written down, so that a change of it is noticed."""
    total = hashlib.sha256()
    for file in sorted(HERE.rglob("*.toml")):
        total.update(file.read_bytes())
    return total.hexdigest()


def _blocks(body: str) -> Iterator[str]:
    return (block.strip() for block in body.strip().split("\n\n") if block.strip())


def _element(block: str) -> Written:
    lines = block.split("\n")
    match block[:2]:
        case "##":
            return elements.Subheading(block.removeprefix("##").strip())
        case "- ":
            return elements.ListOfItems(tuple(escape(line.removeprefix("- ")) for line in lines))
        case "> ":
            parts = [part.strip() for part in block.removeprefix("> ").split(_BAR)]
            return elements.Quotation(*[*parts, "", ""][:3])
    if block.startswith("|"):
        rows = [tuple(cell.strip() for cell in line.strip("| ").split("|")) for line in lines]
        return elements.Table(rows[0], tuple(rows[2:]))
    return elements.Paragraph(escape("".join(lines)))
