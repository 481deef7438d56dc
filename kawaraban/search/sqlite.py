"""The index in SQLite: one FTS5 table, whose row numbers are the stories'.

The tokenizer `ascii` takes every character beyond ASCII as part of a token, so that blanks alone
part them: they arrive as `japanese.tokens` made them.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from kawaraban.search.entries import Entry
from kawaraban.search.japanese import Phrase

CREATE = [
    "CREATE VIRTUAL TABLE kawaraban_search_words USING fts5"
    "(headline, names, dek, body, openings, tokenize='ascii')"
]
DROP = ["DROP TABLE kawaraban_search_words"]

# A withdrawn story is never found, even where the index lags behind.
_FOUND = """
    FROM kawaraban_search_words AS words
    JOIN stories_story AS story ON story.id = words.rowid
    WHERE kawaraban_search_words MATCH %s
"""
_ITSELF = (
    "words.rowid IN (SELECT rowid FROM kawaraban_search_words"
    " WHERE kawaraban_search_words MATCH %s AND rowid >= %s)"
)
_COUNT = "SELECT count(*) FROM"
# The index is walked from its end by number alone, which is near enough to the newest.
_OLDEST = """
    SELECT min(rowid) FROM (
        SELECT rowid FROM kawaraban_search_words WHERE kawaraban_search_words MATCH %s
        ORDER BY rowid DESC LIMIT %s
    )
"""
_FITTING = "bm25(kawaraban_search_words, 12.0, 8.0, 4.0, 1.0, 0.0)"


def put(entries: Sequence[Entry]) -> None:
    remove([entry.story_id for entry in entries])
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO kawaraban_search_words (rowid, headline, names, dek, body, openings)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (entry.story_id, *(" ".join(row) for row in entry.rows), " ".join(entry.openings))
                for entry in entries
            ],
        )


def remove(story_ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM kawaraban_search_words WHERE rowid = %s", [(one,) for one in story_ids]
        )


def indexed() -> list[int]:
    """The numbers of all stories in the index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM kawaraban_search_words")
        return [row[0] for row in cursor.fetchall()]


def total(phrases: Sequence[Phrase], most: int) -> int:
    """How many stories have all phrases, counted to `most`."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_COUNT} (SELECT 1 {_FOUND} LIMIT %s)", [_match(phrases), most])
        return int(cursor.fetchone()[0])


def find(
    phrases: Sequence[Phrase], *, newest: bool, first: int, most: int, among: int | None = None
) -> list[int]:
    """Numbers of stories that have all phrases; those that have the words themselves come first.

    `among` the newest so many, where more have them than can be put in order soon.
    """
    match, itself, oldest = _match(phrases), _match_openings(phrases), 0
    if among is not None:
        with connection.cursor() as cursor:
            cursor.execute(_OLDEST, [match, among])
            oldest = cursor.fetchone()[0] or 0
    asked: list[Any] = [match, oldest]
    order = ["story.published_at DESC" if newest else _FITTING, "words.rowid DESC"]
    if itself:
        order.insert(0, f"{_ITSELF} DESC")
        asked += [itself, oldest]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT words.rowid {_FOUND} AND words.rowid >= %s"
            f" ORDER BY {', '.join(order)} LIMIT %s OFFSET %s",
            [*asked, most, first],
        )
        return [row[0] for row in cursor.fetchall()]


def _match(phrases: Sequence[Phrase]) -> str:
    asked = " AND ".join(_quoted(" ".join(one.tokens), one.open_ended) for one in phrases)
    return f"{{headline names dek body}} : ({asked})"


def _match_openings(phrases: Sequence[Phrase]) -> str:
    asked = [_quoted(one.opening, one.opening_open_ended) for one in phrases if one.opening]
    return f"openings : ({' AND '.join(asked)})" if asked else ""


def _quoted(row: str, open_ended: bool) -> str:
    # Tokens are letters and digits alone: there is no quotation mark to escape.
    return f'"{row}"*' if open_ended else f'"{row}"'
