"""What editors arrange in the rails by hand: pins, and what must not stand beside what.

Saving hands all of it over, flat, to the rails; they show it with the next edition of their tables.
"""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kawaraban.kit import clock
from kawaraban.newsroom.articles import Article
from kawaraban.rails import arrangement
from kawaraban.rails.arrangement import EVERYWHERE, Matter
from kawaraban.stories.models import Section, Topic

log = logging.getLogger(__name__)


class Pin(models.Model):
    """An article that is to stand among the editors' choices: everywhere, in a section, beside one."""

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="pins"
    )
    section = models.ForeignKey(
        Section,
        verbose_name=_("on the pages of"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Empty: on all pages."),
    )
    beside = models.ForeignKey(
        Article,
        verbose_name=_("only on the page of"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    since = models.DateTimeField(_("from"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    place = models.PositiveSmallIntegerField(
        _("place"), default=1, help_text=_("The smallest number stands first.")
    )

    class Meta:
        ordering = ["place", "-pk"]
        verbose_name = _("pin")
        verbose_name_plural = _("pins")
        constraints = [
            models.CheckConstraint(
                condition=Q(section=None) | Q(beside=None), name="pin_in_a_section_or_beside_one"
            )
        ]

    def __str__(self) -> str:
        return self.article.title

    def clean(self) -> None:
        super().clean()
        if self.section_id and self.beside_id:
            raise ValidationError({"beside": _("Choose a section or one article's page, not both.")})
        if self.beside_id and self.beside_id == self.article_id:
            raise ValidationError({"beside": _("A story does not stand on its own page.")})
        if self.since and self.until and self.until <= self.since:
            raise ValidationError({"until": _("This lies before the beginning.")})


class NotBeside(models.Model):
    """Two matters, each an article or all of a topic, that do not stand on each other's pages."""

    article = models.ForeignKey(
        Article,
        verbose_name=_("article"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="not_beside",
    )
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("or all of the topic"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    other_article = models.ForeignKey(
        Article,
        verbose_name=_("not beside the article"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    other_topic = models.ForeignKey(
        Topic,
        verbose_name=_("or not beside all of the topic"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("For colleagues; readers don't see it.")
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("not beside")
        verbose_name_plural = _("not beside")
        constraints = [
            models.CheckConstraint(
                condition=Q(article=None, topic__isnull=False) | Q(article__isnull=False, topic=None),
                name="not_beside_one_side",
            ),
            models.CheckConstraint(
                condition=Q(other_article=None, other_topic__isnull=False)
                | Q(other_article__isnull=False, other_topic=None),
                name="not_beside_other_side",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article or self.topic} / {self.other_article or self.other_topic}"

    def clean(self) -> None:
        super().clean()
        complaint = _("Choose an article or a topic, one of the two.")
        if bool(self.article_id) == bool(self.topic_id):
            raise ValidationError({"topic": complaint})
        if bool(self.other_article_id) == bool(self.other_topic_id):
            raise ValidationError({"other_topic": complaint})
        if (self.article_id, self.topic_id) == (self.other_article_id, self.other_topic_id):
            raise ValidationError({"other_topic": _("Both sides are the same.")})


def hand_over() -> bool:
    """Hands everything that is arranged over to the rails. False when nothing changed."""
    pins = Pin.objects.select_related("section")
    apart = NotBeside.objects.select_related("topic", "other_topic")
    return arrangement.keep(
        [_pin(one) for one in pins],
        [
            (_matter(one.article_id, one.topic), _matter(one.other_article_id, one.other_topic))
            for one in apart
        ],
    )


def try_to_hand_over() -> None:
    """The same after a commit, where a failure must undo nothing: `reconcile` mends it."""
    try:
        hand_over()
    except Exception:
        log.exception("what editors arranged could not be handed over to the rails")


def _pin(pin: Any) -> arrangement.Pin:
    return arrangement.Pin(
        story=pin.article_id,
        section=pin.section.slug if pin.section else EVERYWHERE,
        beside=pin.beside_id,
        since=clock.stamp(pin.since) if pin.since else None,
        until=clock.stamp(pin.until) if pin.until else None,
    )


def _matter(article_id: int | None, topic: Any) -> Matter:
    return Matter(story=article_id, topic=topic.slug if topic else "")
