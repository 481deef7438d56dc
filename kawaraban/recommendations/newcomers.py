"""Newcomers: stories published lately that too few were shown to know whether readers want them.

A story's appeal is its clicks in rails over those that a usual story would have had in the same places:
clicks over expected clicks (Zhang and Jones, "Comparing Click Logs for Editorial Training", WWW 2007),
the expected ones by how much each place is looked at (see `places`). 1 is usual. What is believed of it
is a Gamma distribution, at rates of a few per cent the same as a Beta of the click rate (as in headline
tests, `headlines/bandit.py`); what is usual in the section weighs as much as one click.

Each edition draws from what is believed of each newcomer (Thompson, "On the Likelihood that One Unknown
Probability Exceeds Another", 1933; Chapelle and Li, NIPS 2011). Who draws well is shown; what readers do
not want draws well ever less often.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from kawaraban.audience.decay import Floats
from kawaraban.audience.showings import CELLS, CHOSEN, FIRST, SHOWN, Showings
from kawaraban.audience.swaps import COUNTED

FEW = 1_000  # showings, after which a story stands where its readers put it
NEW_FOR = 48 * 3600.0  # seconds since publication
MOST = 200  # newcomers of an edition, the newest

_USUAL_RATE = 0.02  # clicks for each showing in a rail's first place, where a publication knows none
_USUAL_WEIGHS = 1_000.0  # showings: how soon its own rate outweighs that
_SECTION_WEIGHS = 20.0  # expected clicks: how soon a section's own appeal outweighs the usual one
_CLICKS = 1.0  # that the usual appeal weighs as much as
_KEPT_DIGITS = 4


class Newcomer(NamedTuple):
    """What is believed of one: a Gamma distribution of its appeal, of mean `shape` / `weight`."""

    story: int
    shape: float
    weight: float


class Appeals(NamedTuple):
    newcomers: tuple[Newcomer, ...]
    others: dict[int, float]  # mean appeal of stories of which something is known


def appeals(
    showings: Showings,
    looked_at: Floats,
    newest: Iterable[tuple[int, float]],
    others: Iterable[int],
    section_of: Callable[[int], str],
    now: float,
) -> Appeals:
    """What is known of newcomers and others.

    `looked_at` are the `places.propensities`, `newest` the stories with their time of publication
    (seconds since 1970), newest first; `section_of` is asked for a story's main section.
    """
    candidates: list[int] = []
    for story, published in newest:
        if published < now - NEW_FOR or len(candidates) == MOST:
            break
        if _times_shown(showings, story) < FEW:
            candidates.append(story)
    new = set(candidates)
    known = [story for story in others if story in showings.stories.number_of and story not in new]
    stories = [*candidates, *known]
    clicks, expected = _clicks_and_expected(showings, looked_at, stories)
    usual = _usual([section_of(story) for story in stories], clicks, expected)
    shape, weight = _CLICKS + clicks, _CLICKS / usual + expected
    found = list(zip(stories, shape.tolist(), np.round(weight, _KEPT_DIGITS).tolist(), strict=True))
    return Appeals(
        tuple(Newcomer(*one) for one in found[: len(candidates)]),
        {story: round(clicked / out_of, _KEPT_DIGITS) for story, clicked, out_of in found[len(candidates) :]},
    )


def drawn(newcomers: Sequence[Newcomer], edition: int) -> list[tuple[float, int]]:
    """A drawn appeal of each, the greatest first. The same edition draws the same in every process."""
    chance = np.random.default_rng(edition)
    draws = chance.standard_gamma([one.shape for one in newcomers]) / [one.weight for one in newcomers]
    of = (one.story for one in newcomers)
    return sorted(zip(draws.tolist(), of, strict=True), reverse=True)


def _times_shown(showings: Showings, story: int) -> int:
    number = showings.stories.number_of.get(story)
    return 0 if number is None else int(showings.counts[number, :, SHOWN].sum())


def _clicks_and_expected(
    showings: Showings, looked_at: Floats, stories: Sequence[int]
) -> tuple[Floats, Floats]:
    """Of each story its clicks, and those that a usual one would have had in the same places."""
    rates = looked_at * _usual_rates(showings, looked_at)
    clicks, expected = np.zeros(len(stories)), np.zeros(len(stories))
    numbered = [(at, showings.stories.number_of.get(story)) for at, story in enumerate(stories)]
    at, numbers = np.array([one for one in numbered if one[1] is not None], np.int64).reshape(-1, 2).T
    counts = showings.counts[numbers]
    clicks[at], expected[at] = counts[:, :, CHOSEN].sum(axis=1), counts[:, :, SHOWN] @ rates
    return clicks, expected


def _usual_rates(showings: Showings, looked_at: Floats) -> Floats:
    """Clicks for each look at a story in the cell's rail."""
    whole, rates = showings.by_place(), np.zeros(CELLS)
    for rail, places in COUNTED.items():
        cells = slice(FIRST[rail], FIRST[rail] + places)
        looks = float(whole[cells, SHOWN] @ looked_at[cells])
        clicks = float(whole[cells, CHOSEN].sum())
        rates[cells] = (clicks + _USUAL_RATE * _USUAL_WEIGHS) / (looks + _USUAL_WEIGHS)
    return rates


def _usual(sections: Sequence[str], clicks: Floats, expected: Floats) -> Floats:
    """The usual appeal in each story's section."""
    if not sections:
        return np.zeros(0)
    _, of = np.unique(np.array(sections), return_inverse=True)
    usual: Floats = (np.bincount(of, clicks) + _SECTION_WEIGHS) / (
        np.bincount(of, expected) + _SECTION_WEIGHS
    )
    return usual[of]
