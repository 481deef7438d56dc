"""A story without one reader is placed by likeness as soon as it is published."""

import datetime as dt
import re
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kawaraban.audience.log import EventLog
from kawaraban.headlines import trials
from kawaraban.kit import clock
from kawaraban.kit.stores import open_store
from kawaraban.rails import catalogue
from kawaraban.rails.catalogue import Cataloguing
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.editions import Catalogue
from kawaraban.rails.refresh import Refresher
from kawaraban.rails.shelf import EDITION, Shelf
from kawaraban.stories.elements import Paragraph
from kawaraban.stories.models import Section
from kawaraban.stories.publish import Finished, publish, withdraw

TOLD = [
    ("港の再開発、倉庫街を残す", "汐見港の再開発計画を市議会が可決した。倉庫街は残す。"),
    ("準衛星が見つかる", "小さな準衛星が見つかり、第二の月と呼ばれている。"),
    ("決勝で逆転の一打", "高校野球の決勝で逆転の一打が出て、初めて優勝した。"),
    ("円が急伸", "為替市場で円が急伸し、輸出企業の株が売られた。"),
    ("新酒の仕込み始まる", "酒蔵で新酒の仕込みが始まり、湯気が立っている。"),
    ("山小屋が開く", "雪の残る稜線で、山小屋がこの夏の営業を始めた。"),
    ("図書館に夜の部", "市立図書館が夜十時まで開き、仕事帰りの人が寄る。"),
    ("渡り鳥が来た", "干潟に渡り鳥の群れが降り、双眼鏡が並んだ。"),
]


@pytest.fixture
def section(db):
    return Section.objects.create(name="社会", slug="society")


def tell(section, number, headline, words, days=None):
    at = clock.now() - dt.timedelta(days=number if days is None else days)
    publish(
        Finished(
            id=number,
            path=f"/society/story-{number}/",
            section_id=section.pk,
            headline=headline,
            body=(Paragraph(words),),
            published_at=at,
            updated_at=at,
        )
    )


@pytest.fixture
def told(section):
    for number, (headline, words) in enumerate(TOLD, start=1):
        tell(section, number, headline, words)
    return section


def test_a_new_story_without_a_reader_stands_with_its_like_after_one_round(told, tmp_path):
    store = open_store("editions", tmp_path)
    refresher = Refresher(EventLog(tmp_path / "audience.db"), store)
    refresher.tick()
    tell(told, 20, "望遠鏡が準衛星を追う", "第二の月と呼ばれる準衛星を望遠鏡が追い、軌道を確かめた。")
    assert refresher.tick()
    edition = Shelf(store).current()

    def related(story):
        page = PageSlots("story", story, "society", rails=("also-read",))
        rail = compose(edition, page, clock.now()).get("also-read")
        return [item.card.id for item in rail.items] if rail else []

    assert edition.catalogue.alike[20][0][0] == 2 and edition.catalogue.alike[2][0][0] == 20
    assert related(20)[0] == 2 and related(2)[0] == 20
    assert related(4) == []


def test_a_new_story_without_a_reader_is_placed_within_a_second(told, tmp_path):
    store = open_store("editions", tmp_path)
    refresher = Refresher(EventLog(tmp_path / "audience.db"), store)
    while not refresher.tick() or refresher._cataloguing._likeness.busy:
        pass
    tell(told, 20, "望遠鏡が準衛星を追う", "第二の月と呼ばれる準衛星を望遠鏡が追い、軌道を確かめた。", days=0)
    began = time.monotonic()
    while 20 not in Shelf(store).current().catalogue.alike:
        refresher.tick()
    # The jobs make four rounds a second: what is left is the longest they may be late to begin one.
    assert time.monotonic() - began < 1.0 - 0.25
    edition = Shelf(store).current()
    assert [one.story for one in edition.newcomers if one.story == 20] == [20]
    rails = compose(edition, PageSlots("story", 2, "society"), clock.now())
    assert 20 in [item.card.id for rail in rails.values() for item in rail.items]


def at_rest(cataloguing):
    """The catalogue when nothing is left to do: a dictionary that is loaded first takes several rounds."""
    catalogue = cataloguing.look()
    while cataloguing._likeness.busy:
        catalogue = cataloguing.look() or catalogue
    return catalogue


def test_only_what_changed_is_read_again(told, django_assert_max_num_queries):
    cataloguing = Cataloguing(Catalogue())
    first = at_rest(cataloguing)
    with django_assert_max_num_queries(1):
        assert cataloguing.look() is None
    tell(told, 3, "決勝は雨で延びる", "高校野球の決勝は雨で延び、試合は明日になった。")
    second = cataloguing.look()
    assert second.cards[3].headline == "決勝は雨で延びる"
    assert all(second.cards[one] is first.cards[one] for one in first.cards if one != 3)
    withdraw(3)
    assert 3 not in cataloguing.look().cards


def test_a_catalogue_waits_for_no_subjects_and_they_follow_in_one_of_their_own(section, monkeypatch):
    words = "小さな準衛星が見つかり、第二の月と呼ばれている。望遠鏡が軌道を確かめた。"
    event = range(1, 6)
    for number in event:
        tell(section, number, f"準衛星、第{number}報", words)
    for number, (headline, text) in enumerate(TOLD, start=10):
        tell(section, number, headline, text)
    cataloguing = Cataloguing(Catalogue(subjects={1: 1}))
    monkeypatch.setattr(catalogue, "_ON_SUBJECTS", 0)
    looks = [cataloguing.look() for _ in range(500)]
    made = [one for one in looks if one is not None]
    assert looks[0] is made[0] and made[0].subjects == {1: 1}
    subjects = made[-1].subjects
    assert subjects.keys() == {*event} and len(set(subjects.values())) == 1
    assert len(made) <= 3


def test_a_section_that_is_renamed_is_named_so_on_every_card(told):
    cataloguing = Cataloguing(Catalogue())
    cataloguing.look()
    Section.objects.filter(pk=told.pk).update(name="くらし")
    tell(told, 30, "朝市", "朝市に夏の野菜が並んだ。")
    assert {card.section_name for card in cataloguing.look().cards.values()} == {"くらし"}


def test_likeness_of_an_earlier_run_serves_at_once(told):
    cataloguing = Cataloguing(Catalogue(alike={1: ((2, 0.5), (99, 0.4))}))
    catalogue = cataloguing.look()
    assert 99 not in dict(catalogue.alike[1])


def test_an_edition_of_another_release_stops_nothing_and_is_soon_replaced(told, tmp_path):
    store = open_store("editions", tmp_path)
    for of_another in (b'{"catalogue": 0, "as_of": 1.0}', b'{"tables": []}'):
        store.put(EDITION, of_another)
        assert Shelf(store).current().number == 0
        assert Refresher(EventLog(tmp_path / "audience.db"), store).tick()
        assert Shelf(store).current().number > 0


def test_neither_a_catalogue_nor_a_start_walks_through_the_whole_archive(section):
    for number, (headline, words) in enumerate(TOLD):
        tell(section, number, headline, words)
    with CaptureQueriesContext(connection) as asked:
        Cataloguing(Catalogue()).look()
        trials.mend()
    for sql in (one["sql"] for one in asked.captured_queries if " LIMIT " not in one["sql"]):
        walks = [line for line in plan_of(sql) if re.search(r"(SCAN|Seq Scan on) stories_story\b", line)]
        assert not walks, sql


def plan_of(sql):
    """How the query is answered, where walking through a table is the last resort, as with a million rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return [row[-1] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (COSTS OFF) {sql}")
        return [row[0] for row in cursor.fetchall()]
