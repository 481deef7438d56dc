"""Learns from clicks in Recommended what its parts are to weigh.

What a story was worth when it was shown must be known as it was then: by the time a click is folded, it
has itself made its story read more. So a few of the past editions are kept, each with the rows of the
pages that are read most.
"""

from collections import deque

from kawaraban.audience.showings import FIRST, Showings
from kawaraban.rails import candidates
from kawaraban.rails.editions import Catalogue, Edition
from kawaraban.rails.slots import RECOMMENDED
from kawaraban.recommendations import places
from kawaraban.recommendations.weighing import Weighing

_EVERY = 30.0  # seconds between two editions that are kept
_MOST = 60  # of them: readers tell of a rail when they leave its page


class Learning:
    """Goes along with the editions: `keep` when one was published, `round` when readers were folded."""

    def __init__(self, weighing: Weighing) -> None:
        self._weighing = weighing
        self._past: deque[Edition] = deque(maxlen=_MOST)

    def keep(self, edition: Edition) -> None:
        """Keeps the edition's tables, if it is time."""
        if self._past and abs(edition.as_of - self._past[-1].as_of) < _EVERY:
            return
        ranking = edition.rankings.get("")
        pages = ranking.stories if ranking else ()
        also, after, alike = (
            {page: table[page] for page in pages if page in table}
            for table in (edition.also_read, edition.read_next, edition.catalogue.alike)
        )
        there = set(pages)
        for rows in (also, after, alike):
            there.update(story for row in rows.values() for story, _ in row)
        there.update(story for section in edition.pool.values() for story, _, _ in section)
        cards = {story: edition.cards[story] for story in there if story in edition.cards}
        self._past.append(
            Edition(
                as_of=edition.as_of,
                catalogue=Catalogue(cards=cards, alike=alike),
                also_read=also,
                read_next=after,
                pool=edition.pool,
                weights=edition.weights,
                number=edition.number,
            )
        )

    def round(self, showings: Showings) -> None:
        """Learns from what was chosen since the last round."""
        if not showings.choices:
            return
        choices, showings.choices = showings.choices, []
        looked_at = places.propensities(showings)
        for choice in choices:
            edition = self._edition(choice.edition)
            card = edition.cards.get(choice.page) if edition is not None else None
            if edition is None or card is None or not edition.cards.keys() >= set(choice.stories):
                continue
            if choice.page not in edition.also_read and choice.page not in edition.read_next:
                continue
            parts = candidates.parts(edition, card.id, card.section, choice.stories, edition.as_of)
            propensity = float(looked_at[FIRST[RECOMMENDED.name] + choice.place - 1])
            self._weighing.add(parts, choice.place - 1, propensity)

    def _edition(self, number: int) -> Edition | None:
        """The one kept last up to this number."""
        before = [one for one in self._past if one.number <= number]
        return before[-1] if before else None
