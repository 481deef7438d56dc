import random

import pytest

from kawaraban.recommendations import japanese, terms
from kawaraban.recommendations.likeness import NEAREST, Likeness, Matter


def matter(number, words, topics=(), storyline=""):
    return Matter(number, words, frozenset(topics), frozenset(), storyline)


def likeness_of(stories, likeness=None, version=1):
    """All of them and no others, looked at to the end."""
    likeness = likeness or Likeness()
    by_id = {one.id: one for one in stories}
    likeness.update(dict.fromkeys(by_id, version), lambda ids: [by_id[one] for one in ids])
    while likeness.busy:
        likeness.work(1)
    return likeness


STORIES = [
    matter(1, "汐見港の再開発計画を市議会が可決した。倉庫街は残す。", ["harbor"]),
    matter(2, "港の再開発で倉庫街の改修費を市が試算した。市議会に示す。", ["harbor"]),
    matter(3, "準衛星が見つかり、第二の月と呼ばれている。観測が続く。"),
    matter(4, "第二の月を観測する望遠鏡が、準衛星の軌道を確かめた。"),
    matter(5, "高校野球の決勝で、逆転の一打が出た。"),
    matter(6, "為替市場で円が急伸し、輸出企業の株が売られた。"),
]
PLACES = ["札幌", "仙台", "新潟", "金沢", "高松", "福岡", "那覇", "長崎", "松江", "秋田"]
MATTERS = ["火災", "選挙", "公演", "豪雨", "裁判", "開通", "発掘", "決算", "優勝", "閉店"]


def many(count):
    """Stories of a hundred matters, each told in a few ways."""
    chance = random.Random(7)
    told = []
    for number in range(count):
        place, what = PLACES[number % 10], MATTERS[number // 10 % 10]
        rest = "".join(chance.choices("山川空海風雨雪花鳥月星光音色形道町村里森林田畑港島岬浜", k=60))
        told.append(
            matter(number, f"{place}で{what}があった。{place}の{what}は{number % 7 + 1}日に及ぶ。{rest}")
        )
    return told


def test_stories_of_one_matter_are_alike_and_others_are_not():
    tables = likeness_of(STORIES).tables()
    assert tables[1][0][0] == 2 and tables[3][0][0] == 4
    assert all(0 < weight <= 1 for row in tables.values() for _, weight in row)
    assert 1 not in dict(tables[3])


def test_only_a_change_is_one_and_what_is_gone_is_forgotten():
    likeness = likeness_of(STORIES)
    versions = {one.id: 1 for one in STORIES}
    assert not likeness.update(versions, lambda _: pytest.fail("nothing is to be read again"))
    assert not likeness.busy
    del versions[1]
    assert likeness.update(versions, lambda _: [])
    assert 1 not in likeness.tables() and 1 not in dict(likeness.tables()[2])


def test_a_story_told_anew_is_alike_to_others():
    likeness = likeness_of(STORIES)
    again = [*STORIES[:4], matter(5, "準衛星の観測を、第二の月を追う望遠鏡で高校生が続ける。"), STORIES[5]]
    by_id = {one.id: one for one in again}
    versions = {one.id: 2 if one.id == 5 else 1 for one in again}
    likeness.update(versions, lambda ids: [by_id[one] for one in ids])
    while likeness.busy:
        likeness.work(1)
    assert {story for story, _ in likeness.tables()[5][:2]} == {3, 4}
    assert 5 in dict(likeness.tables()[3])


def test_one_story_after_another_gives_the_rows_of_all_at_once():
    told = many(80)
    at_once = likeness_of(told).tables()
    one_by_one = Likeness()
    for end in range(1, len(told) + 1):
        likeness_of(told[:end], one_by_one)
    for story, row in one_by_one.tables().items():
        there = dict(at_once[story])
        assert len(set(dict(row)) & set(there)) >= 0.9 * min(NEAREST, len(there))
        assert all(abs(alike - there[other]) < 0.1 for other, alike in row if other in there)


def test_a_row_out_of_which_stories_went_is_as_full_as_before():
    told = many(160)
    likeness = likeness_of(told)
    gone = {story for story, _ in likeness.tables()[0]}
    left = likeness_of([one for one in told if one.id not in gone], likeness).tables()
    assert len(left[0]) == NEAREST and not gone & set(dict(left[0]))


def test_the_newest_are_looked_at_first_and_work_stops_when_asked():
    told = many(300)
    by_id = {one.id: one for one in told}
    read = []

    def reading(ids):
        read.extend(ids)
        return [by_id[one] for one in ids]

    likeness = Likeness()
    likeness.update(dict.fromkeys(by_id, 1), reading)
    assert not likeness.work(0) and likeness.busy and not read
    while likeness.busy:
        likeness.work(0.001)
    assert read == list(by_id)
    assert next(iter(likeness.tables())) == 0


def test_rows_of_an_earlier_run_stand_until_there_are_new_ones():
    likeness = Likeness({1: [(5, 0.4), (99, 0.3)], 99: [(1, 0.3)]})
    by_id = {one.id: one for one in STORIES}
    likeness.update(dict.fromkeys(by_id, 1), lambda ids: [by_id[one] for one in ids])
    assert likeness.tables() == {1: ((5, 0.4),)}
    likeness.work(10)
    assert likeness.tables()[1][0][0] == 2


def test_what_is_filed_alike_is_more_alike_and_a_rare_topic_says_more():
    told = [
        *STORIES,
        matter(7, "高校野球の決勝は雨で延びた。", ["all"]),
        matter(8, "逆転の一打、高校野球の夏", ["all"]),
    ]
    bare = dict(likeness_of(told).tables()[7])[8]
    broad = [matter(one.id, one.words, ["all", *one.topics]) for one in told]
    rare = [matter(one.id, one.words, ["all", *(["final"] if one.id > 6 else [])]) for one in told]
    of_a_line = [matter(one.id, one.words, [], "summer" if one.id > 6 else "") for one in told]
    assert dict(likeness_of(broad).tables()[7])[8] < bare
    assert dict(likeness_of(rare).tables()[7])[8] > dict(likeness_of(broad).tables()[7])[8]
    assert dict(likeness_of(of_a_line).tables()[7])[8] > dict(likeness_of(broad).tables()[7])[8]


def test_a_headline_finds_its_story_and_not_one_that_lists_it_at_its_end():
    headline = "台風14号、小笠原諸島を通過"
    own = "気象庁によると、台風14号は15日午後、小笠原諸島の父島を通り、北へ向かっている。" + "風が強い。" * 40
    lists = "横浜の港では帆船の催しが始まった。" + "客船も並ぶ。" * 60 + f"関連する記事 {headline}"
    likeness = likeness_of([matter(1, own), matter(2, lists), *many(40)[10:]])
    assert [story for story, _ in likeness.nearest(headline, 2)] == [1, 2]


@pytest.mark.parametrize(
    ("one", "alike", "other"),
    [
        ("Harbour workers strike over pensions", "Striking workers close the harbour", "A comet passes by"),
        ("서울 지하철 파업이 시작됐다", "지하철 파업, 서울 시민 불편", "새 망원경이 달을 찍었다"),
        ("รถไฟฟ้าสายใหม่เปิดแล้ว", "ผู้โดยสารใช้รถไฟฟ้าสายใหม่", "ดาวหางผ่านโลก"),
        ("Забастовка докеров в порту", "Докеры бастуют: порт закрыт", "Комета прошла мимо"),
    ],
)
def test_every_script_has_terms(one, alike, other):
    filler = [
        matter(n, "".join(words)) for n, words in enumerate(zip("春夏秋冬", "山川空海", strict=True), 10)
    ]
    tables = likeness_of([matter(1, one), matter(2, alike), matter(3, other), *filler]).tables()
    assert tables[1][0][0] == 2


def test_terms_weigh_less_the_later_they_stand_and_text_without_words_has_none():
    told = terms.weights("月" + "。" * 300 + "火")
    assert 0 < told["火"] < told["月"] / 2 < 0.5
    assert terms.weights("") == {} and terms.weights("…！？ 　") == {}
    assert "2600" in "".join(terms.weights("2,600勝"))
    assert all(0 < weight <= 1 for weight in terms.weights("トランプ" * 400).values())


@pytest.mark.sudachi
def test_words_of_a_dictionary_are_terms_in_their_normal_form():
    told = [
        {term for term in terms.weights(words) if term.startswith("=")}
        for words in ("引越の準備", "引っ越しの準備")
    ]
    assert told[0] == told[1] and "=準備" in told[0]
    assert japanese.words("no Japanese here") == []


def test_rows_that_did_not_change_are_the_very_ones_of_the_tables_before():
    words = ["港の倉庫街", "港の倉庫街を残す", "円が急伸した", "円が急伸"]
    told = {number: Matter(number, one) for number, one in enumerate(words)}
    likeness = Likeness()
    likeness.update(dict.fromkeys(told, 1), lambda wanted: [told[one] for one in wanted])
    while likeness.busy:
        likeness.work(1)
    before = likeness.tables()
    likeness.update({0: 1, 1: 1, 2: 1}, lambda wanted: [told[one] for one in wanted])
    while likeness.busy:
        likeness.work(1)
    after = likeness.tables()
    assert 3 in dict(before[2]) and 3 not in after and 3 not in dict(after[2])
    assert after[0] == before[0] and after[0] is before[0]
