"""What is to follow stories, changes and comments is done, each whatever becomes of the others."""

import pytest

from kawaraban.ops import reconcile


def test_what_fails_keeps_no_other_from_being_followed(monkeypatch):
    def fails():
        raise RuntimeError("no such thing")

    done = []
    monkeypatch.setattr(reconcile.following, "follow_up", fails)
    monkeypatch.setattr(reconcile.changes, "follow_up", lambda: done.append("changes") or [])
    monkeypatch.setattr(reconcile.discussions, "follow_up", lambda: done.append("discussions") or [])
    with pytest.raises(RuntimeError):
        reconcile.follow_up()
    assert done == ["changes", "discussions"]
