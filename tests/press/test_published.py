"""Which stories are published is asked of the database so often in a second, and never guessed."""

import asyncio
from types import SimpleNamespace

import pytest

from kawaraban.audience.log import Overloaded
from kawaraban.press import published as room
from kawaraban.press.published import Published

IN_EDITION, ARCHIVE = frozenset({1, 2}), frozenset(range(100, 400))


@pytest.fixture
def second(monkeypatch):
    """Which second it is."""
    told = SimpleNamespace(now=1_000.0)
    monkeypatch.setattr(room.time, "monotonic", lambda: told.now)
    return told


@pytest.fixture
def known(monkeypatch):
    monkeypatch.setattr(room.database, "read", lambda _, stories: set(stories) & ARCHIVE)

    async def on_thread(work):
        return work()

    edition = SimpleNamespace(cards=dict.fromkeys(IN_EDITION))
    shelf = SimpleNamespace(is_up_to_date=lambda: True, at_hand=edition)
    published = Published(SimpleNamespace(on_thread=on_thread), shelf)
    return lambda *stories: asyncio.run(published.among(frozenset(stories)))


def test_of_what_was_looked_up_it_is_said_which_are_published(known):
    assert known(1, 2) == {1, 2}
    assert known(1, 100, 7) == {1, 100}


def test_made_up_numbers_leave_readers_of_the_archive_asked_to_come_again(known, second):
    assert known(100) == {100}
    for made_up in range(1_000, 1_000 + room._LOOKS - 1):
        assert known(made_up) == set()
    for story in (101, 1_000, 102):
        with pytest.raises(Overloaded):
            known(1, story)
    assert known(1, 100) == {1, 100}  # what is known needs no look
    second.now += 1
    assert known(1, 101) == {1, 101}
