"""What an edition tries on its readers: a newcomer among what is recommended, two neighbours swapped.

The edition decides, by its number alone, and so for all its readers alike: pages may be kept, every
worker makes the same of it, and no reader is told from another.
"""

from collections.abc import Container, Sequence
from typing import TypeVar

from kawaraban.audience import swaps
from kawaraban.rails import reasons
from kawaraban.rails.candidates import Candidate
from kawaraban.rails.editions import Edition
from kawaraban.rails.slots import RECOMMENDED, Slot
from kawaraban.recommendations import newcomers
from kawaraban.recommendations.variety import Variety

FIRST_PLACE = 3  # of the places that a newcomer may take
_Item = TypeVar("_Item")
_USUAL = 1.0  # the appeal of a story of which nothing is known


def explored(
    edition: Edition,
    slot: Slot,
    section: str,
    chosen: Sequence[Candidate],
    occupied: Container[int],
    variety: Variety,
) -> list[Candidate]:
    """The rail's stories as this edition shows them. `chosen` stands already in `variety`."""
    shown = list(chosen)
    if slot is RECOMMENDED:
        take_in_a_newcomer(edition, section, shown, occupied, variety)
    return swapped(edition, slot, shown)


def swapped(edition: Edition, slot: Slot, items: Sequence[_Item]) -> list[_Item]:
    """The rail with the two places swapped that the edition swaps. Done twice, it is as before."""
    shown = list(items)
    key = ("swapped", slot.name)
    upper = edition.worked_out.get(key)
    if upper is None:
        upper = edition.worked_out[key] = swaps.swapped(edition.number, slot.name)
    if 0 < upper < len(shown):
        shown[upper - 1], shown[upper] = shown[upper], shown[upper - 1]
    return shown


def drawn(edition: Edition, section: str) -> list[tuple[float, int]]:
    """The newcomers of a section ("" for all) by what the edition draws for them, the best first."""
    key = ("drawn", section)
    found: list[tuple[float, int]] | None = edition.worked_out.get(key)
    if found is None:
        if section:
            cards = edition.cards
            found = [
                one for one in drawn(edition, "") if one[1] in cards and section in cards[one[1]].sections
            ]
        else:
            found = newcomers.drawn(edition.newcomers, edition.number)
        edition.worked_out[key] = found
    return found


def take_in_a_newcomer(
    edition: Edition, section: str, shown: list[Candidate], occupied: Container[int], variety: Variety
) -> None:
    """Puts the newcomer that draws best in the place of the story that appeals least, if that is less."""
    if len(shown) < FIRST_PLACE or not edition.newcomers:
        return
    full = len(shown) == RECOMMENDED.size
    appeals = [edition.appeals.get(story, _USUAL) for story, _ in shown[FIRST_PLACE - 1 :]]
    least = min(appeals)
    standing = {story for story, _ in shown}
    for draw, story in drawn(edition, section):
        if full and draw <= least:
            return
        if story in standing or story in occupied or not variety.has_room(story):
            continue
        if full:
            # The last of those that appeal least: what stands higher was chosen before it.
            at = len(shown) - 1 - appeals[::-1].index(least)
            shown[at] = (story, reasons.NEWCOMER)
        else:
            shown.append((story, reasons.NEWCOMER))
        variety.stands(story)
        return
