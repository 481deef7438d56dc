"""Headline tests, running and ended, and when they showed what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HeadlineTest(models.Model):
    """One test of one story's wordings. Other wordings make another test."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DECIDED = "decided", _("decided by readers")
        CHOSEN = "chosen", _("chosen by an editor")
        REPLACED = "replaced", _("ended without a choice")

    story_id = models.BigIntegerField(_("story"), db_index=True)
    signature = models.CharField(max_length=64)
    headlines = models.JSONField(default=list)  # of each wording, the story's own first
    # Of each wording its address and what it shows, both "" without one; none of tests of older releases.
    pictures = models.JSONField(default=list, db_default=[])
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RUNNING)
    counts = models.JSONField(default=list)  # [showings, clicks] of each wording
    counted_to = models.BigIntegerField(default=0)  # the last event of the log that is in `counts`
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    chosen = models.PositiveSmallIntegerField(null=True)  # of `headlines`
    certainty = models.FloatField(null=True)  # with which readers decided

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("headline test")
        verbose_name_plural = _("headline tests")
        constraints = [
            models.UniqueConstraint(
                fields=["story_id"], condition=models.Q(state="running"), name="one_running_test_of_a_story"
            )
        ]

    def __str__(self) -> str:
        return str(self.headlines[0])


class Showing(models.Model):
    """From this edition of tables on, a test showed this wording: by it events find theirs."""

    test = models.ForeignKey(HeadlineTest, on_delete=models.CASCADE, related_name="shown")
    edition = models.BigIntegerField()
    wording = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["edition"]
        constraints = [models.UniqueConstraint(fields=["test", "edition"], name="test_once_in_an_edition")]
