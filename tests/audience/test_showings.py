"""What rails showed and what was chosen there, counted once and in the same way however the log comes."""

import itertools
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.audience import showings, snapshot
from kawaraban.audience.events import Event
from kawaraban.audience.fold import Fold
from kawaraban.audience.showings import CHOSEN, FIRST, LOWER, SHOWN, UPPER, WINDOW_MS
from kawaraban.audience.swaps import AFTER_READ, COUNTED, LEARNT, SHARE, swapped
from kawaraban.rails.slots import SLOTS
from kawaraban.recommendations.places import propensities

START = 1_780_000_000_000
RECOMMENDED = FIRST["recommended"]
PLAIN = next(edition for edition in range(1, 99) if not swapped(edition, "recommended"))
SWAPPED = next(edition for edition in range(1, 999) if swapped(edition, "recommended") == 2)

rails = st.sampled_from(["also-read", "recommended", AFTER_READ, "most-read"])
shown = st.builds(
    lambda rail, edition, stories: ("rail_shown", rail, edition, 0, tuple(stories)),
    rails, st.integers(0, 60), st.lists(st.integers(1, 9), min_size=1, max_size=9, unique=True),
)  # fmt: skip
clicked = st.builds(
    lambda rail, edition, place, story: ("rail_clicked", rail, edition, place, (story,)),
    rails, st.integers(0, 60), st.integers(1, 5), st.integers(1, 9),
)  # fmt: skip
doings = st.lists(st.tuples(st.integers(0, 3 * WINDOW_MS), st.integers(0, 3), shown | clicked), max_size=60)


@pytest.fixture
def swap_share():
    """Swaps are as readers have them."""


def rows(made):
    at, found = START, []
    for seq, (pause, visitor, (kind, rail, edition, place, stories)) in enumerate(made, start=1):
        at += pause
        found.append((seq, event(kind, visitor, stories, rail, edition, place, at_ms=at)))
    return found


def event(kind, visitor, stories, rail="recommended", edition=PLAIN, place=0, page=99, at_ms=START):
    who = (visitor + 1).to_bytes(8, "little")
    return Event(b"", at_ms, page, kind, who, False, place, rail, edition, tuple(stories))


def folded(*events):
    fold = Fold()
    fold.take(enumerate(events, start=1))
    return fold.showings


def told(fold):
    counted = fold.showings
    by_story = {story: counted.of(story).tolist() for story in counted.stories.number_of}
    return by_story, counted.plain.tolist(), counted.in_swaps.tolist()


@settings(max_examples=60)
@given(doings, st.lists(st.integers(0, 60), max_size=4))
def test_live_or_in_pieces_it_counts_the_same_and_no_more_clicks_than_showings(made, cuts):
    events = rows(made)
    whole, pieces = Fold(), Fold()
    whole.take(events)
    for first, last in itertools.pairwise([0, *sorted(cuts), len(events)]):
        pieces.take(events[first:last])
        pieces.take(events[max(0, first - 3) : last])
    assert told(whole) == told(pieces)
    for story in whole.showings.stories.number_of:
        for rail, first in FIRST.items():
            of_the_rail = whole.showings.of(story)[first : first + COUNTED[rail]].sum(axis=0)
            assert of_the_rail[CHOSEN] <= of_the_rail[SHOWN]


@settings(max_examples=60)
@given(doings, st.lists(st.integers(0, 60), max_size=4))
def test_when_more_is_shown_than_is_remembered_it_counts_the_same_in_pieces(made, cuts):
    events, whole, pieces, one_by_one = rows(made), Fold(), Fold(), Fold()
    with mock.patch.object(showings, "_MOST_REMEMBERED", 7):
        whole.take(events)
        for first, last in itertools.pairwise([0, *sorted(cuts), len(events)]):
            pieces.take(events[first:last])
        for row in events:
            one_by_one.take([row])
    assert told(whole) == told(pieces) == told(one_by_one)
    remembered = [fold.showings.kept() for fold in (whole, pieces, one_by_one)]
    for name in ("lately", "lately counted", "before", "before counted"):
        assert len({tuple(kept[name].tolist()) for kept in remembered}) == 1


@settings(max_examples=25)
@given(doings, st.integers(0, 60))
def test_from_a_snapshot_and_the_log_s_tail_it_counts_the_same(tmp_path_factory, made, cut):
    events, file = rows(made), tmp_path_factory.mktemp("kept") / "fold.npz"
    whole, before, after = Fold(), Fold(), Fold()
    whole.take(events)
    before.take(events[:cut])
    snapshot.write(file, before, {})
    snapshot.read(file, after)
    after.take(events)
    assert told(after) == told(whole)


def test_a_visitor_counts_once_for_a_story_and_rail_in_a_window_and_again_after_it():
    late = START + 2 * WINDOW_MS
    counted = folded(
        event("rail_shown", 1, [7, 8]),
        event("rail_shown", 1, [8, 7], page=5),
        event("rail_clicked", 1, [7], place=1),
        event("rail_clicked", 1, [7], place=2),
        event("rail_shown", 1, [7], "also-read"),
        event("rail_shown", 2, [7]),
        event("rail_shown", 1, [7], at_ms=late),
    )
    assert counted.of(7)[RECOMMENDED].tolist() == [3, 1]
    assert counted.of(8)[RECOMMENDED + 1].tolist() == [1, 0]
    assert counted.of(7)[FIRST["also-read"]].tolist() == [1, 0]


def test_a_click_counts_once_and_only_after_a_counted_showing_at_its_place():
    counted = folded(
        event("rail_clicked", 1, [7], place=3),
        event("rail_shown", 1, [5, 6, 7]),
        event("rail_clicked", 1, [7], place=5),
        event("rail_clicked", 1, [7], "also-read", place=3),
        event("rail_clicked", 2, [7], place=3),
    )
    assert counted.of(7)[:, SHOWN].sum() == 1 and not counted.of(7)[:, CHOSEN].any()
    clicked = event("rail_clicked", 1, [7], place=3)
    counted.take(clicked)
    counted.take(clicked)
    counted.count()
    assert counted.of(7)[RECOMMENDED + 2].tolist() == [1, 1]


def test_a_click_is_counted_with_the_edition_in_which_its_showing_was():
    counted = folded(
        event("rail_shown", 1, [1, 2, 3]),
        event("rail_shown", 1, [1, 2, 3], edition=SWAPPED),
        event("rail_clicked", 1, [3], edition=SWAPPED, place=3),
    )
    assert counted.plain[RECOMMENDED + 2].tolist() == [1.0, 1.0] and not counted.in_swaps.any()


def test_what_stood_in_swapped_places_is_counted_apart():
    counted = folded(
        event("rail_shown", 1, [1, 2, 3, 4], edition=SWAPPED),
        event("rail_clicked", 1, [3], edition=SWAPPED, place=3),
        event("rail_shown", 2, [1, 2, 3], edition=PLAIN),
    )
    assert counted.in_swaps[RECOMMENDED + 1].tolist() == [[1.0, 0.0], [1.0, 1.0]]
    assert counted.in_swaps[RECOMMENDED + 1, UPPER, SHOWN] == counted.in_swaps[RECOMMENDED + 1, LOWER, SHOWN]
    assert counted.plain[RECOMMENDED : RECOMMENDED + 5, SHOWN].tolist() == [1.0, 1.0, 1.0, 0.0, 0.0]


def test_a_rail_too_short_for_the_swapped_places_counts_as_ever():
    counted = folded(
        event("rail_shown", 1, [1, 2], edition=SWAPPED),
        event("rail_clicked", 1, [2], edition=SWAPPED, place=2),
    )
    assert counted.plain[RECOMMENDED + 1].tolist() == [1.0, 1.0] and not counted.in_swaps.any()


def test_a_click_with_what_stood_beside_it_is_there_to_learn_from():
    counted = folded(
        event("rail_shown", 1, [4, 5, 6]),
        event("rail_clicked", 1, [5], place=2),
        event("rail_clicked", 1, [6], place=1),  # not what stood there
        event("rail_clicked", 2, [5], place=2),  # nobody knows beside what
    )
    assert [(one.page, one.place, one.stories) for one in counted.choices] == [(99, 2, (4, 5, 6))]


def test_of_what_a_session_has_filled_stories_are_counted_and_neither_places_nor_weights_learn():
    counted = folded(
        event("rail_shown", 1, [4, 5, 6], AFTER_READ, SWAPPED),
        event("rail_clicked", 1, [5], AFTER_READ, SWAPPED, place=2),
    )
    assert counted.of(5)[FIRST[AFTER_READ] + 1].tolist() == [1, 1] and not counted.choices
    before = Fold().showings
    assert not counted.in_swaps.any() and not counted.plain[RECOMMENDED : RECOMMENDED + 5].any()
    assert propensities(counted).tolist() == propensities(before).tolist()
    five = slice(FIRST[AFTER_READ], FIRST[AFTER_READ] + 5)
    assert propensities(before)[five].tolist() == propensities(before)[RECOMMENDED : RECOMMENDED + 5].tolist()


def test_what_was_shown_to_nobody_for_two_days_is_forgotten_and_places_fade():
    fold = Fold()
    week = 7 * 24 * 3_600_000
    fold.take([(1, event("rail_shown", 1, [7])), (2, event("rail_shown", 1, [8], at_ms=START + week))])
    assert set(fold.showings.stories.number_of) == {8}
    assert fold.showings.plain[RECOMMENDED, SHOWN] == pytest.approx(1.5)


def test_an_event_of_a_rail_that_tells_nonsense_is_refused():
    refused = []
    fold = Fold(lambda seq, event, why: refused.append(seq))
    good = event("rail_clicked", 1, [5], place=2)
    bad = [good._replace(value=0), good._replace(stories=()), good._replace(stories=("5",))]
    of_no_page = good._replace(value=6)
    seen = event("rail_shown", 1, [4, 5])
    fold.take(enumerate([*bad, good._replace(edition=None), seen, good, of_no_page], start=1))
    assert refused == [1, 2, 3, 4] and fold.showings.of(5)[RECOMMENDED + 1].tolist() == [1, 1]


def test_swaps_are_as_many_as_said_and_of_all_neighbours_alike():
    for rail, places in LEARNT.items():
        assert places == SLOTS[rail].size
        found = np.bincount([swapped(edition, rail) for edition in range(1, 40_001)], minlength=places)
        assert len(found) == places
        assert found[1:].sum() / 40_000 == pytest.approx(SHARE, rel=0.05)
        assert found[1:] == pytest.approx(np.full(places - 1, found[1:].mean()), rel=0.15)
    assert swapped(0, "recommended") == 0
