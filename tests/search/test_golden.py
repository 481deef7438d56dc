"""What readers may ask, and what they must get: the same on SQLite and on PostgreSQL."""

import pytest

from kawaraban.people.authors import Person
from kawaraban.search.query import search

STORIES = {
    1: ("東京都、湾岸の防潮堤を延長へ", "都は来年度から工事に入る。総額は三百億円を見込む。"),
    2: ("京都の町家、宿に生まれ変わる", "空き家だった町家を地元の大工が直した。京都市の補助を受けた。"),
    3: ("昨日の雨、平年の二倍", "東京都心では一時間に四十ミリを記録した。交通の乱れは夕方まで続いた。"),
    4: ("国際京都会議が閉幕", "四日間の話し合いを終え、参加者は次の開催地を決めた。"),
    5: ("本日のごみ収集は休み", "台風の接近に伴い、市は本日の収集を取りやめた。"),
    6: ("日本の林業に若い担い手", "この五年で就業者が一割増えた。日本各地の森で研修が続く。"),
    7: ("国会、会議録の公開を早める", "速記から三日で読めるようにする。"),
    8: ("市議会、夜間の審議を試す", "働く人が傍聴できるよう、議会は月に一度の夜間開催を決めた。"),
    9: ("ＡＴＡＣＭＳの供与めぐり協議", "射程の長い兵器の扱いで両国の担当者が話し合う。"),
    10: ("Ｆ-35戦闘機、訓練飛行を再開", "基地の周辺では騒音の測定が行われる。"),
    11: ("第3回みなとマラソン、4千人が走る", "11月3日に行われ、最年長は八十七歳だった。"),
    12: ("イラン核合意、再開のめど立たず", "制裁の扱いで隔たりが残る。"),
    13: ("ブイラン社が新型の浮標", "海の温度を十分ごとに知らせる。"),
    14: ("アフリカのマリで干ばつ", "農家は家畜を手放し始めた。"),
    15: ("ゲームのマリオネット展", "糸で動く人形を百体並べた。"),
    16: ("ドナルド・キャベジ氏の詩集", "訳者はCafé Zürichで原稿を書いた。"),
    17: ("ｻｲﾊﾞｰ攻撃に備える町工場", "十社が共同で当番を置く。COVID-19の時の経験が生きた。"),
    18: ("すしの歴史をたどる", "さくらの咲く川べりで、昔の作り方を試した。葛󠄀飾の職人が握る。"),
    19: ("How the harbor was saved", "The old warehouses stay, the city's council said."),
    20: ("港の再開発、倉庫は残す", "五Ｇの基地局も置く。𠮷野の杉を使う。"),
    21: ("𠮷野の山、植え替え進む", "杉からさくらへ。"),
}

# The query; the stories to be found first, with ">" where their order matters; those that follow.
GOLDEN = [
    ("京都", "2 4", "1 3"),  # 東京都 comes after, never first
    ("東京", "1 3", ""),
    ("東京都", "1 > 3", ""),
    ("東京都心", "3", ""),
    ("町家", "2", ""),
    ("京都市", "2", ""),
    ("国際会議", "", ""),
    ("日本", "6", ""),
    ("本日", "5", ""),
    ("日", "3 4 5 6 7 11", ""),
    ("議会", "8", ""),  # neither 国会 nor 会議
    ("会議", "7 4", ""),
    ("国会", "7", ""),
    ("会議録", "7", ""),
    ("atacms", "9", ""),
    ("ATACMS", "9", ""),
    ("ＡＴＡＣＭＳ", "9", ""),
    ("ＡＴＡＣＭＳの供与", "9", ""),
    ("atacm", "", ""),
    ("F-35", "10", ""),
    ("f35", "10", ""),
    ("Ｆ３５戦闘機", "10", ""),
    ("35", "10", ""),
    ("第3回", "11", ""),
    ("第３回", "11", ""),
    ("3回", "11", ""),
    ("11月3日", "11", ""),
    ("1月", "", ""),
    ("イラン", "12 > 13", ""),
    ("イラン核", "12", ""),
    ("マリ", "14 > 15", ""),
    ("マリオネット", "15", ""),
    ("ドナルド・キャベジ", "16", ""),
    ("ドナルドキャベジ", "16", ""),
    ("キャベジ", "16", ""),
    ("cafe zurich", "16", ""),
    ("CAFÉ", "16", ""),
    ("サイバー攻撃", "17", ""),
    ("ｻｲﾊﾞｰ", "17", ""),
    ("covid", "17", ""),
    ("COVID19", "17", ""),
    ("すし", "18", ""),
    ("さくら", "18 21", ""),
    ("葛飾", "18", ""),
    ("harbor", "19", ""),
    ("HARBOR council", "19", ""),
    ("harbor　倉庫", "", ""),
    ("har", "", ""),
    ("city's", "19", ""),
    ("5G", "", ""),  # 五Ｇ is written with a kanji
    ("港 倉庫", "20", ""),
    ("倉庫 港", "20", ""),
    ("𠮷野", "21 > 20", ""),
    ("吉野", "", ""),
    ("みなとひろこ", "8", ""),
    ("湊ひろ子", "8", ""),
    ("防災", "1 5", ""),
    ("すしの歴史をたどる", "18", ""),
    ("杉を使う。さくら", "", ""),
]


@pytest.fixture
def stories(write):
    person = Person.objects.create(name="湊ひろ子", reading="みなとひろこ", slug="minato")
    for number, (headline, body) in STORIES.items():
        write(
            number,
            headline,
            body,
            person=person if number == 8 else "外から来た記者",
            topics=("防災",) if number in (1, 5) else (),
        )


def test_the_golden_set(stories):
    assert {q: complaint for q, *want in GOLDEN if (complaint := wrong(q, *want))} == {}


def wrong(q, first, after):
    """What is wrong with the answer to `q`; "" where it is right."""
    found = [hit.card.id for hit in search(q).hits]
    wanted = [int(one) for one in first.replace(">", " ").split()]
    head, rest = found[: len(wanted)], found[len(wanted) :]
    right = head == wanted if ">" in first else sorted(head) == sorted(wanted)
    return "" if right and sorted(rest) == sorted(map(int, after.split())) else f"found {found}"


@pytest.mark.parametrize("q", [q for q, first, _ in GOLDEN if first and len(q) > 1])
def test_newest_first_finds_the_same(stories, q):
    fitting = {hit.card.id for hit in search(q).hits}
    assert {hit.card.id for hit in search(q, order="newest").hits} == fitting


def test_newest_first_keeps_the_word_itself_before_longer_words(stories):
    assert [hit.card.id for hit in search("京都", order="newest").hits] == [4, 2, 3, 1]
    assert [hit.card.id for hit in search("さくら", order="newest").hits] == [21, 18]
