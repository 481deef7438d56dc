"""Charts list what is read, shared, discussed and stayed with, each story once and with evidence."""

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from kawaraban.audience.fold import Fold
from kawaraban.rankings import formulas
from kawaraban.rankings.charts import FEWEST, LENGTH, Measures, charts, measured
from tests.audience.test_fold import START
from tests.audience.test_responses import rows

MANY = 40
columns = some.lists(some.integers(0, 60), min_size=MANY, max_size=MANY).map(np.array)


@some.composite
def measures(draw):
    read = dict(zip(("quarter", "hour", "day", "week"), (draw(columns) for _ in range(4)), strict=True))
    stayed = draw(columns)
    return Measures(
        read=read,
        seconds=stayed * draw(some.integers(1, 900)),
        stayed=stayed,
        shared=draw(columns),
        opened=draw(columns),
        comments=draw(columns),
        expected=draw(columns).astype(float),
    )


@given(measures(), some.sets(some.integers(0, MANY - 1)))
def test_a_chart_has_each_story_once_none_of_another_section_and_never_a_few(told, numbers):
    stories = np.arange(101, 101 + MANY)
    section = np.array(sorted(numbers), np.int64)
    for chart in charts(told, stories, section).values():
        listed = [story for story, _, _ in chart]
        assert len(set(listed)) == len(listed) <= LENGTH
        assert not chart or len(chart) >= FEWEST
        assert {story - 101 for story in listed} <= numbers


@given(measures())
def test_charts_stand_in_the_order_of_what_they_say(told):
    made = charts(told, np.arange(MANY), np.arange(MANY))
    for name in ("quarter", "hour", "day", "week", "shared"):
        counts = [count for _, count, _ in made[name]]
        assert counts == sorted(counts, reverse=True) and all(count >= 2 for count in counts)
    worths = [formulas.discussed(comments, opened) for _, comments, opened in made["discussed"]]
    assert worths == sorted(worths, reverse=True)


@given(measures(), some.permutations(range(MANY)), some.sets(some.integers(0, MANY - 1)))
def test_of_as_many_readers_the_one_more_read_in_a_week_stands_first_then_the_newer(told, stories, section):
    week = told.read["week"]
    made = charts(told, np.array(stories), np.array(sorted(section), np.int64))
    for name, counts in {**told.read, "shared": told.shared}.items():
        having = [number for number in section if counts[number] >= (3 if name in ("day", "week") else 2)]
        having.sort(key=lambda number: (counts[number], week[number], stories[number]), reverse=True)
        whole = [(stories[number], counts[number], 0) for number in having[:LENGTH]]
        assert list(made[name]) == (whole if len(whole) >= FEWEST else [])


def test_how_long_a_story_takes_is_asked_only_where_enough_stayed_to_tell():
    stays = {1: 12, 2: 9, 3: 10, 4: 0}
    moves = [(0, "view", story, visitor, 0) for visitor in range(12) for story in stays]
    moves += [(0, "engaged", story, visitor, 30) for story, many in stays.items() for visitor in range(many)]
    fold, asked = Fold(), []
    fold.take(rows(moves))
    told = measured(fold, {5: 1}, lambda story: asked.append(story) or 60.0, START / 1000)
    assert asked == [1, 3] and told.expected.tolist() == [60, 0, 60, 0] and not told.comments.any()


@given(measures(), some.integers(0, MANY - 1))
def test_more_readers_never_put_a_story_further_down(told, number):
    def place(measures):
        listed = [story for story, _, _ in charts(measures, np.arange(MANY), np.arange(MANY))["hour"]]
        return listed.index(number) if number in listed else MANY

    hour = told.read["hour"].copy()
    hour[number] += 5
    assert place(dataclasses.replace(told, read={**told.read, "hour": hour})) <= place(told)


def test_what_readers_did_reaches_the_charts():
    moves = [(0, "view", story, visitor, 0) for visitor in range(12) for story in (1, 2, 3, 4)]
    moves += [(0, "share", story, visitor, 0) for story in (1, 2, 3) for visitor in range(2 + story)]
    moves += [(0, "discussion", story, visitor, 0) for story in (2, 3) for visitor in range(4)]
    moves += [(0, "engaged", story, visitor, 30 * story) for story in (1, 2, 3, 4) for visitor in range(12)]
    fold = Fold()
    fold.take(rows(moves))
    told = measured(fold, {1: 1}, lambda story: 60.0, START / 1000)
    made = charts(told, np.array(fold.stories.stories), fold.stories.numbers((1, 2, 3, 4)))
    assert made["quarter"] == made["week"] == ((4, 12, 0), (3, 12, 0), (2, 12, 0), (1, 12, 0))
    assert made["shared"] == ((3, 5, 0), (2, 4, 0), (1, 3, 0))
    # A comment is worth more than four who only look.
    assert made["discussed"] == ((1, 1, 0), (3, 0, 4), (2, 0, 4))
    assert made["engaged"][0] == (4, 120, 60) and [story for story, _, _ in made["engaged"]] == [4, 3, 2, 1]


def test_one_who_stays_for_hours_does_not_lead_many_who_read_to_the_end():
    moves = [(0, "view", story, visitor, 0) for visitor in range(12) for story in (1, 2, 3)]
    moves += [(0, "engaged", 1, visitor, 5 if visitor else 1800) for visitor in range(12)]
    moves += [(0, "engaged", story, visitor, 110) for visitor in range(12) for story in (2, 3)]
    fold = Fold()
    fold.take(rows(moves))
    told = measured(fold, {}, lambda story: 60.0, START / 1000)
    chart = charts(told, np.array(fold.stories.stories), fold.stories.numbers((1, 2, 3)))["engaged"]
    assert [story for story, _, _ in chart][-1] == 1


@given(some.integers(1, 60_000), some.integers(1, 500), some.floats(0.1, 10.0))
def test_engagement_lies_between_what_was_seen_and_what_was_expected(characters, readers, times):
    expected = formulas.reading_time(characters, "ja")
    found = formulas.engagement(times * expected * readers, readers, expected)
    low, high = sorted((1.0, times))
    assert low - 1e-9 <= found <= high + 1e-9
    more = formulas.engagement(times * expected * readers * 10, readers * 10, expected)
    assert abs(more - times) <= abs(found - times) + 1e-9


@given(some.integers(0, 60_000))
def test_japanese_takes_longer_by_the_character_and_nothing_takes_no_time(characters):
    ja, en = formulas.reading_time(characters, "ja"), formulas.reading_time(characters, "en-gb")
    assert 0 < en <= ja and formulas.reading_time(1000, "ja") == 120.0
