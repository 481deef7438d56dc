"""One run over one source: every item through the steps, counted, and kept as a row."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kawaraban.intake import steps
from kawaraban.intake.incoming import NoStory, Source
from kawaraban.intake.models import Run
from kawaraban.intake.steps import Passing
from kawaraban.kit import clock
from kawaraban.kit.steps import Stopped
from kawaraban.people.accounts import Account

log = logging.getLogger(__name__)

_FAILURES = {steps.NOT_HANDED_OVER}


@dataclass
class Tally:
    """What became of the items seen. seen = new + changed + unchanged + skipped + failed."""

    seen: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: Counter[str] = field(default_factory=Counter)  # by reason
    failed: Counter[str] = field(default_factory=Counter)  # by reason, in words

    def as_json(self) -> dict[str, Any]:
        """Numbers, with the reasons beside them."""
        return {
            "seen": self.seen,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "skipped": self.skipped.total(),
            "failed": self.failed.total(),
            "reasons": {"skipped": dict(self.skipped), "failed": dict(self.failed)},
        }


@dataclass
class Report:
    """What a run did."""

    stories: Tally = field(default_factory=Tally)
    comments: Tally = field(default_factory=Tally)

    def as_json(self) -> dict[str, Any]:
        return {"stories": self.stories.as_json(), "comments": self.comments.as_json()}


def take_in(source: Source, file: str, progress: Callable[[Report], None]) -> Report:
    """Takes in all that the source holds; a story that fails stops no other.

    `file` is the name that the run is kept under; `progress` is called after each item. Raises
    what the database raises when it is gone or full: what is in stays in, the next run goes on.
    """
    run, report = Run.objects.create(kind=source.kind, file=file[-255:]), Report()
    account, way_in = _account(), steps.steps()
    try:
        for item in source.items():
            report.stories.seen += 1
            if isinstance(item, NoStory):
                report.stories.skipped[item.what] += 1
            else:
                _take_in(Passing(item, run, account), way_in, report)
            progress(report)
        run.ended_at = clock.now()
    finally:
        run.report = report.as_json()
        run.save()
    return report


def _take_in(passing: Passing, way_in: steps.WayIn, report: Report) -> None:
    told = report.stories
    try:
        passing = way_in.run(passing)
    except Stopped as stop:
        if stop.reason == steps.UNCHANGED:
            told.unchanged += 1
            _count_comments(report.comments, Counter(unchanged=len(passing.story.comments)))
        else:
            (told.failed if stop.reason in _FAILURES else told.skipped)[stop.reason] += 1
        return
    except ValidationError as why:
        told.failed[_in_words(why)] += 1
        log.warning("%s could not be taken in: %s", passing.story.origin, _in_words(why))
        return
    setattr(told, passing.outcome, getattr(told, passing.outcome) + 1)
    _count_comments(report.comments, passing.comments)


def _count_comments(told: Tally, done: Counter[str]) -> None:
    told.seen += done.total()
    for outcome in ("new", "changed", "unchanged"):
        setattr(told, outcome, getattr(told, outcome) + done[outcome])


def _in_words(error: ValidationError) -> str:
    if hasattr(error, "error_dict"):
        return "; ".join(f"{field}: {' '.join(words)}" for field, words in error.message_dict.items())
    return " ".join(error.messages)


def _account() -> Account:
    """In whose name articles come in: nobody can sign in with it."""
    account, new = Account.objects.get_or_create(username="intake", defaults={"is_active": False})
    if new:
        account.first_name = _("Intake")
        account.set_unusable_password()
        account.save()
    return account
