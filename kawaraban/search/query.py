"""Finding stories for what a reader typed."""

from dataclasses import dataclass
from typing import Literal

from django.utils.safestring import SafeString

from kawaraban.kit import text
from kawaraban.search import japanese
from kawaraban.search.indexing import index
from kawaraban.search.snippets import snippet
from kawaraban.stories import queries
from kawaraban.stories.models import Story

Order = Literal["fitting", "newest"]
PAGE_SIZE = 20
MOST = 10_000  # stories found for one query: ordering more would take long, and nobody reads so many
LONGEST = 100


@dataclass(frozen=True)
class Hit:
    """A story found. `snippet` is escaped, with `<mark>` around what was searched for."""

    card: queries.Card
    snippet: SafeString


@dataclass(frozen=True)
class Results:
    """One page of what was found. `q` is the query as it was understood, to be shown again."""

    q: str
    order: Order
    page: int  # from 1
    total: int  # `MOST` at most
    hits: list[Hit]
    next_page: bool

    @property
    def has_all(self) -> bool:
        """Whether these are all the stories that have the words."""
        return self.total < MOST


def search(q: str, page: int = 1, order: Order = "fitting") -> Results:
    """Published stories in which all words of `q` occur, 20 a page.

    Words are parted by blanks; each is found as it stands, inside Japanese sentences too. Stories
    with the words themselves come before those where they stand only inside longer ones, in both
    orders. Any text is a query: what has no letter or digit finds nothing, what is longer than 100
    characters is cut. A page behind the last one is empty. Where more than `MOST` stories have the
    words, the newest ones are found.
    """
    q, page = understood(q), max(page, 1)
    phrases = list(dict.fromkeys(phrase for word in q.split() for phrase in japanese.phrases_of(word)))
    if not phrases:
        return Results(q, order, page, 0, [], False)
    first, total = (page - 1) * PAGE_SIZE, index().total(phrases, MOST)
    if first >= total:
        return Results(q, order, page, total, [], False)
    among = MOST if total == MOST else None
    found = index().find(phrases, newest=order == "newest", first=first, most=PAGE_SIZE, among=among)
    return Results(q, order, page, total, _hits(found, phrases), first + PAGE_SIZE < total)


def understood(q: str) -> str:
    """The query on one line, without what nobody sees, of 100 characters at most."""
    # Cut twice: a hundred characters as people count them can be a megabyte of combining marks.
    return text.first_characters(text.one_line(q[: 10 * LONGEST]), LONGEST).removesuffix("…")


def _hits(found: list[int], phrases: list[japanese.Phrase]) -> list[Hit]:
    texts = {
        pk: [body, dek, headline]
        for pk, body, dek, headline in Story.objects.filter(pk__in=found).values_list(
            "pk", "text", "dek", "headline"
        )
    }
    pattern = japanese.pattern(phrases)
    return [Hit(card, snippet(texts[card.id], pattern)) for card in queries.cards_of(found)]
