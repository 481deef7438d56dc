import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.recommendations.subjects import Subjects
from kawaraban.recommendations.variety import MOST_OF_A_SUBJECT, SAME_SUBJECT, Variety


def alike_within(subjects, likeness=0.5):
    """Tables in which the stories of each subject are alike."""
    return {
        story: tuple((other, likeness) for other in subject if other != story)
        for subject in subjects
        for story in subject
    }


def subjects(alike):
    told = Subjects({})
    told.work(alike, math.inf)
    return told.large


def test_what_is_of_another_subject_comes_before_more_of_the_same():
    variety = Variety(alike_within([range(1, 7)]))
    assert variety.choose([1, 2, 3, 4, 5, 6, 20, 21], 5)[0] == 1
    assert {20, 21} <= set(Variety(alike_within([range(1, 7)])).choose([1, 2, 20, 3, 21, 4, 5, 6], 4))


def test_without_likeness_the_order_stays():
    assert Variety({}).choose([5, 3, 9, 1], 3) == [5, 3, 9]
    assert Variety({}).choose([], 3) == []


def test_a_page_never_tells_of_a_subject_five_times():
    variety = Variety(alike_within([range(1, 20)]))
    first, second = variety.choose(range(1, 9), 6), variety.choose(range(9, 20), 6)
    assert len(first) == MOST_OF_A_SUBJECT and second == []


@pytest.mark.parametrize("stories", [20, 30, 40, 100, 400])
def test_nor_of_an_event_that_has_more_stories_than_a_row_has_places(stories):
    chance = random.Random(stories)
    event = range(stories)
    alike = {
        story: tuple((other, 0.5) for other in chance.sample([one for one in event if one != story], 19))
        for story in event
    }
    variety = Variety(alike, subjects(alike))
    first, second = variety.choose(event[:16], 8), variety.choose(event[16:], 5)
    assert len(first) == MOST_OF_A_SUBJECT and second == []


def test_a_story_between_two_events_makes_no_single_one_of_them():
    one, other = range(1, 7), range(11, 17)
    alike = alike_within([one, other])
    alike[20] = ((1, 0.5), (11, 0.5))
    of = subjects(alike)
    assert {*one, *other} <= of.keys()
    assert [len({of[story] for story in event}) for event in (one, other, (*one, *other))] == [1, 1, 2]


def test_a_subject_that_a_page_may_show_whole_needs_no_number():
    small, large = range(MOST_OF_A_SUBJECT), range(10, 11 + MOST_OF_A_SUBJECT)
    assert subjects(alike_within([small, large])).keys() == {*large}
    assert subjects(alike_within([large], SAME_SUBJECT - 0.01)) == {}


@given(
    st.lists(st.integers(0, 40), unique=True, max_size=30),
    st.integers(0, 8),
    st.integers(2, 9),
    st.floats(SAME_SUBJECT, 1),
)
def test_what_is_chosen_was_offered_once_and_of_no_subject_too_often(offered, most, events, likeness):
    tables = alike_within([range(start, 41, events) for start in range(events)], likeness)
    chosen = Variety(tables, subjects(tables)).choose(offered, most)
    assert len(chosen) == len(set(chosen)) <= most and set(chosen) <= set(offered)
    for event in range(events):
        assert sum(story % events == event for story in chosen) <= MOST_OF_A_SUBJECT
    if chosen:
        assert chosen[0] == offered[0]


rows = st.dictionaries(st.integers(0, 14), st.floats(SAME_SUBJECT - 0.02, 1), max_size=6).map(
    lambda row: tuple(sorted(row.items(), key=lambda one: -one[1]))
)
tables = st.dictionaries(st.integers(0, 14), rows, max_size=15).map(
    lambda rows: {story: tuple(one for one in row if one[0] != story) for story, row in rows.items()}
)


@given(st.lists(tables, min_size=1, max_size=5))
def test_subjects_told_row_by_row_are_those_of_all_rows_at_once(one_after_another):
    told = Subjects({})
    for alike in one_after_another:
        told.work(alike, math.inf)
        assert told.large == subjects(alike)


def test_subjects_serve_as_they_were_until_those_of_other_tables_are_told():
    event, larger = alike_within([range(30)]), alike_within([range(40)])
    told = Subjects({7: 7})
    told.work(event, 0)
    assert told.large == {7: 7}
    # Newer tables keep nothing from its end.
    while not told.work(larger, 0):
        assert told.large == {7: 7}
    assert told.large == subjects(event)
    while not told.work(larger, 0):
        pass
    assert told.large == subjects(larger) and not told.work(larger, math.inf)
