"""The log in Redis: what it acknowledges is on its disk, or it acknowledges nothing."""

import datetime as dt
import time
from collections import Counter
from threading import Event as Told
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from kawaraban.audience import logstream, rolling
from kawaraban.audience.events import NoEvent
from kawaraban.audience.fold import Fold
from kawaraban.audience.history import History
from kawaraban.audience.log import EventLog, LogUnavailable
from kawaraban.audience.logstream import LogStream, NotDurable
from kawaraban.audience.tally import Turn, this_minute
from kawaraban.ops import serving
from kawaraban.ops.doctor import services
from kawaraban.ops.listening import CannotServe
from tests.audience.test_log import event
from tests.faults.servers import Redis, free_port

pytestmark = pytest.mark.own_servers
TOKYO = ZoneInfo("Asia/Tokyo")


def test_killing_redis_loses_and_doubles_nothing_acknowledged(tmp_path):
    redis = Redis(tmp_path, appendfsync="always")
    log = EventLog(f"redis://127.0.0.1:{redis.port}/0")
    acknowledged, stopping = set(), Told()

    def read_on():
        number = 0
        while not stopping.is_set():
            try:
                log.append_now(event(number))
            except LogUnavailable:
                stopping.wait(0.01)
                continue
            acknowledged.add(event(number).id)
            number += 1

    reader = Thread(target=read_on)
    reader.start()
    try:
        for _ in range(4):
            before = len(acknowledged)
            while len(acknowledged) < before + 20 and reader.is_alive():
                stopping.wait(0.01)
            redis.kill()
            redis.start()
    finally:
        stopping.set()
        reader.join()
    kept = [one.id for _, one in log.read(0, 10**6)]
    log.close()
    redis.kill()
    assert len(kept) == len(set(kept)) and acknowledged <= set(kept) and len(acknowledged) >= 80


def test_what_redis_does_after_nobody_waited_for_it_any_more_is_counted_once(stream, lasting_redis):
    log = EventLog(stream)
    log.append_now(event(1))
    lasting_redis.freeze()
    try:
        log.count({"robot": 7})
        for number in (2, 3):  # the first is sent and done later; of the others Redis is never told
            with pytest.raises(LogUnavailable):
                log.append_now(event(number), event(number + 10))
    finally:
        lasting_redis.thaw()
    log.append_now(event(2), event(12), event(3), event(13))  # as browsers do
    log.close()
    told = EventLog(stream).tallied(60)
    assert told == {"accepted": 5, "repeated": 2, "robot": 7, "unavailable": 2}
    assert log.tally.ended == {"accepted": 3, "repeated": 2, "robot": 7, "unavailable": 4}


def test_what_was_given_up_before_it_came_to_redis_is_not_done_when_it_comes(stream):
    late, turn = LogStream(stream), Turn("a writer", 1)
    minute = this_minute()
    assert late.commit((), Counter({(minute, "robot"): 7, (minute, "unavailable"): 1}), turn) == 0
    assert late.commit([event(1)], Counter({(minute, "robot"): 7}), turn) == 0
    assert late.tallied(minute) == {"robot": 7, "unavailable": 1} and late.read(0, 9) == []
    assert late.commit([event(number) for number in range(1200)], Counter(), turn._replace(number=2)) == 1200
    assert len(late.read(0, 9999)) == 1200 and late.tallied(minute)["accepted"] == 1200
    late.close()


@pytest.mark.parametrize(
    ("name", "value", "well"),
    [
        ("appendfsync", "everysec", "always"),
        ("appendonly", "no", "yes"),
        ("no-appendfsync-on-rewrite", "yes", "no"),
        ("maxmemory-policy", "allkeys-lru", "noeviction"),
    ],
)
def test_what_may_lose_events_acknowledges_none_and_nothing_is_served_with_it(
    stream, lasting_redis, settings, tmp_path, monkeypatch, name, value, well
):
    settings.AUDIENCE_URL, settings.VAR = stream, tmp_path
    monkeypatch.setattr(serving, "_check_tables", lambda: None)
    log = EventLog(stream)
    log.append_now(event(1))
    serving.check()
    assert services.audience()[0] == "well"
    lasting_redis.do("CONFIG", "SET", name, value)
    try:
        with pytest.raises(LogUnavailable, match=name):
            log.append_now(event(2))
        log.count({"robot": 1})  # is not added again and again until all is well
        with pytest.raises(LogUnavailable, match=name):
            log.append_now(event(4))
        assert log.last_seq() <= 2
        with pytest.raises(NotDurable, match=name):
            LogStream(stream).make_sure()
        with pytest.raises(CannotServe, match=name):
            serving.check()
        assert services.audience()[0] == "wrong"
    finally:
        lasting_redis.do("CONFIG", "SET", name, well)
    log.append_now(event(3))
    log.close()
    assert EventLog(stream).tallied(5).get("robot") == 1


def test_away_it_is_said_at_once_and_the_house_serves_all_the_same(settings, tmp_path, monkeypatch, caplog):
    settings.AUDIENCE_URL, settings.VAR = f"redis://127.0.0.1:{free_port()}/0", tmp_path
    monkeypatch.setattr(serving, "_check_tables", lambda: None)
    log = EventLog(settings.AUDIENCE_URL)
    with pytest.raises(LogUnavailable):
        log.append_now(event())
    with pytest.raises(LogUnavailable):
        log.read(0, 9)
    log.close()
    serving.check()
    assert "without counting readers" in caplog.text
    settings.AUDIENCE_URL = "nonsense"
    with pytest.raises(CannotServe, match="AUDIENCE_URL"):
        serving.check()


def test_the_fold_counts_the_same_from_a_stream_as_from_a_file(stream, tmp_path):
    machines = [EventLog(stream), EventLog(stream)]
    file = EventLog(tmp_path / "audience.db")
    for number in range(300):
        one = event(number)._replace(story=number % 7 + 1, visitor=bytes([number % 11 + 1]) * 8)
        file.append_now(one)
        machines[number % 2].append_now(one)
        if number % 10 == 0:  # sent again, and to the other machine
            machines[(number + 1) % 2].append_now(one)
    folds = Fold(), Fold()
    folds[0].take(file.read(0, 999))
    while rows := machines[0].read(folds[1].after, 7):
        folds[1].take(rows)
    kept = [fold.kept() for fold in folds]
    assert kept[0].keys() == kept[1].keys() and folds[1].after == 300
    assert all((kept[0][name] == kept[1][name]).all() for name in kept[0])
    for log in (*machines, file):
        log.close()


def test_an_entry_that_is_none_is_passed_over_by_number_and_goes_with_its_age(stream, lasting_redis):
    log = EventLog(stream)
    log.append_now(event(1))
    lasting_redis.do("INCRBY", "kawaraban:audience:last", 1)
    lasting_redis.do("XADD", "kawaraban:audience:events", "2-0", "events", "torn")
    log.append_now(event(3))
    log.append_now(event(4))
    with pytest.raises(NoEvent, match="invalid") as none:
        log.read(1, 9)
    assert none.value.seq == 2 and log.read(2, 9) == [(3, event(3)), (4, event(4))]
    assert log.prune(1002) == 1  # how old the torn one is says what was kept after it
    assert log.prune(1004) == 1 and log.read(0, 9) == [(4, event(4))]
    log.close()


def test_a_long_run_ahead_of_the_clock_is_looked_at_a_part_at_a_time_and_goes_with_its_age(
    stream, monkeypatch
):
    monkeypatch.setattr("kawaraban.audience.logstream._PRUNED_AT_ONCE", 5)
    monkeypatch.setattr("kawaraban.audience.logstream._ENTRIES_AT_ONCE", 2)
    looked = []
    really = logstream._sound_events
    monkeypatch.setattr(logstream, "_sound_events", lambda told: looked.append(told) or really(told))
    stored = LogStream(stream)

    def kept(number, at_ms):
        stored.commit([event(number)._replace(at_ms=at_ms)], Counter(), Turn("here", number))

    def forgotten(before_ms):
        looked.clear()
        forgotten = stored.prune(before_ms)
        assert len(looked) <= 10
        return forgotten

    ahead = int(time.time() + 86_400) * 1000
    for number in range(1, 24):
        kept(number, ahead)
    assert sum(forgotten(1500) for _ in range(20)) == 0  # nothing says how old they are
    kept(24, 2000)
    assert sum(forgotten(1500) for _ in range(20)) == 0
    kept(25, ahead)
    kept(26, 2001)
    assert sum(forgotten(2001) for _ in range(20)) == 24
    assert [seq for seq, _ in stored.read(0, 99)] == [25, 26]
    stored.close()


def test_of_a_group_only_what_is_no_event_is_passed_over(stream, lasting_redis):
    stored = LogStream(stream)
    stored.commit([event(number) for number in range(1, 6)], Counter(), Turn("one", 1))
    ((_, fields),) = lasting_redis.do("XRANGE", "kawaraban:audience:events", "-", "+")
    told = fields[b"events"]
    for torn in (
        told.replace(b'"view"', b'"vi\xff"', 2).replace(b'"vi\xff"', b'"view"', 1),
        told.replace(b'"view"', b'"vi", "ew', 2).replace(b'"vi", "ew', b'"view"', 1),
        told.replace(event(2).id.hex().encode(), b"no id"),
        told.replace(event(2).id.hex().encode(), b'"'),
    ):
        lasting_redis.do("DEL", "kawaraban:audience:events")
        lasting_redis.do("XADD", "kawaraban:audience:events", "5-0", "events", torn)
        assert [seq for seq, _ in stored.read(0, 9)] == [1]
        with pytest.raises(NoEvent) as none:
            stored.read(1, 9)
        assert none.value.seq == 2 and event(2).visitor.hex() not in str(none.value.found)
        assert [seq for seq, _ in stored.read(2, 9)] == [3, 4, 5] and stored.prune(2_000) == 4
    stored.close()


def test_days_are_rolled_from_a_stream_too(stream, tmp_path):
    log, history = EventLog(stream), History(tmp_path / "history")
    day = dt.date(2026, 11, 2)
    began = dt.datetime.combine(day, dt.time(), TOKYO)
    for number in range(40):
        when = began + dt.timedelta(hours=number)
        log.append_now(event(number)._replace(at_ms=int(when.timestamp() * 1000)))
    assert rolling.roll(log, history, TOKYO, began + dt.timedelta(hours=41)) == [day]
    ((story, reading),) = history.most_read([day], 5)
    assert (story, reading.views, reading.readers) == (7, 24, 1)
    log.close()
