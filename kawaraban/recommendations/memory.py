"""What likeness has read of stories, kept beside it: a house that starts again reads no archive anew.

Of a large archive reading takes minutes of a core, this seconds. It can always be made again, so
whatever is wrong with it costs time and nothing else.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from kawaraban.kit.stores import Store, StoreUnavailable
from kawaraban.recommendations.terms import made_by

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Told:
    """A story's terms, each with its weight as a byte; `whole` is what they score on itself, 0 if unknown."""

    story: int
    version: int
    terms: tuple[str, ...]
    weights: bytes
    filed: tuple[tuple[str, float], ...]
    whole: float = 0.0


class Memory:
    """Terms by story in a store of its own. Nothing here raises."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, stories: Sequence[int]) -> Iterator[Told]:
        """What is known of these stories; nothing that was made in another way than terms are now."""
        try:
            for story in stories:
                found = self._store.get(_told_at(story))
                version, way, terms, weights, filed = orjson.loads(found[1]) if found else _NOTHING
                if way != made_by():
                    continue
                whole = self._store.get(_whole_at(story))
                yield Told(
                    story,
                    version,
                    tuple(terms),
                    bytes.fromhex(weights),
                    tuple(map(tuple, filed)),
                    float(whole[1]) if whole else 0.0,
                )
        except StoreUnavailable as why:
            log.warning("what likeness has read can't be recalled: %s", why)

    def keep(self, told: Iterable[Told]) -> None:
        """Notes what was read; what the stories scored on themselves before is not theirs any more."""
        fresh = list(told)
        self.keep_whole((one.story, one.whole) for one in fresh)
        self._put(
            {
                _told_at(one.story): orjson.dumps(
                    [one.version, made_by(), one.terms, one.weights.hex(), one.filed]
                )
                for one in fresh
            }
        )

    def keep_whole(self, wholes: Iterable[tuple[int, float]]) -> None:
        """Notes what stories score on themselves, as (story, whole)."""
        self._put({_whole_at(story): repr(whole).encode() for story, whole in wholes})

    def forget(self, stories: Iterable[int]) -> None:
        try:
            for story in stories:
                self._store.delete(_told_at(story))
                self._store.delete(_whole_at(story))
        except StoreUnavailable as why:
            log.warning("what likeness has read can't be forgotten: %s", why)

    def _put(self, values: dict[str, bytes]) -> None:
        if not values:
            return
        try:
            self._store.put_many(values)
        except StoreUnavailable as why:
            log.warning("what likeness has read can't be kept: %s", why)


_NOTHING = (0, "", (), "", ())


def _told_at(story: int) -> str:
    return f"told:{story}"


def _whole_at(story: int) -> str:
    return f"whole:{story}"
