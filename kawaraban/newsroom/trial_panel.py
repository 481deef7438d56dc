"""How an article's headline test stands, shown where its wordings are written."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property
from wagtail.admin.panels import Panel

from kawaraban.headlines import bandit
from kawaraban.headlines.bandit import Count
from kawaraban.headlines.models import HeadlineTest


@dataclass(frozen=True)
class Line:
    """One wording, and what readers did with it."""

    headline: str
    picture: tuple[str, str]  # its address and what it shows; both "" where all wordings have the same
    showings: int
    clicks: int
    rate: float  # per cent
    certainty: float  # per cent, that it is the best
    leads: bool


@dataclass(frozen=True)
class State:
    """A test in words and numbers."""

    test: HeadlineTest
    lines: tuple[Line, ...]
    cost: int  # clicks

    @property
    def running(self) -> bool:
        return bool(self.test.state == HeadlineTest.State.RUNNING)


def state_of(article_id: int) -> State | None:
    """How the article's newest test stands; None if it never had one."""
    test = HeadlineTest.objects.filter(story_id=article_id).first()
    if test is None:
        return None
    counts = [Count(*one) for one in test.counts]
    stands = bandit.standing(counts)
    leader = stands.leader if test.chosen is None else test.chosen
    replaced = test.state == HeadlineTest.State.REPLACED
    lines = tuple(
        Line(
            headline,
            picture,
            count.showings,
            count.clicks,
            100 * count.clicks / count.showings if count.showings else 0.0,
            100 * certainty,
            number == leader and not replaced,
        )
        for number, (headline, picture, count, certainty) in enumerate(
            zip(test.headlines, pictures_of(test), counts, stands.certainties, strict=True)
        )
    )
    return State(test, lines, round(bandit.cost(counts, leader)))


def pictures_of(test: HeadlineTest) -> list[tuple[str, str]]:
    """Each wording's picture and what it shows, where they differ."""
    pictures = [(address, alt) for address, alt in test.pictures]
    return pictures if len(set(pictures)) > 1 else [("", "")] * len(test.headlines)


class HeadlineTestPanel(Panel):
    """Where the test stands, beside the wordings it tests."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "newsroom/headline_test.html"

        @cached_property
        def state(self) -> State | None:
            return state_of(self.instance.pk) if self.instance.pk else None

        def is_shown(self) -> bool:
            return self.state is not None

        def get_context_data(self, parent_context: Any = None) -> Any:
            context = super().get_context_data(parent_context)
            article = self.instance
            may_end = article.permissions_for_user(self.request.user).can_publish()
            return context | {"state": self.state, "article": article, "may_end": may_end}
