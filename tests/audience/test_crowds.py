"""What one network can add is capped, in memory that does not grow."""

import pytest

from kawaraban.audience import pipeline
from kawaraban.audience.crowds import AGAIN, IN_A_DAY, IN_A_WINDOW, PER_MINUTE, SHARE, WINDOW_MS, Crowds
from kawaraban.audience.events import NOTHING_MORE, Told
from kawaraban.audience.pipeline import Arriving, Message, Sender
from kawaraban.audience.visitors import Visitors
from kawaraban.kit.steps import Stopped

STORY = 7 * 8
START = 1_780_000_000_000 // WINDOW_MS * WINDOW_MS


@pytest.fixture
def visitors(tmp_path):
    return Visitors(tmp_path, "tests")


@pytest.fixture
def crowds(tmp_path):
    return Crowds(tmp_path / "crowds")


def let_in(crowds, readers, at=START, what=STORY):
    return sum(not crowds.is_full(reader, what, at) for reader in readers)


def test_an_address_and_its_network_add_so_many_in_a_window_and_in_a_day(crowds, visitors):
    agents = [visitors.of("11.0.0.1", f"agent {number}") for number in range(50)]
    street = [visitors.of(f"12.0.0.{number}", "agent") for number in range(50)]
    assert (let_in(crowds, agents), let_in(crowds, street)) == IN_A_WINDOW
    later = sum(let_in(crowds, agents[2 * n :], START + n * WINDOW_MS) for n in range(1, 20))
    assert IN_A_WINDOW[0] + later == IN_A_DAY[0]
    assert let_in(crowds, street, what=STORY + 8) == IN_A_WINDOW[1]  # another story


def test_a_story_with_many_readers_has_room_for_a_share_of_them(crowds, visitors):
    many = [visitors.of(f"13.{n // 250}.{n % 250}.1", "agent") for n in range(1000)]
    assert let_in(crowds, many) == 1000
    office = [visitors.of("11.0.0.1", f"agent {number}") for number in range(200)]
    assert abs(let_in(crowds, office) - (IN_A_WINDOW[0] + 1000 * SHARE)) <= 2


def test_who_tells_the_same_again_takes_nobodys_place(crowds, visitors):
    one, two = (visitors.of("11.0.0.1", agent) for agent in "ab")
    assert let_in(crowds, [one] * 20) == 20 and let_in(crowds, [two]) == 1
    assert not crowds.told_too_often(two, STORY, START)
    let_in(crowds, [one] * AGAIN)
    assert crowds.told_too_often(one, STORY, START) and not crowds.told_too_often(one, STORY + 8, START)


def test_more_than_a_person_sends_is_a_flood_for_a_minute(crowds, visitors):
    reader = visitors.of("11.0.0.1", "agent")
    taken = sum(not crowds.too_often(reader, 1, START) for _ in range(1000))
    assert taken == PER_MINUTE[0]
    assert not crowds.too_often(reader, 1, START + 60_000)


def test_the_houses_own_network_is_let_pass(crowds, visitors):
    at_home = [visitors.of("127.0.0.1", f"agent {number}") for number in range(50)]
    assert let_in(crowds, at_home) == 50
    assert not any(crowds.too_often(at_home[0], 1, START) for _ in range(1000))


def test_processes_count_together_in_a_file_that_does_not_grow(tmp_path, visitors):
    one, other = Crowds(tmp_path / "crowds"), Crowds(tmp_path / "crowds")
    size = (tmp_path / "crowds").stat().st_size
    agents = [visitors.of("11.0.0.1", f"agent {number}") for number in range(50)]
    assert let_in(one, agents[:25]) + let_in(other, agents[25:]) == IN_A_WINDOW[0]
    for story in range(20_000):
        other.is_full(agents[0], story, START)
    assert (tmp_path / "crowds").stat().st_size == size < 32 * 1024 * 1024


def test_ten_pages_a_second_for_half_an_hour_leave_room_to_count_in(crowds, visitors):
    def passes(visitor, kind, story, told=NOTHING_MORE):
        message = Message(b"", Sender("", ""), visitor, crowds, START)
        try:
            return bool(pipeline.from_no_crowd(Arriving({}, message, story=story, kind=kind, told=told)))
        except Stopped:
            return False

    refused = 0
    for number in range(18_000):
        reader = visitors.of(f"{20 + number // 250}.{number % 250}.{number % 7}.1", "agent")
        story = 1 + number % 2_000
        refused += not passes(reader, "view", story)
        for rail, length in (("also-read", 8), ("recommended", 5), ("most-read", 40)):
            stories = tuple(1 + (story * 7 + place * 31) % 2_000 for place in range(length))
            refused += not passes(reader, "rail_shown", story, Told(0, rail, 1, stories))
    cheat = [visitors.of("11.0.0.1", f"agent {number}") for number in range(400)]
    # Where hashes meet some pass or are refused, as some would be of views alone.
    assert sum(passes(one, "view", 9_999) for one in cheat) <= 15
    assert refused < 30
