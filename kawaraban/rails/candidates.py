"""Who may stand in a rail, best first, each with the reason for which it would."""

from collections.abc import Iterable, Iterator

from kawaraban.rails import reasons
from kawaraban.rails.editions import Edition
from kawaraban.rails.reasons import Words
from kawaraban.recommendations import blend
from kawaraban.stories.queries import Card

Candidate = tuple[int, Words]

# Below this two stories merely share common words: a second moon under a war.
TOO_UNLIKE = 0.08


def read_together(edition: Edition, story_id: int | None) -> Iterator[Candidate]:
    """What the readers of this story read too."""
    row = edition.also_read.get(story_id, ()) if story_id is not None else ()
    return ((story, reasons.READ_TOGETHER) for story, _ in row)


def related(edition: Edition, story_id: int | None, together: Iterable[int]) -> Iterator[Candidate]:
    """What belongs with this story by its matter: its storyline, what was read with it, what is alike."""
    card = edition.cards.get(story_id) if story_id is not None else None
    if card is None:
        return
    for story in _along_the_storyline(edition, card):
        yield story, reasons.SAME_STORYLINE
    for story in together:
        yield story, reasons.READ_TOGETHER
    for story, likeness in edition.catalogue.alike.get(card.id, ()):
        other = edition.cards.get(story)
        if likeness >= TOO_UNLIKE and other is not None:
            yield story, _kinship(edition, card, other)


def _along_the_storyline(edition: Edition, card: Card) -> list[int]:
    """The storyline's other stories: what came next first, then what came before, nearest first."""
    line = list(edition.catalogue.storylines.get(card.storyline, ())) if card.storyline else []
    if card.id not in line:
        return line
    here = line.index(card.id)
    return line[here + 1 :] + line[:here][::-1]


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


def of_rising_topics(edition: Edition, taken: set[int]) -> list[Candidate]:
    """One story for each topic that rises, its most read that is not taken."""
    chosen: list[Candidate] = []
    seen = set(taken)
    for topic in edition.rising:
        name = edition.catalogue.topics.get(topic.slug)
        story = next((one for one in topic.stories if one not in seen and one in edition.cards), None)
        if name is not None and story is not None:
            seen.add(story)
            chosen.append((story, reasons.rising(name)))
    return chosen


def of_new_topics(edition: Edition, taken: set[int], most: int) -> list[Candidate]:
    """The newest stories not taken, one for each topic."""
    chosen: list[Candidate] = []
    shown: set[str] = set()
    for story in edition.catalogue.newest.get("", ()):
        if len(chosen) == most:
            break
        if story in taken or story not in edition.cards:
            continue
        slug = next((one for one in edition.cards[story].topics if one not in shown), None)
        if slug is not None and slug in edition.catalogue.topics:
            shown.add(slug)
            chosen.append((story, reasons.new_in_topic(edition.catalogue.topics[slug])))
    return chosen
