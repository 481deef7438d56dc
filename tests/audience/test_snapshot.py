"""A house that starts again goes on where it was."""

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.audience import snapshot
from kawaraban.audience.events import Event
from kawaraban.audience.fold import Fold
from tests.audience.test_fold import START, moves, rows, told


@settings(max_examples=25)
@given(moves, st.integers(0, 120))
def test_from_a_snapshot_and_the_log_s_tail_it_counts_the_same(tmp_path_factory, made, cut):
    events, file = rows(made), tmp_path_factory.mktemp("kept") / "fold.npz"
    now = (events[-1][1].at_ms if events else START) / 1000
    whole, before, after = Fold(), Fold(), Fold()
    whole.take(events)
    before.take(events[:cut])
    snapshot.write(file, before, {"learnt": [1]})
    assert snapshot.read(file, after) == {"learnt": [1]}
    assert after.after == before.after
    after.take(events)
    assert told(after, now) == told(whole, now)


def test_a_torn_file_or_one_of_another_kind_is_passed_over(tmp_path, caplog):
    file, fold = tmp_path / "fold.npz", Fold()
    fold.take(rows([(0, 1, 0), (0, 2, 0)]))
    snapshot.write(file, fold, {})
    whole = file.read_bytes()
    for torn in (b"", b"no archive", whole[: len(whole) // 2]):
        file.write_bytes(torn)
        fresh = Fold()
        assert snapshot.read(file, fresh) is None and fresh.after == 0
    assert "can't be read" in caplog.text
    assert snapshot.read(tmp_path / "none.npz", Fold()) is None


def test_a_write_that_fails_leaves_the_former_one(tmp_path, monkeypatch):
    file, fold = tmp_path / "fold.npz", Fold()
    fold.take(rows([(0, 1, 0)]))
    snapshot.write(file, fold, {"kept": True})

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot.np, "savez", full)
    with pytest.raises(OSError):
        snapshot.write(file, fold, {})
    assert snapshot.read(file, Fold()) == {"kept": True}


@timezone.override("UTC")
def test_of_a_day_that_is_over_no_visitor_is_left_in_the_file_though_nobody_comes(tmp_path):
    file, fold, day = tmp_path / snapshot.FILE, Fold(), 86_400
    events = rows([(0, 1, 0), (1000, 2, 0), (1000, 1, 3)])
    shown = Event(b"", START + 3000, 1, "rail_shown", b"visitor!", rail="recommended", stories=(2,))
    fold.take([*events, (4, shown)])
    snapshot.write(file, fold, {"learnt": 1})
    whole, midnight = file.read_bytes(), (START // 1000 // day + 1) * day
    snapshot.forget_former_days(file, midnight - 1)
    assert file.read_bytes() == whole
    snapshot.forget_former_days(file, midnight)
    after = Fold()
    assert snapshot.read(file, after) == {"learnt": 1}
    assert after.readers(midnight) == {1: 2, 2: 1} and after.after == 4
    told = after.kept()
    visitors = ("now visitors", "before visitors", "uniques visitors", "uniques registers")
    assert [told[name].size for name in visitors] == [0, 0, 0, 0]
    assert not any(
        told[name].size for name in told if name.startswith(("showings lately", "showings before"))
    )
    # What is still in the log of the day before is of that day.
    late = Event(b"", midnight * 1000 - 1, 1, "view", b"late one")
    after.take([(5, late)])
    assert (after.visitors_today(1, midnight - 1), after.visitors_today(1, midnight)) == (1, 0)


def test_a_file_that_nobody_can_read_is_not_kept_for_what_may_be_in_it(tmp_path, monkeypatch):
    file, fold = tmp_path / snapshot.FILE, Fold()
    snapshot.forget_former_days(file, START / 1000)
    for of_old in (b"torn", None):
        if of_old:
            file.write_bytes(of_old)
        else:
            with monkeypatch.context() as before:
                before.setattr(snapshot, "_VERSION", 1)
                snapshot.write(file, fold, {})
        snapshot.forget_former_days(file, START / 1000)
        assert not file.exists()


@timezone.override("UTC")
def test_a_day_that_a_wrong_clock_made_is_none_to_keep_visitors_of(tmp_path):
    file, fold = tmp_path / snapshot.FILE, Fold()
    fold.take(rows([(0, 1, 0)]))
    snapshot.write(file, fold, {})
    snapshot.forget_former_days(file, START / 1000 - 86_400)
    after = Fold()
    assert snapshot.read(file, after) == {} and not after.kept()["now visitors"].size
