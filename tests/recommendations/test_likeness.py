from kawaraban.recommendations.likeness import Likeness, Matter


def matter(number, words, topics=(), storyline=""):
    return Matter(number, words, frozenset(topics), frozenset(), storyline)


STORIES = [
    matter(1, "汐見港の再開発計画を市議会が可決した。倉庫街は残す。", ["harbor"]),
    matter(2, "港の再開発で倉庫街の改修費を市が試算した。市議会に示す。", ["harbor"]),
    matter(3, "準衛星が見つかり、第二の月と呼ばれている。観測が続く。"),
    matter(4, "第二の月を観測する望遠鏡が、準衛星の軌道を確かめた。"),
    matter(5, "高校野球の決勝で、逆転の一打が出た。"),
]


def test_stories_of_one_matter_are_alike_and_others_are_not():
    likeness = Likeness()
    assert likeness.update(STORIES)
    tables = likeness.tables()
    assert tables[1][0][0] == 2 and tables[3][0][0] == 4
    assert all(0 < weight <= 1 for row in tables.values() for _, weight in row)
    assert 1 not in dict(tables[3])


def test_only_a_change_is_one_and_what_is_gone_is_forgotten():
    likeness = Likeness()
    likeness.update(STORIES)
    assert not likeness.update(STORIES)
    assert likeness.update(STORIES[1:])
    assert 1 not in likeness.tables() and 1 not in dict(likeness.tables()[2])
