"""A house that starts again goes on where it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.audience import snapshot
from kawaraban.audience.fold import Fold
from tests.audience.test_fold import START, moves, rows, told


@settings(max_examples=25, deadline=None)
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
