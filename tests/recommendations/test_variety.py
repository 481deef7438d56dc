from hypothesis import given
from hypothesis import strategies as st

from kawaraban.recommendations.variety import MOST_OF_A_SUBJECT, SAME_SUBJECT, Variety


def alike_within(subjects, likeness=0.5):
    """Tables in which the stories of each subject are alike."""
    return {
        story: tuple((other, likeness) for other in subject if other != story)
        for subject in subjects
        for story in subject
    }


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


@given(
    st.lists(st.integers(0, 40), unique=True, max_size=30),
    st.integers(0, 8),
    st.integers(2, 9),
    st.floats(SAME_SUBJECT, 1),
)
def test_what_is_chosen_was_offered_once_and_of_no_subject_too_often(offered, most, subjects, likeness):
    tables = alike_within([range(start, 41, subjects) for start in range(subjects)], likeness)
    chosen = Variety(tables).choose(offered, most)
    assert len(chosen) == len(set(chosen)) <= most and set(chosen) <= set(offered)
    for subject in range(subjects):
        assert sum(story % subjects == subject for story in chosen) <= MOST_OF_A_SUBJECT
    if chosen:
        assert chosen[0] == offered[0]
