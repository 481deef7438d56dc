"""Loading the demo publication the way editors put things in. Killed half-way, it goes on."""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

from django.conf import settings

from kawaraban.discussion import comments
from kawaraban.discussion.models import Comment
from kawaraban.kit import clock
from kawaraban.media.photos import Photo
from kawaraban.newsroom import filing, reconcile
from kawaraban.newsroom.articles import Article
from kawaraban.ops.demo import data
from kawaraban.ops.demo.data import DemoStory
from kawaraban.ops.demo.pictures import draw
from kawaraban.ops.demo.settling import Rows, settle
from kawaraban.press.plates import plates
from kawaraban.search import indexing
from kawaraban.stories import elements

CREDIT, LICENCE = "潮騒日報・図版", "CC BY 4.0"
_WAITING = (
    ("通りがかり", "続報を待っています。数字の出どころももう少し詳しく知りたいです。"),
    ("元町内会長", "写真の場所は旧桟橋のあたりでしょうか。当時を覚えています。"),
    ("学生", "図書館でこの話題の展示があると聞きました。日程を教えてください。"),
)

Progress = Callable[[str, int, int], None]  # what, done, of how many


def load(progress: Progress, *, only: list[DemoStory] | None = None) -> int:
    """Loads what is missing; how many stories came new. `only`: these stories alone, for tests."""
    wanted = data.stories() if only is None else only
    rows = settle()
    there = set(Article.objects.values_list("slug", flat=True))
    missing = [story for story in wanted if story.slug not in there]
    with nothing_following():
        for done, (story, picture) in enumerate(_drawn(missing), start=1):
            _file(story, picture, rows, clock.now())
            progress("stories", done, len(missing))
        reconcile.mend(thorough=False)
    file_comments(wanted)
    tell_readers(progress)
    return len(missing)


def file_comments(stories: list[DemoStory]) -> None:
    """Puts what was said below the stories, spread over the time since they were published."""
    articles = {article.slug: article for article in Article.objects.defer("body")}
    now = clock.now()
    for story in stories:
        article = articles[story.slug]
        said = story.data.get("comments", [])
        for place, row in enumerate(said):
            comments.file(
                origin=f"demo:{story.slug}:{place}",
                story_id=article.pk,
                name=row["name"],
                body=row["body"],
                state=Comment.State.SHOWN,
                posted_at=now - (now - article.first_published_at) * (1 - (place + 1) / (len(said) + 2)),
                parent_origin=f"demo:{story.slug}:{row['parent']}" if "parent" in row else None,
                and_then=_nothing_else,
            )
    for place, (story, (name, body)) in enumerate(zip(stories[-3:], _WAITING, strict=False)):
        comments.file(
            origin=f"demo:waiting:{place}",
            story_id=articles[story.slug].pk,
            name=name,
            body=body,
            state=Comment.State.HELD,
            posted_at=now - dt.timedelta(minutes=4),
            and_then=_nothing_else,
        )


def _nothing_else(_story_id: int) -> None:
    """`tell_readers` does it once, at the end."""


@contextmanager
def nothing_following() -> Iterator[None]:
    """Nothing follows a publication meanwhile: `tell_readers` does it once, at the end."""
    after, settings.AFTER_STORY_PUBLISHED = settings.AFTER_STORY_PUBLISHED, []
    try:
        yield
    finally:
        settings.AFTER_STORY_PUBLISHED = after


def tell_readers(progress: Progress) -> None:
    """Indexes every story; pages are pressed as they are asked for."""
    indexing.rebuild(lambda done, every: progress("search index", done, every))
    plates().outdating.everything()


def _drawn(missing: list[DemoStory]) -> Iterator[tuple[DemoStory, bytes]]:
    kinds, seeds = [one.data["picture"]["kind"] for one in missing], [one.seed for one in missing]
    # Beside this process, which files one story while the next one's picture is drawn.
    with ProcessPoolExecutor(1) as drawing:
        yield from zip(missing, drawing.map(_picture, kinds, seeds, chunksize=2), strict=True)


def _picture(kind: str, seed: int) -> bytes:
    file = io.BytesIO()
    draw(kind, seed).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _file(story: DemoStory, picture: bytes, rows: Rows, now: dt.datetime) -> None:
    told = story.data["picture"]
    # A photo may be there already, where loading was killed between it and its story.
    photo = Photo.objects.filter(title=story.slug, credit=CREDIT).first() or filing.add_photo(
        io.BytesIO(picture),
        title=story.slug,
        alt_text=told["alt"],
        caption=told["caption"],
        credit=CREDIT,
        licence=LICENCE,
        name=f"{story.slug}.png",
    )
    filing.file(_draft(story, photo.pk, rows, now), publish=True)


def _draft(story: DemoStory, photo: int, rows: Rows, now: dt.datetime) -> filing.Draft:
    row = story.data
    updated = story.updated_at(now)
    storyline = rows.storylines.get(row.get("storyline", ""))
    corrected = (elements.Correction(updated.isoformat(), row["correction"]),) if "correction" in row else ()
    return filing.Draft(
        headline=row["headline"],
        section_id=rows.sections[story.section].pk,
        body=story.body(),
        slug=story.slug,
        kicker=row["kicker"],
        short_headline=row["short_headline"],
        dek=row["dek"],
        bylines=tuple(elements.Byline(rows.people[slug].name, rows.people[slug].pk) for slug in row["by"]),
        lead_photo_id=photo,
        other_section_ids=tuple(rows.sections[slug].pk for slug in row.get("also_in", ())),
        topic_ids=tuple(rows.topics[slug].pk for slug in row["topics"]),
        storyline_id=storyline.pk if storyline else None,
        corrections=corrected,
        published_at=story.published_at(now),
        updated_at=updated,
    )
