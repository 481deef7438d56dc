"""What intake keeps: each run, and what it took in, to know it again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kawaraban.kit import clock


class Run(models.Model):
    """One run over one file. A run without an end was killed; the next one goes on where it was."""

    kind = models.CharField(_("kind"), max_length=20)
    file = models.CharField(_("file"), max_length=255)
    began_at = models.DateTimeField(_("began"), default=clock.now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    # {"stories": {"seen": 42, …, "reasons": {"skipped": {"page": 3}}}, "comments": {…}}
    report = models.JSONField(_("report"), default=dict)

    class Meta:
        ordering = ["-began_at"]
        verbose_name = _("intake run")
        verbose_name_plural = _("intake runs")

    def __str__(self) -> str:
        return f"{self.kind} {self.file}"


class Taken(models.Model):
    """A story that came in, by where it came from."""

    origin = models.CharField(max_length=200, unique=True)
    article_id = models.BigIntegerField()
    # What was filed last: an article at another revision has been edited here since.
    revision_id = models.BigIntegerField(null=True)
    # Of what came in, once all of it is filed; empty while that is not so.
    fingerprint = models.CharField(max_length=64, blank=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="taken")

    def __str__(self) -> str:
        return self.origin
