"""The rails: how long each is, from when on it may call itself what it is, and what it does else."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from kawaraban.rails.reasons import Promise

DAY = 86_400.0
NOW = "now"  # the chart that the rail Most read begins
_VARIED_AMONG = 2  # candidates for each place of a varied rail
RailName = Literal["most-read", "pinned", "storyline", "also-read", "recommended", "topics"]


@dataclass(frozen=True)
class Slot:
    """One rail's terms.

    `smallest_evidence` is counted in what `evidence_is` says; below it the rail takes `else_heading`
    and shows what that says, or stays away when that is empty or fewer than `fewest` stories are left.
    """

    name: RailName
    size: int
    heading: Promise
    smallest_evidence: int
    evidence_is: str
    else_heading: Promise
    fewest: int = 1
    labelled_after: float = 7 * DAY  # seconds: an older story carries its age
    varied: bool = False  # chosen for variety, among more than there are places for

    @property
    def offered(self) -> int:
        """How many candidates its places are chosen from."""
        return self.size * _VARIED_AMONG if self.varied else self.size


MOST_READ = Slot(
    "most-read",
    size=5,
    heading=_("Most read"),
    smallest_evidence=5,
    evidence_is="openings of stories of the section in the past 24 hours",
    else_heading=_("Newest"),
)
PINNED = Slot(
    "pinned",
    size=5,
    heading=_("Chosen by the editors"),
    smallest_evidence=0,
    evidence_is="nothing: editors answer for it",
    else_heading="",
    labelled_after=30 * DAY,
)
STORYLINE = Slot(
    "storyline",
    size=5,
    heading=_("More of this storyline"),
    smallest_evidence=0,
    evidence_is="nothing: editors put the stories there",
    else_heading="",
    labelled_after=30 * DAY,
)
ALSO_READ = Slot(
    "also-read",
    size=8,
    heading=_("Read by people who read this"),
    smallest_evidence=3,
    evidence_is="stories that at least coread.FEWEST_READERS people read together with this one",
    else_heading=_("Related stories"),
    labelled_after=30 * DAY,
    varied=True,
)
RECOMMENDED = Slot(
    "recommended",
    size=5,
    heading=_("Recommended"),
    smallest_evidence=0,
    evidence_is="nothing: a blend promises no count",
    else_heading="",
    labelled_after=30 * DAY,
    varied=True,
)
TOPICS = Slot(
    "topics",
    size=5,
    heading=_("Rising topics"),
    smallest_evidence=2,
    evidence_is="topics read clearly above their own usual level",
    else_heading=_("Topics of the newest stories"),
)

# In the order of their right: each yields to those before it, all but the ranking, which yields to none.
IN_ORDER = (MOST_READ, PINNED, STORYLINE, ALSO_READ, RECOMMENDED, TOPICS)
SLOTS: dict[str, Slot] = {slot.name: slot for slot in IN_ORDER}
EVERY_RAIL: tuple[str, ...] = tuple(SLOTS)


def chart_path(name: str = NOW, section: str = "") -> str:
    """The address of a chart's page; `section` is a slug, "" for the whole publication."""
    if section:
        return f"/ranking/{name}/{section}/"
    return "/ranking/" if name == NOW else f"/ranking/{name}/"
