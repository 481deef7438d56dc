"""Search as the pages above rely on it: pages, order, snippets, and whatever people type."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kawaraban.search import query
from kawaraban.search.indexing import index, rebuild
from kawaraban.search.query import search
from kawaraban.stories.models import Story
from kawaraban.stories.publish import withdraw


def found(q, **named):
    return [hit.card.id for hit in search(q, **named).hits]


def test_only_what_is_published_is_found(write):
    write(1, "港の再開発", "倉庫は残す。")
    assert found("倉庫") == [1]
    write(1, "港の再開発", "市場は残す。")
    assert found("倉庫") == [] and found("市場") == [1]
    withdraw(1)
    assert found("市場") == []
    write(1, "港の再開発", "市場は残す。")
    assert found("市場") == [1]


def test_a_withdrawn_story_is_not_found_where_the_index_lags(write, settings):
    write(1, "港の再開発")
    settings.AFTER_STORY_PUBLISHED = []
    withdraw(1)
    assert index().indexed() == [1]
    assert search("港").total == 0 and found("港", order="newest") == []
    rebuild()
    assert index().indexed() == []


def test_a_rebuild_finds_what_was_published_without_the_index(write, settings):
    settings.AFTER_STORY_PUBLISHED = []
    for number in range(1, 6):
        write(number, f"港の再開発 その{number}")
    assert found("港") == []
    told = []
    assert rebuild(lambda done, total: told.append((done, total))) == 5
    assert told == [(5, 5)]
    assert sorted(found("港")) == [1, 2, 3, 4, 5]
    assert rebuild() == 5
    assert sorted(found("港")) == [1, 2, 3, 4, 5]


def test_a_headline_counts_for_more_than_names_dek_and_body(write):
    filler = "この町では毎年の夏に祭りがあり、多くの人が集まる。"
    write(4, "灯台の話", filler)
    write(3, "海の話", filler, topics=("灯台",))
    write(2, "岬の話", filler, dek="灯台のある岬を歩く")
    write(1, "磯の話", f"{filler}灯台が見える。{filler}")
    assert found("灯台") == [4, 3, 2, 1]


def test_newest_first(write):
    write(1, "灯台、灯台、灯台")
    write(2, "岬", "灯台が見える。")
    assert found("灯台") == [1, 2]
    assert found("灯台", order="newest") == [2, 1]


def test_pages_of_twenty(write):
    for number in range(1, 46):
        write(number, f"灯台めぐり {number}")
    first, second, third = (search("灯台", page=page, order="newest") for page in (1, 2, 3))
    assert [hit.card.id for hit in first.hits] == list(range(45, 25, -1))
    assert (first.total, first.next_page, second.next_page, third.next_page) == (45, True, True, False)
    assert len(third.hits) == 5
    beyond = search("灯台", page=10**30)
    assert (beyond.hits, beyond.total, beyond.next_page) == ([], 45, False)
    assert search("灯台", page=-3).page == 1


@pytest.mark.parametrize("order", ["fitting", "newest"])
def test_of_too_many_the_newest_are_found(write, monkeypatch, order):
    for number in range(1, 9):
        write(number, f"灯台めぐり {number}", "灯台、灯台、灯台。" if number < 4 else "")
    assert search("灯台", order=order).has_all
    monkeypatch.setattr(query, "MOST", 5)
    results = search("灯台", order=order)
    assert results.total == 5 and not results.has_all
    assert sorted(hit.card.id for hit in results.hits) == [4, 5, 6, 7, 8]
    assert found("灯", order=order)[0] in range(4, 9)


def test_a_snippet_marks_what_was_searched_for_as_it_was_written(write):
    write(1, "見出し", "前の文。ＡＴＡＣＭＳと<i>ｶﾞｽ</i> &amp; 水の話。" + "後の文。" * 60)
    (hit,) = search("atacms ガス").hits
    assert hit.snippet.startswith("…<mark>ＡＴＡＣＭＳ</mark>と<mark>ｶﾞｽ</mark> &amp; 水の話。")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet) < 200


def test_a_snippet_escapes_all_but_its_marks(write):
    write(1, "見出し", "&lt;script&gt;alert(1)&lt;/script&gt;の灯台\"'")
    (hit,) = search("灯台 script").hits
    assert "<mark>灯台</mark>" in hit.snippet and "&lt;<mark>script</mark>&gt;" in hit.snippet
    assert "<script" not in hit.snippet and '"' not in hit.snippet


def test_a_snippet_does_not_mark_near_misses(write):
    write(1, "見出し", "F-350とF-35、cafeteriaとcafé、東京都と、京都。")
    (hit,) = search("f35 cafe").hits
    assert "F-350と<mark>F-35</mark>、cafeteriaと<mark>café</mark>" in hit.snippet


def test_a_snippet_is_cut_between_characters_people_see(write):
    family = "👨‍👩‍👧‍👦"
    write(1, "見出し", family * 200 + "灯台" + family * 200)
    (hit,) = search("灯台").hits
    plain = hit.snippet.replace("<mark>灯台</mark>", "")
    assert set(plain.strip("…").split(family)) == {""} and "<mark>" in hit.snippet


@pytest.mark.parametrize(
    ("before", "after", "seen", "most"),
    [
        ("港", "町", "…" + "港" * 18, 62),
        ("海に沿う古い倉庫の並ぶ、", "町", "…海に沿う古い倉庫の並ぶ、", 62),
        ("the old storehouses ", "by the sea ", "…old storehouses the old storehouses ", 124),
    ],
)
def test_what_was_found_stands_early_in_a_snippet_of_three_lines_of_a_phone(write, before, after, seen, most):
    write(1, "見出し", before * 40 + "灯台" + after * 100)
    (hit,) = search("灯台").hits
    assert hit.snippet.startswith(f"{seen}<mark>灯台</mark>")
    plain = hit.snippet.replace("<mark>", "").replace("</mark>", "").strip("…")
    assert most - 4 <= len(plain) <= most


def test_a_match_longer_than_a_snippet_is_marked_as_far_as_it_is_seen(write):
    write(1, "見出し", "港" * 100)
    (hit,) = search("港" * 90).hits
    assert hit.snippet == f"<mark>{'港' * 62}</mark>…"


def test_a_match_outside_the_body_shows_where_it_stands(write):
    write(1, "見出し", "本文。", dek="灯台のある岬")
    write(2, "灯台の見出し", "本文は別の話。")
    snippets = {hit.card.id: hit.snippet for hit in search("灯台").hits}
    assert snippets == {1: "<mark>灯台</mark>のある岬", 2: "<mark>灯台</mark>の見出し"}


def test_a_match_in_a_name_shows_how_the_story_begins(write):
    write(1, "見出し", "本文の始まり。", person="みさきななみ")
    assert [hit.snippet for hit in search("みさきななみ").hits] == ["本文の始まり。"]


NOTHING_TO_FIND = [
    "",
    " ",
    "　",
    "!!!",
    "。、「」",
    '"',
    '""',
    "''",
    "*",
    "\\",
    "\\'",
    "%",
    "\ufeff",
    "¶",
    "・",
    "🏯",
]
SYNTAX = [
    *('"港', '港"', "'港'", "港*", "^港", "港:*", "-港", "(港", "港)", "NEAR(港 岬)", "headline:港"),
    *("{headline} : 港", "港 AND", "OR", "NOT 港", "a OR b", "港 & !", "港 <-> 岬", "港¶岬"),
    *("%s", "%(q)s", "港;DROP TABLE stories_story", "x" * 99 + "港"),
]
UNSEEN = ["\x00", "港\x00", "\ud800", "\udfff港", "\u202e港", "\x1b[31m", "\u3099"]
LONG = ["e" + "\u0301" * 100_000, "港" * 50_000, "a " * 50_000, "ab" * 50_000, "9" * 100_000, "ﷺ" * 100]
ODD = ["㍿㌔", "ー", "ß ẞ", "İı"]
HOSTILE = [*NOTHING_TO_FIND, *SYNTAX, *UNSEEN, *LONG, *ODD]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_whatever_is_typed_is_answered(write, number):
    write(1, "港と岬", "灯台。")
    results = search(HOSTILE[number])
    assert len(results.hits) <= 1 and results.total == len(results.hits)
    assert search(HOSTILE[number], order="newest").total == results.total
    results.q.encode()


def test_what_nobody_sees_does_not_hide_a_word(write):
    write(1, "港と岬")
    assert found("\u202e港\x00") == [1] and search("\ud800港\n").q == "港"
    assert found('"港" AND') == [] and found('"港"') == [1]


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_piece_of_a_sentence_finds_it(write, data):
    sentence = data.draw(
        st.text(
            st.sampled_from("東京都第3回Ｆ35ｶﾞイランのさくらーatacmséゔ々々𠮷、。・- \u3099"),
            min_size=1,
            max_size=40,
        )
    )
    write(1, sentence.strip() or "空", sentence)
    kept = Story.objects.get(pk=1).headline
    for word in kept.split():
        results = search(word[:50])
        assert results.total in (0, 1)
        if any(one.isalnum() for one in word[:50]) and len(word) <= 50:
            assert results.total == 1
            assert "<mark>" in results.hits[0].snippet


def test_a_long_story_is_indexed_and_found_by_its_end(write):
    filler = "".join(chr(0x4E00 + number * 7 % 8_000) for number in range(10_000))
    write(1, "長い話", f"{filler}。岬の終わり。{'x' * 10_000}")
    assert found("岬の終わり") == [1]
    assert found("x" * 100) == [1]  # a word is known by its first 60 letters
