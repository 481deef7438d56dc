"""What readers did with what they read is counted once, and only of what they read."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.audience import snapshot
from kawaraban.audience.events import Event
from kawaraban.audience.fold import WINDOW_MS, Fold
from kawaraban.audience.responses import LONGEST
from tests.audience.test_fold import START

KINDS = ("view", "engaged", "share", "discussion")


def rows(moves):
    at, made = START, []
    for seq, (pause, kind, story, visitor, value) in enumerate(moves, start=1):
        at += pause
        made.append((seq, Event(b"%16d" % seq, at, story, kind, bytes([visitor + 1]) * 8, value=value)))
    return made


moves = st.lists(
    st.tuples(
        st.integers(0, WINDOW_MS // 2),
        st.sampled_from(KINDS),
        st.integers(1, 4),
        st.integers(0, 3),
        st.integers(1, 1800),
    ),
    max_size=120,
)


def told(fold, now):
    responses = {name: fold._by_story(hours.totals(now)) for name, hours in fold.responses.counts.items()}
    return responses, fold._by_story(fold.of_the_hour.totals(now))


@settings(max_examples=40)
@given(moves, st.integers(0, 120))
def test_in_pieces_and_from_a_snapshot_it_counts_the_same(tmp_path_factory, made, cut):
    events, file = rows(made), tmp_path_factory.mktemp("kept") / "fold.npz"
    now = (events[-1][1].at_ms if events else START) / 1000
    whole, before, after = Fold(), Fold(), Fold()
    whole.take(events)
    before.take(events[:cut])
    snapshot.write(file, before, {})
    assert snapshot.read(file, after) == {}
    after.take(events)
    assert told(after, now) == told(whole, now)


@settings(max_examples=40)
@given(moves)
def test_nobody_adds_more_than_one_of_a_kind_and_the_longest_stay_in_a_reading(made):
    fold, refused = Fold(), []
    fold._refused = lambda *told: refused.append(told)
    events = rows(made)
    fold.take(events)
    now = (events[-1][1].at_ms if events else START) / 1000
    responses, _ = told(fold, now)
    read = fold.readers(now)
    assert not refused
    for name in ("stayed", "shared", "discussed"):
        assert all(count <= read[story] for story, count in responses[name].items())
    assert all(count <= LONGEST * responses["stayed"][story] for story, count in responses["seconds"].items())
    assert responses["seconds"].keys() == responses["stayed"].keys()


def test_what_was_never_opened_is_neither_shared_nor_stayed_with():
    fold = Fold()
    fold.take(rows([(0, "view", 1, 0, 0), (0, "share", 2, 0, 0), (0, "engaged", 1, 1, 60)]))
    assert told(fold, START / 1000)[0] == {"seconds": {}, "stayed": {}, "shared": {}, "discussed": {}}


def test_seconds_add_up_to_the_longest_and_anew_with_the_next_reading():
    fold = Fold()
    stay = [(0, "engaged", 1, 0, 500), (0, "engaged", 1, 0, 300), (0, "engaged", 1, 0, 1800)]
    fold.take(rows([(0, "view", 1, 0, 0), *stay, (0, "share", 1, 0, 0), (0, "share", 1, 0, 0)]))
    responses, _ = told(fold, START / 1000)
    assert responses["seconds"] == {1: LONGEST} and responses["stayed"] == {1: 1}
    assert responses["shared"] == {1: 1} and responses["discussed"] == {}
    again = Fold()
    again.take(rows([(0, "view", 1, 0, 0), *stay, (WINDOW_MS, "view", 1, 0, 0), (0, "engaged", 1, 0, 7)]))
    assert told(again, (START + WINDOW_MS) / 1000)[0]["seconds"] == {1: LONGEST + 7}


def test_an_event_without_seconds_is_a_dead_letter_and_the_fold_goes_on():
    refused = []
    fold = Fold(lambda seq, event, why: refused.append((seq, why)))
    fold.take(rows([(0, "view", 1, 0, 0), (0, "engaged", 1, 0, None), (0, "engaged", 1, 0, 9)]))
    assert refused == [(2, "engaged for no seconds")]
    assert told(fold, START / 1000)[0]["seconds"] == {1: 9}


def test_readings_fall_out_of_a_quarter_of_an_hour_by_the_minute():
    fold = Fold()
    fold.take(rows([(0, "view", 1, 0, 0), (5 * 60_000, "view", 2, 1, 0), (10 * 60_000, "view", 3, 2, 0)]))
    now = (START + 15 * 60_000) / 1000
    assert fold._by_story(fold.of_the_hour.totals(now, 15)) == {2: 1, 3: 1}
    assert fold._by_story(fold.of_the_hour.totals(now)) == {1: 1, 2: 1, 3: 1}
    assert fold._by_story(fold.of_the_hour.totals(now + 3600)) == {}


def test_with_a_forgotten_story_goes_what_was_done_with_it():
    fold = Fold()
    fold.take(rows([(0, "view", 1, 0, 0), (0, "share", 1, 0, 0), (9 * 24 * 3_600_000, "view", 2, 1, 0)]))
    assert 1 not in fold.stories.number_of
    assert not fold.responses.shared.totals(START / 1000).any()
