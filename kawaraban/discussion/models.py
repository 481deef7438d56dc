"""Comments, as they are kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Comment(models.Model):
    """What a reader wrote below a story. Kept when its story is withdrawn, for it may come back."""

    class State(models.TextChoices):
        HELD = "held", _("held")
        SHOWN = "shown", _("shown")
        REJECTED = "rejected", _("rejected")

    story_id = models.BigIntegerField(_("story"))
    parent = models.ForeignKey(
        "self",
        verbose_name=_("answer to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="answers",
    )
    name = models.CharField(_("name"), max_length=120)
    body = models.TextField(_("comment"), max_length=10_000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.HELD)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    posted_at = models.DateTimeField(_("posted"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "people.Account",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    origin = models.CharField(
        _("origin"),
        max_length=200,
        null=True,
        blank=True,
        unique=True,
        help_text=_("Where it was imported from."),
    )

    class Meta:
        ordering = ["posted_at", "id"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(fields=["story_id", "state", "posted_at"], name="comments_of_a_story"),
            models.Index(fields=["state", "-posted_at"], name="comments_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.body[:40]}"


class ToFollow(models.Model):
    """A change of what readers see below a story that not all has followed: see `changes.follow_up`."""

    story_id = models.BigIntegerField(db_index=True)
    noted_at = models.DateTimeField()
    since = models.DateTimeField()  # when it was tried last
