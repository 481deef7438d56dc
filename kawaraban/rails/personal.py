"""What a session's own reading adds to a page that is the same for all: one rail, filled anew.

The reader's browser says what was read before; nothing of it is kept. The rail takes the place of
Recommended and yields to everything else that stands on the page, as that does. It bears a name of its own
(`swaps.AFTER_READ`): its clicks say nothing of what orders Recommended.
"""

import datetime as dt
from collections.abc import Sequence

from kawaraban.audience.swaps import AFTER_READ
from kawaraban.kit import clock
from kawaraban.rails import exploring, reasons
from kawaraban.rails.arrangement import Barred, Occupied
from kawaraban.rails.candidates import Candidate
from kawaraban.rails.compose import PageSlots, Rail, compose, placed
from kawaraban.rails.editions import Edition
from kawaraban.rails.slots import ALSO_READ, RECOMMENDED
from kawaraban.recommendations import sessions
from kawaraban.recommendations.variety import Variety

MOST_READ_BEFORE = 3  # stories before the present one that are looked at


def recommended(edition: Edition, page: PageSlots, read: Sequence[int], now: dt.datetime) -> Rail | None:
    """Recommended for a reader of the page who read these stories before, the latest first.

    None where the session says nothing that the page does not say already.
    """
    rails = compose(edition, page, now)
    card = edition.cards.get(page.story_id) if page.story_id is not None else None
    before = [story for story in read[:MOST_READ_BEFORE] if story in edition.cards and story != page.story_id]
    if card is None or not before or RECOMMENDED.name not in page.rails:
        return None
    usual = rails.pop(RECOMMENDED.name, None)
    occupied = Occupied(page.standing, Barred(edition.arranged, card.id, card), edition.cards)
    occupied.take((card.id, *read))
    for rail in rails.values():
        occupied.take(item.card.id for item in rail.items)
    of_the_session = (card.id, *before)
    mixed = sessions.mixed([_row(edition, story) for story in of_the_session], edition.mixture)
    together = {story for one in of_the_session for story, _ in edition.also_read.get(one, ())}
    chosen = [
        (story, reasons.AFTER_WHAT_WAS_READ if story in together else reasons.READ_NOW)
        for story, _ in mixed
        if story not in occupied
    ]
    if usual is not None:
        there = {story for story, _ in chosen}
        # As ever: neither swapped nor with the newcomer, for which the place is sought anew.
        items_as_ever = exploring.swapped(edition, RECOMMENDED, usual.items)
        others = [(item.card.id, item.reason) for item in items_as_ever if item.reason != reasons.NEWCOMER]
        chosen += [one for one in others if one[0] not in there and one[0] not in occupied]
    variety = Variety(edition.catalogue.alike, edition.catalogue.subjects)
    for item in rails[ALSO_READ.name].items if ALSO_READ.name in rails else ():
        variety.stands(item.card.id)
    shown: list[Candidate] = []
    for story, reason in chosen:
        if len(shown) < RECOMMENDED.size and variety.has_room(story):
            shown.append((story, reason))
            variety.stands(story)
    if not shown:
        return None
    exploring.take_in_a_newcomer(edition, page.section, shown, occupied, variety)
    return Rail(
        AFTER_READ,
        reasons.HEADING_AFTER_WHAT_WAS_READ,
        edition.moment,
        placed(RECOMMENDED, shown, edition, page, clock.stamp(now)),
        reasons.ONLY_IN_YOUR_BROWSER,
        edition=edition.number,
        late=edition.is_late(clock.stamp(now)),
    )


def _row(edition: Edition, story: int) -> tuple[tuple[int, float], ...]:
    return (*edition.also_read.get(story, ()), *edition.read_next.get(story, ()))
