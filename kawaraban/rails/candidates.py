"""Who may stand in a rail, best first, each with the reason for which it would."""

from collections.abc import Container, Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, islice
from operator import itemgetter

from kawaraban.rails import reasons
from kawaraban.rails.editions import Edition
from kawaraban.rails.reasons import Words
from kawaraban.recommendations import blend
from kawaraban.stories.queries import Card

Candidate = tuple[int, Words]

# Below this two stories merely share common words: a second moon under a war.
TOO_UNLIKE = 0.08

_BY_CHANCE = itemgetter(1)


def read_together(edition: Edition, story_id: int | None) -> Iterator[Candidate]:
    """What the readers of this story read too."""
    row = edition.also_read.get(story_id, ()) if story_id is not None else ()
    return ((story, reasons.READ_TOGETHER) for story, _ in row)


def storyline(edition: Edition, story_id: int | None) -> Iterator[Candidate]:
    """The storyline's other stories: what came next first, then what came before, nearest first."""
    card = edition.cards.get(story_id) if story_id is not None else None
    line: Sequence[int] = edition.catalogue.storylines.get(card.storyline, ()) if card else ()
    if card is None or not line:
        return
    try:
        here = line.index(card.id)
    except ValueError:  # the catalogue is a moment older than the storyline
        return
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
    if card.people and not set(card.people).isdisjoint(other.people):
        return reasons.SAME_PERSON
    return reasons.ALIKE


def blended(edition: Edition, story_id: int | None, section: str, now: float) -> Iterator[Candidate]:
    """Fresh, read and alike stories by their blended worth for this page."""
    alike = _alike(edition, story_id)
    card = edition.cards.get(story_id) if story_id is not None else None
    likely = dict(edition.read_next.get(story_id, ())) if story_id is not None else {}
    for _, story, part in _best_first(edition, section, alike, _following(edition, story_id), now):
        if part == "next" and story in likely:
            # For it is read much, or alike: nobody can be said to have often read it next.
            part = "alike" if story in alike else "popular"
        if part == "alike" and card is not None:
            yield story, _kinship(edition, card, edition.cards[story])
        else:
            yield story, reasons.OF_A_BLEND[part]


_Scored = tuple[float, int, str]


def _best_first(
    edition: Edition, section: str, alike: dict[int, float], following: dict[int, float], now: float
) -> Iterator[_Scored]:
    """What `blend.best` makes of the section's pool, of what is alike and of what is read next.

    But for these a score is the same on every page of the section, so the pool is sorted once; the
    few that belong to the page are weighed for it, and come between the others at their places.
    """
    key = ("blended", section)
    kept = edition.worked_out.get(key)
    if kept is None:
        of_the_section = edition.pool.get(section, ()) if section else ()
        pool = {one[0]: one for one in (*edition.pool.get("", ()), *of_the_section)}
        same = {one[0] for one in of_the_section}
        kept = pool, same, _weighed(edition, pool.values(), same, {}, {})
        edition.worked_out[key] = kept
    pool, same, sorted_once = kept
    weighed = []
    own = alike.keys() | following.keys()
    for story in own:
        # How new and how much read a story is lies in its chance already.
        fresh_and_popular = (story, 0.0, 0.0) if story in following else pool.get(story)
        if fresh_and_popular is None:
            fresh_and_popular = _unread(edition, story, now)
        weighed.append(fresh_and_popular)
    best_own = _weighed(edition, weighed, same, alike, following)
    others = (one for one in sorted_once if one[1] not in own)
    return merge(best_own, others, reverse=True)


def _weighed(
    edition: Edition,
    pool: Iterable[tuple[int, float, float]],
    same: set[int],
    alike: dict[int, float],
    following: dict[int, float],
) -> list[_Scored]:
    return blend.best(pool, of_the_section=same, alike=alike, following=following, weights=edition.weights)


def _unread(edition: Edition, story: int, now: float) -> tuple[int, float, float]:
    """A story that is not in the pool, in the form of those that are."""
    return story, edition.weights.fresh * blend.freshness(now - edition.cards[story].published), 0.0


def parts(
    edition: Edition, story_id: int, section: str, stories: Iterable[int], now: float
) -> list[blend.Weights]:
    """What Recommended of a story's page weighs of each of these, before it is weighed."""
    alike, following = _alike(edition, story_id), _following(edition, story_id)
    of_the_section = edition.pool.get(section, ()) if section else ()
    pool = {one[0]: one for one in (*edition.pool.get("", ()), *of_the_section)}
    same, weights, found = {one[0] for one in of_the_section}, edition.weights, []
    for story in stories:
        _, fresh, popular = pool.get(story) or _unread(edition, story, now)
        if story in following:  # as in `_best_first`
            fresh = popular = 0.0
        found.append(
            blend.Weights(
                next=following.get(story, 0.0),
                popular=popular / weights.popular,
                alike=alike.get(story, 0.0),
                fresh=fresh / weights.fresh,
                section=float(story in same),
            )
        )
    return found


def _alike(edition: Edition, story_id: int | None) -> dict[int, float]:
    row = edition.catalogue.alike.get(story_id, ()) if story_id is not None else ()
    cards = edition.cards
    return {story: likeness for story, likeness in row if likeness >= TOO_UNLIKE and story in cards}


def _following(edition: Edition, story_id: int | None) -> dict[int, float]:
    """How soon each story comes among those read after this one: 1 for the likeliest, towards a half.

    By place, not by chance: the second of the list is worth nearly as much as the first.
    """
    if story_id is None:
        return {}
    cards = edition.cards
    row = (*edition.also_read.get(story_id, ()), *edition.read_next.get(story_id, ()))
    in_order = sorted([one for one in row if one[0] in cards], key=_BY_CHANCE, reverse=True)
    twice = 2 * len(in_order)
    return {story: 1.0 - place / twice for place, (story, _) in enumerate(in_order)}


def of_rising_topics(edition: Edition, taken: Container[int], most: int) -> list[Candidate]:
    """One story for each topic that rises, its most read that is not taken."""
    chosen: dict[int, Words] = {}
    for topic in edition.rising:
        if len(chosen) == most:
            break
        name = edition.catalogue.topics.get(topic.slug)
        for story in topic.stories if name is not None else ():
            if story not in chosen and story not in taken:
                chosen[story] = reasons.rising(str(name), topic.seen, topic.usual)
                break
    return list(chosen.items())


def of_new_topics(edition: Edition, taken: Container[int], most: int) -> list[Candidate]:
    """The newest stories not taken, one for each topic."""
    chosen: list[Candidate] = []
    shown: set[str] = set()
    for story in edition.catalogue.newest_on_topics:
        if len(chosen) == most:
            break
        if story in taken or story not in edition.cards:
            continue
        slug = next((one for one in edition.cards[story].topics if one not in shown), None)
        if slug is not None and slug in edition.catalogue.topics:
            shown.add(slug)
            chosen.append((story, reasons.new_in_topic(edition.catalogue.topics[slug])))
    return chosen
