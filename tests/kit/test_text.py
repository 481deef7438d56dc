import pytest
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.kit import text


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("瓦版", 2),
        ("がぎぐ", 3),
        ("が", 1),  # か and the voicing mark
        ("👨‍👩‍👧‍👦", 1),
        ("🇯🇵🇫🇷", 2),
        ("e\u0301" * 3, 3),
        ("葛\U000e0100城", 2),  # with a variation selector
        ("", 0),
    ],
)
def test_characters_are_counted_as_people_count_them(words, count):
    assert text.characters(words) == count


def test_a_cut_never_splits_a_character():
    assert text.first_characters("👨‍👩‍👧‍👦が家", 1) == "👨‍👩‍👧‍👦…"
    assert text.first_characters("三文字", 3) == "三文字"


@pytest.mark.parametrize("twin", ["ＡＴＡＣＭＳ", "atacms", "ATACMS", "ＡｔＡｃＭｓ"])
def test_what_readers_take_for_the_same_is_folded_to_the_same(twin):
    assert text.folded(twin) == "atacms"


def test_unseen_characters_go_and_text_stays():
    assert text.without_unseen("a\x00b\u202ec\ud800d\r\ne\tf") == "abcd\ne\tf"
    assert text.one_line(" 一　\n 行 ") == "一 行"


@given(st.text())
def test_phrases_joined_are_the_text(words):
    assert "".join(text.phrases(words)) == words


def test_a_headline_breaks_between_phrases_and_other_scripts_at_their_blanks():
    assert len(text.phrases("交渉の切り札か、撤退の兆しか")) > 2
    assert text.phrases("汐見映画祭、開幕")[0] == "汐見映画祭、"
    assert text.phrases("A headline in English") == ["A headline in English"]


@given(st.text(alphabet="港の再開発、倉庫街を残す　abc 「」ガ\u3000", max_size=40))
def test_breaks_of_a_line_end_with_it_and_never_begin_a_line_with_a_blank(line):
    found = text.breaks(line)
    assert found == sorted(set(found)) and (found[-1:] or [0]) == [len(line)]
    assert all(line[at] != "\u3000" for at in found[:-1])
