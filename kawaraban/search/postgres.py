"""The index in PostgreSQL: a table of weighted `tsvector`s with a GIN index.

Vectors and queries are written out here and only cast, so that no text search configuration of the
server has a say in what a token is.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection

from kawaraban.search.entries import Entry
from kawaraban.search.japanese import GAP, Phrase

CREATE = [
    "CREATE TABLE kawaraban_search_words"
    " (story_id bigint PRIMARY KEY, words tsvector NOT NULL, openings tsvector NOT NULL)",
    "CREATE INDEX kawaraban_search_words_gin ON kawaraban_search_words USING gin (words)",
]
DROP = ["DROP TABLE kawaraban_search_words"]

# A withdrawn story is never found, even where the index lags behind.
_FOUND = """
    FROM kawaraban_search_words AS entry
    JOIN stories_story AS story ON story.id = entry.story_id
    WHERE entry.words @@ %s::tsquery
"""
_FOUND_AMONG = f"""
    FROM (
        SELECT story.id {_FOUND} ORDER BY story.published_at DESC, story.id DESC LIMIT %s
    ) AS newest
    JOIN stories_story AS story ON story.id = newest.id
    JOIN kawaraban_search_words AS entry ON entry.story_id = newest.id
"""
_COUNT = "SELECT count(*) FROM"
# The weights of body, dek, names and headline; long texts count for less.
_FITTING = "ts_rank('{0.08, 0.33, 0.66, 1.0}', entry.words, %s::tsquery, 1) DESC"


def put(entries: Sequence[Entry]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO kawaraban_search_words (story_id, words, openings)"
            " VALUES (%s, %s::tsvector, %s::tsvector)"
            " ON CONFLICT (story_id) DO UPDATE SET words = excluded.words, openings = excluded.openings",
            [(entry.story_id, _vector(entry), " ".join(map(_lexeme, entry.openings))) for entry in entries],
        )


def remove(story_ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kawaraban_search_words WHERE story_id = ANY(%s)", [list(story_ids)])


def indexed() -> list[int]:
    """The numbers of all stories in the index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT story_id FROM kawaraban_search_words")
        return [row[0] for row in cursor.fetchall()]


def total(phrases: Sequence[Phrase], most: int) -> int:
    """How many stories have all phrases, counted to `most`."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_COUNT} (SELECT 1 {_FOUND} LIMIT %s) AS counted", [_query(phrases), most])
        return int(cursor.fetchone()[0])


def find(
    phrases: Sequence[Phrase], *, newest: bool, first: int, most: int, among: int | None = None
) -> list[int]:
    """Numbers of stories that have all phrases; those that have the words themselves come first.

    `among` the newest so many, where more have them than can be put in order soon.
    """
    query, itself = _query(phrases), _openings(phrases)
    order = ["story.published_at DESC" if newest else _FITTING, "story.id DESC"]
    found = _FOUND
    asked: list[Any] = [query]
    if among is not None:
        found, asked = _FOUND_AMONG, [query, among]
    if itself:
        order.insert(0, "entry.openings @@ %s::tsquery DESC")
        asked.append(itself)
    if not newest:
        asked.append(query)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT story.id {found} ORDER BY {', '.join(order)} LIMIT %s OFFSET %s",
            [*asked, most, first],
        )
        return [row[0] for row in cursor.fetchall()]


def _vector(entry: Entry) -> str:
    places: defaultdict[str, list[str]] = defaultdict(list)
    place = 0
    for weight, row in zip("ABCD", entry.rows, strict=True):
        place += 1  # a field's last token does not stand beside the next one's first
        for token in row:
            place += 1
            if token != GAP:
                places[token].append(f"{place}{weight}")
    return " ".join(f"{_lexeme(token)}:{','.join(at)}" for token, at in places.items())


def _query(phrases: Sequence[Phrase]) -> str:
    return " & ".join(
        "(" + " <-> ".join(map(_lexeme, one.tokens)) + (":*)" if one.open_ended else ")") for one in phrases
    )


def _openings(phrases: Sequence[Phrase]) -> str:
    return " & ".join(
        _lexeme(one.opening) + (":*" if one.opening_open_ended else "") for one in phrases if one.opening
    )


def _lexeme(token: str) -> str:
    # Tokens are letters and digits alone: there is no quotation mark to escape.
    return f"'{token}'"
