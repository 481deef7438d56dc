"""Mending what a crash left between article, story, discussion and plate, from one room to the next."""

from kawaraban.discussion import changes as discussions
from kawaraban.newsroom import changes
from kawaraban.newsroom import reconcile as newsroom
from kawaraban.press import mending
from kawaraban.stories import following


def reconcile(*, thorough: bool = True) -> list[str]:
    """Mends stories by articles, what follows them, and plates; a line in words for each thing mended.

    Without `thorough` only what stands out is looked at closely: quick enough for every minute.
    """
    return [*newsroom.mend(thorough=thorough).lines, *follow_up(), *mending.mend_plates()]


def follow_up() -> list[str]:
    """Does what is still to follow stories, changes and comments; a line in words for each."""
    return [*following.follow_up(), *changes.follow_up(), *discussions.follow_up()]
