"""What should have reached readers, or left them, and could not: shown on the desk until it does."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kawaraban.kit import clock


class Failure(models.Model):
    """One article that is not where its editors put it. Gone as soon as a later try succeeds."""

    class Act(models.TextChoices):
        PUBLISH = "publish", _("publishing at its time")
        EXPIRE = "expire", _("taking down at its time")
        HAND_OVER = "hand over", _("handing over to readers")

    article_id = models.BigIntegerField(_("article"))
    act = models.CharField(_("what failed"), max_length=12, choices=Act)
    headline = models.CharField(_("headline"), max_length=255)
    reason = models.TextField(_("reason"))
    since = models.DateTimeField(_("since"), default=clock.now)
    # By the database, for a house of the former release notes failures beside it during a restart.
    tried_at = models.DateTimeField(_("last tried"), db_default=Now())
    tries = models.PositiveIntegerField(_("tries"), default=1)

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("failure")
        verbose_name_plural = _("failures")
        constraints = [models.UniqueConstraint(fields=["article_id", "act"], name="one_failure_per_act")]

    def __str__(self) -> str:
        return f"{self.headline}: {self.reason}"


def note(article_id: int, act: Failure.Act, headline: str, reason: str) -> bool:
    """Keeps a failed try. False when it failed before for the same reason: no news for the log."""
    failure, new = Failure.objects.get_or_create(
        article_id=article_id, act=act, defaults={"headline": headline, "reason": reason}
    )
    if new:
        return True
    same = failure.reason == reason
    failure.headline, failure.reason, failure.tries = headline, reason, failure.tries + 1
    failure.tried_at = clock.now()
    failure.save()
    return not same


def clear(article_id: int, *acts: Failure.Act) -> None:
    Failure.objects.filter(article_id=article_id, act__in=acts).delete()


def in_words(error: Exception) -> str:
    """What an editor can act on."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return str(error) or type(error).__name__
