"""Loading the demo publication the way editors put things in. Killed half-way, it goes on."""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group

from kawaraban.discussion import comments
from kawaraban.discussion.models import Comment
from kawaraban.kit import clock
from kawaraban.kit.secret import kept_secret
from kawaraban.media.photos import Photo
from kawaraban.newsroom import filing
from kawaraban.newsroom import settings as publication
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.settings import PublicationSettings
from kawaraban.ops.demo import data
from kawaraban.ops.demo.data import DemoStory
from kawaraban.ops.demo.pictures import draw
from kawaraban.people.models import Account, Person
from kawaraban.press import pressing
from kawaraban.search import indexing
from kawaraban.stories import elements
from kawaraban.stories.models import Section, Storyline, Topic

CREDIT, LICENCE = "潮騒日報図版", "CC BY 4.0"
GROUPS = {"editor": "Editors", "moderator": "Moderators", "reporter": "Reporters"}
_WAITING = (
    ("通りがかり", "続報を待っています。数字の出どころももう少し詳しく知りたいです。"),
    ("元町内会長", "写真の場所は旧桟橋のあたりでしょうか。当時を覚えています。"),
    ("学生", "図書館でこの話題の展示があると聞きました。日程を教えてください。"),
)

Progress = Callable[[str, int, int], None]  # what, done, of how many


@dataclass(frozen=True)
class _Names:
    """Rows by slug."""

    sections: dict[str, Section]
    people: dict[str, Person]
    topics: dict[str, Topic]
    storylines: dict[str, Storyline]


def load(progress: Progress, *, only: list[DemoStory] | None = None) -> int:
    """Loads what is missing; how many stories came new. `only`: these stories alone, for tests."""
    now = clock.now()
    names = _names()
    _settle_publication()
    _settle_accounts()
    there = set(Article.objects.values_list("slug", flat=True))
    missing = [story for story in (only or data.stories()) if story.slug not in there]
    after, settings.AFTER_STORY_PUBLISHED = settings.AFTER_STORY_PUBLISHED, []
    try:
        # Indexed and pressed once at the end rather than after each.
        for done, (story, picture) in enumerate(_drawn(missing), start=1):
            _file(story, picture, names, now)
            progress("stories", done, len(missing))
    finally:
        settings.AFTER_STORY_PUBLISHED = after
    _file_all_comments(only or data.stories(), now)
    indexing.rebuild(lambda done, every: progress("search index", done, every))
    pressing.after_publication()
    return len(missing)


def refresh(progress: Progress) -> int:
    """Moves all demo stories' times to now, as if they were loaded this moment; how many."""
    now = clock.now()
    articles = {article.slug: article for article in Article.objects.all()}
    demo = [story for story in data.stories() if story.slug in articles]
    names = _names()
    for done, story in enumerate(demo, start=1):
        article = articles[story.slug]
        filing.refile(article, _draft(story, article.lead_photo_id, names, now), publish=True)
        progress("stories", done, len(demo))
    return len(demo)


def password_of(name: str) -> str:
    """The sign-in of a demo account, made once and kept where its owner alone reads it."""
    return kept_secret(settings.VAR / f"demo-password-{name}", characters=9)


def _names() -> _Names:
    sections = {}
    for place, row in enumerate(data.table("section")):
        fields = {key: row[key] for key in ("name", "description", "colour")}
        sections[row["slug"]], _ = Section.objects.update_or_create(
            slug=row["slug"], defaults={**fields, "position": place}
        )
    people = {
        row["slug"]: Person.objects.update_or_create(
            slug=row["slug"], defaults={key: row[key] for key in ("name", "reading", "role", "bio", "email")}
        )[0]
        for row in data.table("person")
    }
    topics = {
        row["slug"]: Topic.objects.update_or_create(
            slug=row["slug"], defaults={"name": row["name"], "description": row["description"]}
        )[0]
        for row in data.table("topic")
    }
    storylines = {
        row["slug"]: Storyline.objects.update_or_create(
            slug=row["slug"], defaults={"name": row["name"], "summary": row["summary"]}
        )[0]
        for row in data.table("storyline")
    }
    return _Names(sections, people, topics, storylines)


def _settle_publication() -> None:
    own = PublicationSettings.load()
    if own.name == PublicationSettings._meta.get_field("name").default:
        own.name, own.tagline = "潮騒日報", "浜音県の毎日を、港から山まで"
        own.accent, own.contact = "#1f4e79", "desk@example.com"
        own.footer = "潮騒日報は Kawaraban のデモ媒体です。記事・人物・地名はすべて架空です。"
        own.save()
    publication.hand_over()


def _settle_accounts() -> None:
    for name, group in GROUPS.items():
        account, made = Account.objects.get_or_create(
            username=name, defaults={"email": f"{name}@example.com"}
        )
        if made:
            account.set_password(password_of(name))
            account.save()
        account.groups.add(Group.objects.get(name=group))


def _drawn(missing: list[DemoStory]) -> Iterator[tuple[DemoStory, bytes]]:
    if len(missing) < 4:
        yield from ((story, _picture(story.data["picture"]["kind"], story.seed)) for story in missing)
        return
    kinds, seeds = [one.data["picture"]["kind"] for one in missing], [one.seed for one in missing]
    with ProcessPoolExecutor(1) as drawing:
        yield from zip(missing, drawing.map(_picture, kinds, seeds, chunksize=2), strict=True)


def _picture(kind: str, seed: int) -> bytes:
    file = io.BytesIO()
    draw(kind, seed).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _file(story: DemoStory, picture: bytes, names: _Names, now: dt.datetime) -> None:
    told = story.data["picture"]
    title = f"{story.slug}"
    photo = Photo.objects.filter(title=title, credit=CREDIT).first() or filing.add_photo(
        io.BytesIO(picture),
        title=title,
        alt_text=told["alt"],
        caption=told["caption"],
        credit=CREDIT,
        licence=LICENCE,
        name=f"{story.slug}.png",
    )
    filing.file(_draft(story, photo.pk, names, now), publish=True)


def _draft(story: DemoStory, photo: int | None, names: _Names, now: dt.datetime) -> filing.Draft:
    row = story.data
    corrected = row.get("correction")
    storyline = names.storylines.get(row.get("storyline", ""))
    return filing.Draft(
        headline=row["headline"],
        section_id=names.sections[story.section].pk,
        body=story.body(),
        slug=story.slug,
        kicker=row["kicker"],
        short_headline=row["short_headline"],
        dek=row["dek"],
        bylines=tuple(elements.Byline(names.people[slug].name, names.people[slug].pk) for slug in row["by"]),
        lead_photo_id=photo,
        other_section_ids=tuple(names.sections[slug].pk for slug in row.get("also_in", ())),
        topic_ids=tuple(names.topics[slug].pk for slug in row["topics"]),
        storyline_id=storyline.pk if storyline else None,
        corrections=(
            (elements.Correction(story.updated_at(now).isoformat(), corrected),) if corrected else ()
        ),
        published_at=story.published_at(now),
        updated_at=story.updated_at(now),
    )


def _file_all_comments(stories: list[DemoStory], now: dt.datetime) -> None:
    numbers = dict(Article.objects.values_list("slug", "pk"))
    for story in stories:
        since = now - story.published_at(now)
        rows = story.data.get("comments", [])
        for place, row in enumerate(rows):
            parent = f"demo:{story.slug}:{row['parent']}" if "parent" in row else None
            comments.file(
                origin=f"demo:{story.slug}:{place}",
                story_id=numbers[story.slug],
                name=row["name"],
                body=row["body"],
                state=Comment.State.SHOWN,
                posted_at=now - since * (1 - (place + 1) / (len(rows) + 2)),
                parent_origin=parent,
                and_then=False,
            )
    for story, (name, body) in zip(stories[-3:], _WAITING, strict=False):
        comments.file(
            origin=f"demo:waiting:{story.slug}",
            story_id=numbers[story.slug],
            name=name,
            body=body,
            state=Comment.State.HELD,
            posted_at=now - dt.timedelta(minutes=4),
            and_then=False,
        )
