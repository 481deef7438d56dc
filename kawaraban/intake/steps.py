"""What a story from elsewhere goes through: one ordered list of steps. Any of them may stop it.

A kill between two steps loses and doubles nothing: the article and its row in `Taken` are one
transaction, each step after it may be repeated, and the fingerprint that says "done" comes last.
"""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field, replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kawaraban.discussion import changes, comments
from kawaraban.discussion.models import Comment
from kawaraban.intake import places
from kawaraban.intake.incoming import IncomingStory
from kawaraban.intake.models import Run, Taken
from kawaraban.kit import text
from kawaraban.kit.steps import Steps, Stopped
from kawaraban.newsroom import filing, publishing
from kawaraban.newsroom.articles import HEADLINE_CHARACTERS, Article
from kawaraban.people.accounts import Account
from kawaraban.stories import elements
from kawaraban.stories.models import Section, Story, Topic
from kawaraban.stories.publish import lead_on

# Why a story is left as it is.
UNCHANGED = "unchanged"
EMPTY, EDITED_HERE, DELETED_HERE, ANOTHER_RUN = "empty", "edited-here", "deleted-here", "another-run"
NOT_HANDED_OVER = "not-handed-over"

_KICKER = re.compile(r"【([^【】]{1,40})】\s*(?=\S)")


@dataclass(frozen=True)
class Passing:
    """A story on its way in. `outcome` is "new", "changed" or "unchanged" once it is filed."""

    story: IncomingStory
    run: Run
    account: Account
    taken: Taken | None = None
    bylines: tuple[elements.Byline, ...] = ()
    section_ids: tuple[int, ...] = ()
    topic_ids: tuple[int, ...] = ()
    outcome: str = ""
    comments: Counter[str] = field(default_factory=Counter)


def tidy(passing: Passing) -> Passing:
    """Headline and dek on one line, of a length that fits; a typed 【kicker】 in a field of its own."""
    story = passing.story
    headline, kicker = text.one_line(story.headline), text.one_line(story.kicker)
    typed = _KICKER.match(headline)
    if typed and not kicker:
        kicker, headline = typed[1].strip(), headline[typed.end() :]
    notes = story.notes
    if len(headline) > HEADLINE_CHARACTERS:
        notes += (_("The whole headline was: %(headline)s") % {"headline": headline},)
        headline = _fitting(headline, HEADLINE_CHARACTERS)
    dek = _fitting(text.one_line(story.dek), _longest("dek"))
    kicker = _fitting(kicker, _longest("kicker"))
    return replace(passing, story=replace(story, headline=headline, kicker=kicker, dek=dek, notes=notes))


def refuse_empty(passing: Passing) -> Passing:
    """A story without a headline is none."""
    if not passing.story.headline:
        raise Stopped(EMPTY)
    return passing


def hold_back_what_cannot_be_read(passing: Passing) -> Passing:
    """A post of pictures alone has nothing left to read: a draft, for an editor to finish."""
    story = passing.story
    if story.body or not story.public:
        return passing
    note = _("This was public, but nothing of it is left to read: it came in as a draft.")
    return replace(passing, story=replace(story, public=False, notes=(note, *story.notes)))


def know_again(passing: Passing) -> Passing:
    """What is here already stays, unless it changed there and nobody touched it here."""
    taken = Taken.objects.filter(origin=passing.story.origin).first()
    if taken is None:
        return passing
    if taken.fingerprint == passing.story.fingerprint():
        raise Stopped(UNCHANGED)
    article = Article.objects.filter(pk=taken.article_id).first()
    if article is None:
        raise Stopped(DELETED_HERE)
    if taken.fingerprint and article.latest_revision_id != taken.revision_id:
        raise Stopped(EDITED_HERE)
    return replace(passing, taken=taken)


def find_people(passing: Passing) -> Passing:
    """Each name in the byline has a person here: the one of that name, or a new one."""
    return replace(passing, bylines=tuple(map(places.byline, passing.story.by)))


def find_places(passing: Passing) -> Passing:
    """Sections and topics by address or name; what is missing is made."""
    story = passing.story
    sections = [places.labelled(Section, label) for label in story.sections]
    topics = [places.labelled(Topic, label) for label in story.topics]
    return replace(
        passing,
        section_ids=tuple(dict.fromkeys(sections)) or (places.first_section(),),
        topic_ids=tuple(dict.fromkeys(topics)),
    )


def file(passing: Passing) -> Passing:
    """The article, as an editor would have made it, and the row by which it is known again."""
    draft = _draft(passing)
    try:
        with transaction.atomic():
            article, outcome = _filed(passing, draft)
            taken, _new = Taken.objects.update_or_create(
                origin=passing.story.origin,
                defaults={
                    "article_id": article.pk,
                    "revision_id": article.latest_revision_id,
                    "fingerprint": "",
                    "run": passing.run,
                },
            )
    except IntegrityError as why:
        if passing.taken is None and Taken.objects.filter(origin=passing.story.origin).exists():
            raise Stopped(ANOTHER_RUN) from why
        raise
    return replace(passing, taken=taken, outcome=outcome)


def hand_over(passing: Passing) -> Passing:
    """Readers have it. Repeated here, for a kill may have come between filing and handing over."""
    if passing.story.public and not publishing.try_now(_article_id(passing)):
        raise Stopped(NOT_HANDED_OVER)
    return passing


def lead_readers_on(passing: Passing) -> Passing:
    """Who asks for an address of old is led to the story."""
    if passing.story.public:
        here = Story.objects.values_list("path", flat=True).get(pk=_article_id(passing))
        for address in passing.story.former_addresses:
            if address != here:
                lead_on(address, _article_id(passing))
    return passing


def file_comments(passing: Passing) -> Passing:
    """What was said below the story, with who answered whom."""
    for one in passing.story.comments:
        done = comments.file(
            origin=one.origin,
            story_id=_article_id(passing),
            name=one.name,
            body=one.body,
            state=Comment.State(one.state),
            posted_at=one.posted_at,
            parent_origin=one.parent_origin or None,
            and_then=changes.note,
        )
        passing.comments[done] += 1
    if passing.comments:
        changes.follow(_article_id(passing))
    return passing


def remember(passing: Passing) -> Passing:
    """All of it is here: the next run finds it unchanged."""
    Taken.objects.filter(origin=passing.story.origin).update(fingerprint=passing.story.fingerprint())
    return passing


def _fitting(words: str, most: int) -> str:
    # Counted by the database in code points; an emoji of a family is many.
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _longest(field: str) -> int:
    return int(Article._meta.get_field(field).max_length)


def _article_id(passing: Passing) -> int:
    if passing.taken is None:
        raise RuntimeError("nothing has been filed yet")
    return passing.taken.article_id


def _filed(passing: Passing, draft: filing.Draft) -> tuple[Article, str]:
    if passing.taken is None:
        return _new(draft, passing), "new"
    article = Article.objects.get(pk=passing.taken.article_id)
    changed = filing.refile(article, draft, publish=passing.story.public, account=passing.account)
    if not passing.taken.fingerprint:
        return article, "new"  # begun by a run that was killed, ended by this one
    return article, "changed" if changed else UNCHANGED


def _new(draft: filing.Draft, passing: Passing) -> Article:
    try:
        return filing.file(draft, publish=passing.story.public, account=passing.account)
    except filing.SlugTaken:
        own = hashlib.sha256(passing.story.origin.encode()).hexdigest()[:6]
        draft = replace(draft, slug=f"{draft.slug}-{own}")
        return filing.file(draft, publish=passing.story.public, account=passing.account)


def _draft(passing: Passing) -> filing.Draft:
    story = passing.story
    return filing.Draft(
        headline=story.headline,
        kicker=story.kicker,
        dek=story.dek,
        # An address that readers know here stays, whatever became of it there.
        slug="" if passing.taken else story.slug,
        body=story.body,
        bylines=passing.bylines,
        section_id=passing.section_ids[0],
        other_section_ids=passing.section_ids[1:],
        topic_ids=passing.topic_ids,
        comments_open=story.comments_open,
        published_at=story.published_at,
        updated_at=story.updated_at,
        notes=story.notes,
    )


WayIn = Steps[Passing]


def steps() -> WayIn:
    """The way in, in its order."""
    return Steps(
        [
            tidy,
            refuse_empty,
            hold_back_what_cannot_be_read,
            know_again,
            find_people,
            find_places,
            file,
            hand_over,
            lead_readers_on,
            file_comments,
            remember,
        ]
    )
