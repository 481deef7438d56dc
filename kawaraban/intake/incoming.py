"""What a source yields: a story as it came from elsewhere, and what in a file is no story."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Literal, Protocol

import orjson

from kawaraban.stories import elements

# What a body from elsewhere is made of: words. A picture that says neither whose it is nor under what
# licence does not come in.
Wording = (
    elements.Paragraph
    | elements.Subheading
    | elements.ListOfItems
    | elements.Quotation
    | elements.Table
    | elements.LinkCard
)


class Unreadable(Exception):
    """The file is not what it was said to be. One line for whoever asked; nothing has been written."""


@dataclass(frozen=True)
class IncomingPerson:
    """Who wrote a story. `email` is one that readers saw there."""

    name: str
    slug: str = ""
    email: str = ""


@dataclass(frozen=True)
class Label:
    """The name of a section or topic. An empty `slug` is made from it."""

    name: str
    slug: str = ""


@dataclass(frozen=True)
class IncomingComment:
    """A comment as it stood there; `parent_origin` is the origin of what it answers, "" for none."""

    origin: str
    name: str
    body: str
    posted_at: dt.datetime
    state: Literal["shown", "held", "rejected"]
    parent_origin: str = ""


@dataclass(frozen=True)
class IncomingStory:
    """A story from elsewhere, whole. It is known again by its `origin`.

    What is `public` is put before readers, everything else is a draft. `former_addresses` are paths
    with their query, as readers asked for them there. `notes` say in words what could not be taken;
    editors find them beside the article.
    """

    origin: str
    headline: str
    body: tuple[Wording, ...]
    public: bool = False
    slug: str = ""
    kicker: str = ""
    dek: str = ""
    by: tuple[IncomingPerson, ...] = ()
    sections: tuple[Label, ...] = ()  # the first is the main one
    topics: tuple[Label, ...] = ()
    published_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    comments_open: bool = True
    comments: tuple[IncomingComment, ...] = ()
    former_addresses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """The same for two stories that say the same. Notes are about the story and no part of it."""
        said = asdict(replace(self, notes=()))
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True)
class NoStory:
    """Something in the file that is no story, and what it is: "page", "attachment"."""

    what: str


class Source(Protocol):
    """A file that was read to its end once and found sound. Reading it again gives the same."""

    @property
    def kind(self) -> str: ...  # "wordpress", "pagetext"

    @property
    def total(self) -> int: ...  # how many items `items` yields

    def items(self) -> Iterator[IncomingStory | NoStory]: ...
