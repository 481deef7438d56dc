"""Who may stand in a rail, best first, each with the reason for which it would."""

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import chain, islice

from kawaraban.rails import reasons
from kawaraban.rails.editions import Edition
from kawaraban.rails.reasons import Words
from kawaraban.recommendations import blend
from kawaraban.stories.queries import Card

Candidate = tuple[int, Words]

# Below this two stories merely share common words: a second moon under a war.
TOO_UNLIKE = 0.08
_NEWEST_LOOKED_AT = 200  # for one story of each topic


def read_together(edition: Edition, story_id: int | None) -> Iterator[Candidate]:
    """What the readers of this story read too."""
    row = edition.also_read.get(story_id, ()) if story_id is not None else ()
    return ((story, reasons.READ_TOGETHER) for story, _ in row)


def storyline(edition: Edition, story_id: int | None) -> Iterator[Candidate]:
    """The storyline's other stories: what came next first, then what came before, nearest first."""
    card = edition.cards.get(story_id) if story_id is not None else None
    line: Sequence[int] = edition.catalogue.storylines.get(card.storyline, ()) if card else ()
    if card is None or card.id not in line:
        return
    here = line.index(card.id)
    later, earlier = islice(line, here + 1, None), (line[one] for one in range(here - 1, -1, -1))
    yield from ((story, reasons.NEXT_IN_STORYLINE) for story in later)
    yield from ((story, reasons.SAME_STORYLINE) for story in earlier)


def related(edition: Edition, story_id: int | None, together: Iterable[int]) -> Iterator[Candidate]:
    """What belongs with this story by its matter: its storyline, what was read with it, what is alike."""
    card = edition.cards.get(story_id) if story_id is not None else None
    if card is None:
        return
    yield from chain(storyline(edition, card.id), ((story, reasons.READ_TOGETHER) for story in together))
    for story, likeness in edition.catalogue.alike.get(card.id, ()):
        other = edition.cards.get(story)
        if likeness >= TOO_UNLIKE and other is not None:
            yield story, _kinship(edition, card, other)


def _kinship(edition: Edition, card: Card, other: Card) -> Words:
    if card.storyline and card.storyline == other.storyline:
        return reasons.SAME_STORYLINE
    for slug in card.topics:
        if slug in other.topics and slug in edition.catalogue.topics:
            return reasons.same_topic(edition.catalogue.topics[slug])
    if set(card.people) & set(other.people):
        return reasons.SAME_PERSON
    return reasons.ALIKE


def blended(edition: Edition, story_id: int | None, section: str, now: float) -> Iterator[Candidate]:
    """Fresh, read and alike stories by their blended worth for this page."""
    alike = {
        story: likeness
        for story, likeness in (edition.catalogue.alike.get(story_id, ()) if story_id is not None else ())
        if likeness >= TOO_UNLIKE and story in edition.cards
    }
    of_the_section = edition.pool.get(section, ()) if section else ()
    pool = {one[0]: one for one in (*edition.pool.get("", ()), *of_the_section)}
    for story in alike.keys() - pool.keys():
        fresh, popular = blend.worth(now - edition.cards[story].published, 0, 0)
        pool[story] = (story, fresh, popular)
    same = {one[0] for one in of_the_section}
    card = edition.cards.get(story_id) if story_id is not None else None
    for _, story, part in blend.best(pool.values(), of_the_section=same, alike=alike):
        if part == "alike" and card is not None:
            yield story, _kinship(edition, card, edition.cards[story])
        else:
            yield story, reasons.OF_A_BLEND[part]


def of_rising_topics(edition: Edition, taken: Container[int]) -> list[Candidate]:
    """One story for each topic that rises, its most read that is not taken."""
    chosen: dict[int, Words] = {}
    for topic in edition.rising:
        name = edition.catalogue.topics.get(topic.slug)
        free = (one for one in topic.stories if one not in chosen and one not in taken)
        story = next((one for one in free if one in edition.cards), None)
        if name is not None and story is not None:
            chosen[story] = reasons.rising(name)
    return list(chosen.items())


def of_new_topics(edition: Edition, taken: Container[int], most: int) -> list[Candidate]:
    """The newest stories not taken, one for each topic."""
    chosen: list[Candidate] = []
    shown: set[str] = set()
    # Where no story has a topic, a walk through all of them would find none.
    for story in islice(edition.catalogue.newest.get("", ()), _NEWEST_LOOKED_AT):
        if len(chosen) == most:
            break
        if story in taken or story not in edition.cards:
            continue
        slug = next((one for one in edition.cards[story].topics if one not in shown), None)
        if slug is not None and slug in edition.catalogue.topics:
            shown.add(slug)
            chosen.append((story, reasons.new_in_topic(edition.catalogue.topics[slug])))
    return chosen
