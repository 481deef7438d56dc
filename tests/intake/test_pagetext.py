"""A page's text, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.intake.incoming import Unreadable
from kawaraban.intake.sources import listed, pagetext
from kawaraban.intake.sources.listed import Item
from tests.intake.pages import PAGE, SENTENCES


@pytest.fixture
def file(tmp_path):
    def of(content):
        path = tmp_path / "page.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return of


def test_the_story_comes_out_of_all_around_it():
    page = pagetext.taken_apart(PAGE)
    assert page.headline == "南港の魚市場、午後にも競り 小型船の水揚げ増で"
    assert (page.name, page.email, page.credits) == ("港野あかり", "akari@minami.example", ("南港日報",))
    assert page.paragraphs == SENTENCES


def test_lists_of_other_stories_come_back_with_what_stands_in_them_twice():
    page = pagetext.taken_apart(PAGE)
    ranking, recommended = page.rails
    assert (ranking.heading, ranking.numbered, len(ranking.items)) == ("[地域] ランキング", False, 2)
    assert recommended.numbered and recommended.items[0] == Item("朝市の新しい顔、干物の店", "くらし")
    assert listed.repeated(page.rails) == (4, 3, 1)
    assert page.section == "地域"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(file):
    path = file(b"\xef\xbb\xbf" + PAGE.replace("\n", "\r\n").encode())
    assert pagetext.open_file(path, public=False).page == pagetext.taken_apart(PAGE)


def test_a_page_without_signature_or_lists_is_read_by_what_stands_above_the_body():
    page = pagetext.taken_apart(PAGE[: PAGE.index("\n港野あかり\nakari")])
    assert (page.name, page.email, page.rails) == ("港野あかり", "", ())
    assert page.paragraphs == SENTENCES


def test_a_short_sentence_or_subheading_between_paragraphs_stays_in_the_body():
    page = pagetext.taken_apart(PAGE.replace(SENTENCES[1], "夕方の便は。"))
    assert page.paragraphs[1] == "夕方の便は。"


def test_a_list_without_indentation_is_told_by_its_order():
    lists = "人気\n• 1\n灯台に灯がともる\n• 2\n干物の店が開く\n"
    page = pagetext.taken_apart(PAGE[: PAGE.index("コメント3")] + lists)
    assert [(rail.heading, len(rail.items)) for rail in page.rails] == [("人気", 2)]
    assert page.rails[0].items[1].headline == "干物の店が開く"


def test_a_dek_below_the_headline_is_not_taken_for_it():
    dek = "朝の競りに間に合わない船が増えたことを受けて、市は氷と人手を午後にもそろえる方針を固めた"
    page = pagetext.taken_apart(PAGE.replace("\n港野あかり 記者", f"\n{dek}\n\n港野あかり 記者"))
    assert page.headline.startswith("南港の魚市場")


def test_what_the_story_says_reaches_no_markup(file):
    (story,) = pagetext.open_file(file(PAGE.replace("市場長は", "<b>市場長</b>は")), public=False).items()
    assert "&lt;b&gt;市場長&lt;/b&gt;" in story.body[1].html


def test_the_same_page_copied_on_another_day_is_the_same_story(file):
    (before,) = pagetext.open_file(file(PAGE), public=False).items()
    (after,) = pagetext.open_file(file(PAGE.replace("灯台の再点灯", "桟橋の改修")), public=False).items()
    assert before.origin == after.origin and before.fingerprint() == after.fingerprint()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        PAGE.encode("shift_jis", "replace"),
        PAGE.encode("utf-16"),
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b'<?xml version="1.0"?><rss><channel/></rss>',
        "\n".join(SENTENCES[:1]),
        "今日の天気\n\n晴れ\n",
        PAGE.replace(SENTENCES[0], SENTENCES[0] + "\0"),
    ],
    ids=["empty", "Shift_JIS", "UTF-16", "picture", "XML", "no headline", "no body", "NUL"],
)
def test_what_is_no_text_copy_of_a_page_is_refused_in_one_line(file, content):
    with pytest.raises(Unreadable) as refused:
        pagetext.open_file(file(content), public=False)
    assert len(str(refused.value).splitlines()) == 1


@given(st.text(st.sampled_from("。、 \n\t•1[]ア漢字ab.@:：写真")))
def test_any_text_is_taken_apart_or_refused(page):
    try:
        taken = pagetext.taken_apart(page)
    except Unreadable:
        return
    assert taken.headline and taken.paragraphs


_HEADLINE = st.text(st.sampled_from("港市場灯台船競り「」【】"), min_size=2, max_size=30)


@given(st.lists(st.lists(_HEADLINE, min_size=1, max_size=8), max_size=5), st.booleans())
def test_every_place_of_every_list_is_found(lists, numbered):
    lines = []
    for number, headlines in enumerate(lists):
        lines.append(f"見出し{number}号")
        for place, headline in enumerate(headlines, start=1):
            lines += [f"  • {place}", f"    {headline}", "    くらし"] if numbered else [f"  • {headline}"]
    rails = listed.rails_in(lines)
    assert [[item.headline for item in rail.items] for rail in rails] == lists
