"""The published story, flat and finished, and what stories are filed under.

A draft cannot be reached from here: only `stories.publish` writes these tables, and only with what
an editor has published. See docs/decisions/0001-flat-story-beside-the-article.md.
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from kawaraban.kit.shown import Shown


class Section(models.Model):
    """A part of the publication, with a front of its own. A relation, not a place in a page tree."""

    name = models.CharField(_("name"), max_length=40)
    slug = models.SlugField(_("slug"), max_length=60, unique=True, allow_unicode=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    colour = models.CharField(_("colour"), max_length=7, default="#333333")
    position = models.PositiveSmallIntegerField(_("place in the menu"), default=0)

    # All sections stand at the foot of every page, their colours in its stylesheet.
    SHOWN = Shown(everywhere=("name", "slug", "colour", "position"), where_named=("description",))

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return f"/{self.slug}/"


class Topic(models.Model):
    """A subject that stories of any section may share."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("slug"), max_length=80, unique=True, allow_unicode=True)
    description = models.CharField(_("description"), max_length=300, blank=True)

    SHOWN = Shown(where_named=("name", "slug", "description"))

    class Meta:
        ordering = ["name"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return f"/topics/{self.slug}/"


class Storyline(ClusterableModel):
    """A matter that unfolds over many stories: its name, two sentences, its stories in order."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("slug"), max_length=80, unique=True, allow_unicode=True)
    summary = models.CharField(_("what it is about, in two sentences"), max_length=300, blank=True)

    SHOWN = Shown(where_named=("name", "summary"))

    class Meta:
        ordering = ["name"]
        verbose_name = _("storyline")
        verbose_name_plural = _("storylines")

    def __str__(self) -> str:
        return self.name


class Story(models.Model):
    """One published piece, as readers get it.

    Its number is the number of the newsroom's page it came from, so a story that is withdrawn and
    published again is the same story, with its readers and its comments.
    """

    id = models.BigIntegerField(primary_key=True)
    path = models.CharField(max_length=300, unique=True)
    language = models.CharField(max_length=12, default="ja")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="stories")
    kicker = models.CharField(max_length=40, blank=True)
    headline = models.CharField(max_length=200)
    short_headline = models.CharField(max_length=80, blank=True)
    # Where a rail's headline (the short one, if there is one) may break: `kit.text.breaks`, which takes
    # ten times as long as the rest of a rail's place. None of a story published before there was this.
    breaks = models.JSONField(null=True, default=None)
    dek = models.CharField(max_length=400, blank=True)
    bylines = models.JSONField(default=list)  # [elements.Byline]
    lead = models.JSONField(null=True, default=None)  # elements.Picture
    wordings = models.JSONField(default=list)  # [elements.Wording], the story's own first
    body = models.JSONField(default=list)  # [elements.Element]
    corrections = models.JSONField(default=list)  # [elements.Correction]
    text = models.TextField()  # the body's words alone: for search, likeness, and counting
    characters = models.PositiveIntegerField(default=0)
    storyline = models.ForeignKey(Storyline, null=True, on_delete=models.SET_NULL, related_name="stories")
    storyline_position = models.IntegerField(default=0)
    comments_open = models.BooleanField(default=True)
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    # Grows with every change that readers can see: plates are stamped with it.
    version = models.PositiveIntegerField(default=1)
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ["-published_at", "-id"]
        verbose_name = _("published story")
        verbose_name_plural = _("published stories")
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="stories_newest"),
            models.Index(fields=["storyline", "storyline_position"], name="stories_of_a_storyline"),
        ]

    def __str__(self) -> str:
        return self.headline


class Entry(models.Model):
    """A story's place in a list that is newest first. The time is copied, so that one index serves."""

    published_at = models.DateTimeField()

    class Meta:
        abstract = True


class SectionEntry(Entry):
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="section_entries")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="entries")
    main = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "section"], name="story_once_in_a_section")]
        indexes = [models.Index(fields=["section", "-published_at", "-story"], name="section_newest")]


class TopicEntry(Entry):
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="topic_entries")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="entries")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "topic"], name="story_once_in_a_topic")]
        indexes = [models.Index(fields=["topic", "-published_at", "-story"], name="topic_newest")]


class PersonEntry(Entry):
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="person_entries")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="entries")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "person"], name="story_once_of_a_person")]
        indexes = [models.Index(fields=["person", "-published_at", "-story"], name="person_newest")]


class FormerAddress(models.Model):
    """Where a story once stood: leads on to where it stands now, or says that it is gone."""

    path = models.CharField(max_length=400, unique=True)
    story_id = models.BigIntegerField(db_index=True)
    left_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.path


class Publication(models.Model):
    """What all pages share: the one row that the newsroom's settings hand over."""

    name = models.CharField(max_length=80, default="Kawaraban")
    tagline = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, default="ja")
    logo = models.JSONField(null=True, default=None)  # elements.Picture
    accent = models.CharField(max_length=7, default="#9e2b25")
    menu_top = models.JSONField(default=list)  # [{"label": ..., "path": ...}]
    menu_bottom = models.JSONField(default=list)
    footer = models.TextField(blank=True)
    contact = models.EmailField(blank=True)
    comments_held = models.BooleanField(default=True)
    simulated_readers = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    SHOWN = Shown(
        everywhere=(
            *("name", "tagline", "language", "logo", "accent"),
            *("menu_top", "menu_bottom", "footer", "contact", "comments_held"),
        )
    )

    def __str__(self) -> str:
        return self.name


class Ledger(models.Model):
    """One row whose number grows with every story published or withdrawn: who polls it misses none."""

    changes = models.PositiveBigIntegerField(default=0)


class ToFollow(models.Model):
    """A publication or withdrawal of which not all that follows has been done: see `following.follow_up`."""

    outcome = models.JSONField()  # an `outcome.Outcome`
    # A release that does not know it, and runs beside this one over a restart, gives none.
    noted_at = models.DateTimeField(db_default=Now())
    since = models.DateTimeField()  # it is under way, for as long as that takes; then it is due
