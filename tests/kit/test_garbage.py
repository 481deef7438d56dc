"""Garbage is not looked for during some work, and is again after it."""

import gc

import pytest

from kawaraban.kit import garbage


def test_it_is_looked_for_again_after_the_work_whatever_came_of_it():
    with pytest.raises(KeyError), garbage.not_looked_for():
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()


def test_work_within_such_work_does_not_begin_the_looking():
    with garbage.not_looked_for():
        with garbage.not_looked_for():
            pass
        assert not gc.isenabled()
