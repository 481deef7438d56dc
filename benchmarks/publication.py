"""A publication to measure on, in the folder that KAWARABAN_VAR names.

`python -m benchmarks.publication --stories 20000 --press 20000` fills it with an archive of as many
stories over eight sections and a few articles of the newsroom, and presses the plates of as many of the
newest. What is there already stays: told again, it takes a moment.
"""

import argparse
import datetime as dt
import random
import uuid
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

FEW_WORDS = (
    "県は来年度の予算案に港湾の改修費を盛り込む方針を固めた。",
    "市内の商店街では空き店舗を使った共同の食堂が開かれ、週末は長い列ができる。",
    "調査に当たった研究班は、川床の砂が十年で三割減ったと報告している。",
    "「続けられるうちは続けたい」と、三代目の店主は話す。",
)
SECTIONS, PARAGRAPHS, ARTICLES = 8, 12, 3
# The numbers of the archive's stories begin here: those of the newsroom's own pages are smaller.
FIRST = 1_001
EDITOR, PASSWORD = "bench-editor", "figures-beside-a-peer"
_AT_ONCE = 2_000
# Stories with words of their own; what is more repeats them. A multiple of the sections.
_WRITTEN = 10_000
_MINUTES_APART = 10


def section_of(number: int) -> int:
    return 1 + number % SECTIONS


def path_of(number: int) -> str:
    """The address of an archive's story, counted from 1, newest first."""
    return f"/section-{section_of(number)}/story-{number}/"


def article_path(number: int) -> str:
    """The address of one of the newsroom's articles, counted from 1."""
    return f"/section-{section_of(number)}/article-{number}/"


def readers_events(
    stories: int, readers: int = 60, stories_each: int = 8
) -> list[tuple[str, dict[str, object]]]:
    """Beacons of readers who each read a few stories: (what the browser calls itself, the beacon)."""
    chance = random.Random(20)
    newest = range(FIRST, FIRST + min(stories, 60))
    return [
        one_reader(story, f"Reader/{reader}")
        for reader in range(readers)
        for story in chance.sample(newest, min(stories_each, len(newest)))
    ]


def one_reader(story: int, agent: str) -> tuple[str, dict[str, object]]:
    """One reader's opening of a story."""
    return agent, {"event": str(uuid.uuid4()), "story": story, "kind": "view"}


def fill(stories: int, progress: Progress) -> None:
    """Sections, an editor, the newsroom's articles, and the archive: what of it is not there yet."""
    from kawaraban.stories.models import Section, Story

    for number in range(1, SECTIONS + 1):
        Section.objects.get_or_create(
            id=number, defaults={"name": f"第{number}面", "slug": f"section-{number}", "position": number}
        )
    there = Story.objects.filter(pk__gte=FIRST).count()
    now = dt.datetime.now(dt.UTC)
    task = progress.add_task("Stories", total=stories, completed=there)
    written = min(stories, _WRITTEN)
    for first in range(there + 1, written + 1, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, written + 1))
        _archive(numbers, now)
        progress.update(task, completed=numbers[-1])
    for shift in range(max(there, _WRITTEN), stories, _WRITTEN):
        _repeat(shift)
        progress.update(task, completed=shift + _WRITTEN)
    _file_articles()


def _archive(numbers: Sequence[int], now: dt.datetime) -> None:
    """Straight into the tables as `stories.publish` would write them, many at once."""
    from django.db import transaction

    from kawaraban.stories import publish
    from kawaraban.stories.models import SectionEntry, Story

    rows = []
    for number in numbers:
        row = publish.unsaved(_finished(number, now))
        row.fingerprint = f"archive-{number}"
        rows.append(row)
    with transaction.atomic():
        Story.objects.bulk_create(rows)
        SectionEntry.objects.bulk_create(
            SectionEntry(story=row, section_id=row.section_id, published_at=row.published_at) for row in rows
        )


def _repeat(shift: int) -> None:
    """The first `_WRITTEN` stories once more, older by as many: by the database itself, for speed."""
    from django.db import connection, transaction

    from kawaraban.stories.models import SectionEntry, Story

    earlier = f"datetime(published_at, '-{_MINUTES_APART * shift} minutes')"
    story = {
        "id": f"id + {shift}",
        "path": f"'/section-' || section_id || '/story-' || (id - {FIRST - 1} + {shift}) || '/'",
        "headline": f"headline || '・{shift}'",
        "published_at": earlier,
        "updated_at": earlier,
    }
    entry = {"id": "NULL", "story_id": f"story_id + {shift}", "published_at": earlier}
    with transaction.atomic(), connection.cursor() as cursor:
        for model, changed, key in ((Story, story, "id"), (SectionEntry, entry, "story_id")):
            columns = [str(field.column) for field in model._meta.concrete_fields]
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
                f" SELECT {', '.join(changed.get(one, one) for one in columns)} FROM {model._meta.db_table}"
                f" WHERE {key} BETWEEN {FIRST} AND {FIRST + _WRITTEN - 1}"
            )


def _finished(number: int, now: dt.datetime) -> Any:  # stories.publish.Finished, which needs the house set up
    from kawaraban.stories.elements import Paragraph
    from kawaraban.stories.publish import Finished

    chance = random.Random(number)
    words = chance.choices(FEW_WORDS, k=2)
    at = now - dt.timedelta(minutes=_MINUTES_APART * number)
    return Finished(
        id=FIRST + number - 1,
        path=path_of(number),
        section_id=section_of(number),
        kicker="県政",
        headline=f"{words[0][:24]} その{number}",
        short_headline=f"{words[0][:14]}{number}",
        dek=words[1],
        published_at=at,
        updated_at=at,
        body=tuple(Paragraph("".join(chance.choices(FEW_WORDS, k=4))) for _ in range(PARAGRAPHS)),
    )


def _file_articles() -> None:
    from django.contrib.auth.models import Group

    from kawaraban.newsroom import filing
    from kawaraban.newsroom.articles import Article
    from kawaraban.people.models import Account
    from kawaraban.stories.elements import Paragraph

    account, new = Account.objects.get_or_create(username=EDITOR)
    if new:
        account.set_password(PASSWORD)
        account.save()
        account.groups.add(Group.objects.get(name="Editors"))
    for number in range(1, ARTICLES + 1):
        if not Article.objects.filter(slug=f"article-{number}").exists():
            words = [Paragraph("".join(FEW_WORDS)) for _ in range(PARAGRAPHS)]
            filing.file(
                filing.Draft(
                    headline=f"港の再開発　第{number}報",
                    section_id=section_of(number),
                    slug=f"article-{number}",
                    body=tuple(words),
                ),
                publish=True,
                account=account,
            )


def press(most: int, progress: Progress) -> None:
    """Presses what is asked for first and the newest stories, those alone whose plates are old."""
    from kawaraban.press import pressing
    from kawaraban.press.plates import plates
    from kawaraban.stories.models import Story

    pressing.open_house()  # what another release pressed is old from now on, discussions too
    newest = Story.objects.order_by("-published_at", "-id").values_list("path", flat=True)[:most]
    lists = ["/", *(f"/section-{number}/" for number in range(1, SECTIONS + 1))]
    for address in progress.track([*lists, *newest], description="Plates"):
        if not pressing.is_new(plates(), address):
            pressing.press(address)


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--stories", type=int, required=True)
    told.add_argument("--press", type=int, default=0)
    asked = told.parse_args()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        fill(asked.stories, progress)
        press(asked.press, progress)


if __name__ == "__main__":
    main()
