"""The log as a stream of Redis, into which several machines append and from which one of them folds.

An entry holds a group of events; its id is the running number of the last of them. The ids of all
events that are kept lie in one set, so that an event counts once whichever machine it comes to. One
script puts a group in, whole or not at all, and once, however late it comes.

Redis answers after its fsync only with `appendfsync always`, so with each group it is asked whether that
is so, and before the first one of a connection; where it is not, nothing is acknowledged.
"""

import contextlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

import orjson

from kawaraban.audience.events import Event, NoEvent
from kawaraban.audience.logfile import MOST_AT_ONCE
from kawaraban.audience.tally import ACCEPTED, REPEATED, ByMinute, Turn, this_minute

_PREFIX = "kawaraban:audience:"
_EVENTS, _LAST, _IDS = _PREFIX + "events", _PREFIX + "last", _PREFIX + "ids"
_TALLY, _TURN = _PREFIX + "tally:", _PREFIX + "turn:"
_FIELD = b"events"
_PRUNED_AT_ONCE = 2_000  # entries: what four machines append in ten seconds, each every 20 ms
_ENTRIES_AT_ONCE = 64
_VISITOR = re.compile(rb'"[0-9a-f]{8,16}(?![0-9a-f])"?')  # a torn one, too; an event's id is longer
_UNSOUND = (TypeError, LookupError, ValueError)
_HOUR = 60  # minutes of one hash of the tally
_TURN_KEPT = 86_400  # seconds: nothing is so long on its way
# What must hold in Redis for an answer to mean that the event is on the disk and stays there.
_DURABLE = {"appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "no"}
_POLICY = "maxmemory-policy"

# KEYS: events, last, ids, the writer's last turn, tally of this hour, then that of each count. ARGV: this
# turn, this minute, then field and number of each count, then id and event of each event.
_COMMIT = f"""
if tonumber(redis.call('GET', KEYS[4]) or 0) >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[4], ARGV[1], 'EX', {_TURN_KEPT})
local first = 3
for i = 6, #KEYS do
  redis.call('HINCRBY', KEYS[i], ARGV[first], ARGV[first + 1])
  first = first + 2
end
local kept, all = {{}}, 0
local function put()
  local last = redis.call('INCRBY', KEYS[2], #kept)
  redis.call('XADD', KEYS[1], string.format('%.0f-0', last), 'events', table.concat(kept, ','))
  all, kept = all + #kept, {{}}
end
for i = first, #ARGV, 2 do
  if redis.call('SADD', KEYS[3], ARGV[i]) == 1 then kept[#kept + 1] = ARGV[i + 1] end
  if #kept == {MOST_AT_ONCE} then put() end
end
if #kept > 0 then put() end
local repeated = (#ARGV - first + 1) / 2 - all
if all > 0 then redis.call('HINCRBY', KEYS[5], ARGV[2] .. ' {ACCEPTED}', all) end
if repeated > 0 then redis.call('HINCRBY', KEYS[5], ARGV[2] .. ' {REPEATED}', repeated) end
return all
"""


class NotDurable(OSError):
    """This Redis may lose what it has acknowledged; one line that says what to set."""


class LogStream:
    """The stream, opened by one thread. Its methods raise OSError."""

    def __init__(self, address: str, patience: float = 5.0) -> None:
        """Redis is given up after `patience` seconds without an answer."""
        # Loaded where it is used: it takes a twelfth of the time in which a house opens.
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._failures = redis.RedisError
        self._is_sure = False
        # Of a run that is ahead of the clock and longer than what is looked at in one go.
        self._doubtful_to = 0  # so far it was looked at
        self._old_to = 0  # all up to here that is ahead is old
        self._redis: Any = redis.Redis.from_url(
            address,
            socket_timeout=patience,
            socket_connect_timeout=patience,
            retry=Retry(NoBackoff(), 0),
        )

    def is_there(self) -> bool:
        return True

    def make_sure(self) -> None:
        """Raises NotDurable where this Redis may lose what it has acknowledged."""
        with self._reached():
            _make_sure(self._redis.config_get(*_DURABLE, _POLICY))
        self._is_sure = True

    def commit(self, events: Sequence[Event], counted: ByMinute, turn: Turn) -> int:
        """Keeps the events and counts them; how many were new. All is on the disk when this returns.

        An event whose id is there already is passed over and counted as repeated. `counted` is what is
        to be added to the tally besides. Of a turn that was done before nothing is done.
        """
        if not self._is_sure:
            self.make_sure()
        minute = this_minute()
        keys = [_EVENTS, _LAST, _IDS, _TURN + turn.writer, _tally(minute), *(_tally(at) for at, _ in counted)]
        counts = [part for (at, outcome), number in counted.items() for part in (f"{at} {outcome}", number)]
        told = [part for event in events for part in (event.id, _told(event))]
        with self._reached():
            both = self._redis.pipeline(transaction=True)
            both.eval(_COMMIT, len(keys), *keys, turn.number, minute, *counts, *told)
            both.config_get(*_DURABLE, _POLICY)
            kept, config = both.execute()
        _make_sure(config)
        return int(kept)

    def read(self, after: int, most: int) -> list[tuple[int, Event]]:
        """Up to `most` events whose number is greater than `after`, in order. Raises NoEvent."""
        found: list[tuple[int, Event]] = []
        while len(found) < most:
            entries = self._entries(after + 1)
            for last, told in entries:
                try:
                    events = _events(told)
                except _UNSOUND:
                    return (found or _before_what_is_none(last, told, after))[:most]
                first = last - len(events) + 1
                found += [(number, event) for number, event in enumerate(events, first) if number > after]
                if len(found) >= most:
                    break
            if not entries:
                break
            after = entries[-1][0]
        return found[:most]

    def last_seq(self) -> int:
        """The number of the newest event there ever was, 0 for none."""
        with self._reached():
            return int(self._redis.get(_LAST) or 0)

    def tallied(self, minute: int) -> dict[str, int]:
        """Events by outcome since that minute, of all machines."""
        hours = range(minute // _HOUR, this_minute() // _HOUR + 1)
        found: Counter[str] = Counter()
        with self._reached():
            asked = self._redis.pipeline(transaction=False)
            for hour in hours:
                asked.hgetall(_tally(hour * _HOUR))
            for counts in asked.execute():
                for field, number in counts.items():
                    when, _, outcome = field.decode().partition(" ")
                    if int(when) >= minute:
                        found[outcome] += int(number)
        return dict(found)

    def prune(self, before_ms: int) -> int:
        """Forgets hours of counts that are older, and those of the oldest _PRUNED_AT_ONCE groups of events;
        how many events that were.

        What a wrong clock put ahead of now, and what can't be read, is as old as what was kept after it.
        """
        self._prune_tally(before_ms // 60_000)
        now_ms = (this_minute() + 1) * 60_000
        old, doubtful = list[tuple[int, list[bytes]]](), list[tuple[int, list[bytes]]]()
        for last, told in self._from(0, _PRUNED_AT_ONCE):
            events = _sound_events(told)
            age = _age(events, before_ms, now_ms)
            if age is _Age.KEPT:
                break
            doubtful.append((last, [event.id for event in events]))
            if age is _Age.OLD or last <= self._old_to:
                old += doubtful
                doubtful.clear()
        if not old and len(doubtful) == _PRUNED_AT_ONCE:
            self._look_on(doubtful[-1][0], before_ms, now_ms)
        for first in range(0, len(old), _ENTRIES_AT_ONCE):
            self._forget(old[first : first + _ENTRIES_AT_ONCE])
        return sum(len(ids) for _, ids in old)

    def close(self) -> None:
        self._redis.close()

    def _prune_tally(self, minute: int) -> None:
        with self._reached():
            for key in list(self._redis.scan_iter(match=f"{_TALLY}*", count=1000)):
                if (int(key.decode().removeprefix(_TALLY)) + 1) * _HOUR <= minute:
                    self._redis.delete(key)

    def _look_on(self, after: int, before_ms: int, now_ms: int) -> None:
        """Looks for what says how old all up to `after` is: some way on with each call, however far it is."""
        self._doubtful_to = max(self._doubtful_to, after)
        looked = 0
        for last, told in self._from(self._doubtful_to + 1, _PRUNED_AT_ONCE):
            looked += 1
            if (age := _age(_sound_events(told), before_ms, now_ms)) is not _Age.DOUBTFUL:
                self._old_to = last if age is _Age.OLD else 0
                self._doubtful_to = 0
                return
            self._doubtful_to = last
        if looked < _PRUNED_AT_ONCE:
            self._doubtful_to = 0  # the end, and what was ahead may be so no more

    def _forget(self, entries: Sequence[tuple[int, list[bytes]]]) -> None:
        ids = [one for _, ids in entries for one in ids]
        with self._reached():
            both = self._redis.pipeline(transaction=True)
            if ids:
                both.srem(_IDS, *ids)
            both.xdel(_EVENTS, *[f"{last}-0" for last, _ in entries])
            both.execute()

    def _from(self, least: int, most: int) -> Iterator[tuple[int, bytes]]:
        while most > 0 and (entries := self._entries(least)):
            yield from entries[:most]
            least, most = entries[-1][0] + 1, most - len(entries)

    def _entries(self, least: int) -> list[tuple[int, bytes]]:
        """Some entries whose last number is at least that, in order: that number, and the events told."""
        with self._reached():
            found = self._redis.xrange(_EVENTS, min=f"{least}-0", count=_ENTRIES_AT_ONCE)
        return [(int(number.partition(b"-")[0]), fields.get(_FIELD, b"")) for number, fields in found]

    @contextlib.contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except self._failures as why:
            raise OSError(f"the audience's Redis: {why}") from why


class _Age(Enum):
    """Of an entry: one event that is neither old nor ahead of the clock keeps all of it."""

    KEPT, OLD, DOUBTFUL = range(3)


def _age(events: Sequence[Event], before_ms: int, now_ms: int) -> _Age:
    if any(before_ms <= one.at_ms <= now_ms for one in events):
        return _Age.KEPT
    return _Age.OLD if any(one.at_ms < before_ms for one in events) else _Age.DOUBTFUL


def _make_sure(config: Mapping[str, str]) -> None:
    for name, wanted in _DURABLE.items():
        if (found := config.get(name)) != wanted:
            raise NotDurable(
                f"The audience's Redis may lose what it acknowledges: its {name} is {found or 'not told'},"
                f" and has to be {wanted}."
            )
    if (policy := config.get(_POLICY, "")).startswith("allkeys"):
        raise NotDurable(f"The audience's Redis may push readers' events out: its {_POLICY} is {policy}.")


def _tally(minute: int) -> str:
    return f"{_TALLY}{minute // _HOUR}"


def _told(event: Event) -> bytes:
    return orjson.dumps((event.id.hex(), *event[1:4], event.visitor.hex(), *event[5:]))


def _events(told: bytes) -> list[Event]:
    """The events of an entry. Raises one of _UNSOUND for what is none."""
    return _made(orjson.loads(b"[%b]" % told))


def _made(parts: Iterable[Any]) -> list[Event]:
    return [
        Event._make((bytes.fromhex(one[0]), *one[1:4], bytes.fromhex(one[4]), *one[5:9], tuple(one[9])))
        for one in parts
    ]


def _sound_events(told: bytes) -> list[Event]:
    found = []
    for part in _parts(told):
        with contextlib.suppress(*_UNSOUND):
            found.append(_parsed(part))
    return [event for event in found if event.at_ms.__class__ is int]


def _before_what_is_none(last: int, told: bytes, after: int) -> list[tuple[int, Event]]:
    """The events of an entry whose number is greater than `after`, up to the first that is none.

    Raises NoEvent where that is the first.
    """
    found: list[tuple[int, Event]] = []
    parts = _parts(told)
    for number, part in enumerate(parts, last - len(parts) + 1):
        if number <= after:
            continue
        try:
            found.append((number, _parsed(part)))
        except _UNSOUND as why:
            if found:
                return found
            raise NoEvent(number, _without_the_visitor(part), why) from why
    return found


def _parsed(part: Any) -> Event:
    (event,) = _made([orjson.loads(part) if isinstance(part, bytes) else part])
    return event


def _parts(told: bytes) -> list[Any]:
    """What an entry consists of: what JSON makes of it or, where it is none, text cut between events."""
    try:
        parts: list[Any] = orjson.loads(b"[%b]" % told)
        return parts or [told]
    except ValueError:
        return told.replace(b"]],[", b"]]\n[").split(b"\n")


def _without_the_visitor(part: Any) -> object:
    if isinstance(part, bytes):
        return _VISITOR.sub(b'"', part)
    return Event._make(part)._replace(visitor=b"") if isinstance(part, list) and len(part) == 10 else None
