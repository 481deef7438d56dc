"""Change a thing: the plates that show it are old, and no other."""

import io
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from kawaraban.feeds import sitemaps
from kawaraban.kit.shown import Change, change_of
from kawaraban.kit.stores import StoreUnavailable
from kawaraban.media.photos import Photo
from kawaraban.people.authors import Person
from kawaraban.press import leases, outdating, pressing
from kawaraban.press.outdating import Outdating
from kawaraban.press.plates import Plate, Plates, Stamps
from kawaraban.press.stamps import dress
from kawaraban.press.supply import Supply
from kawaraban.rails.shelf import Shelf
from kawaraban.stories.elements import Byline, Paragraph, RelatedStory
from kawaraban.stories.models import Publication, Section, Storyline, Topic
from kawaraban.stories.publish import withdraw
from tests.press import asking
from tests.publication import ROOT

FRONT, FEED, SITEMAP = "/", "/feed.xml", "/sitemap.xml"
STORIES = {number: f"/society/harbor-{number}/" for number in (1, 2, 3, 4)}


@pytest.fixture
def town(section, story, plates):
    """Four stories: 1 by a person, 2 on a topic, 3 and 4 in a storyline, 4 naming 1; all plates new."""
    economy = Section.objects.create(name="経済", slug="economy")
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(drawn, "PNG")
    file = ContentFile(drawn.getvalue(), "face.png")
    portrait = Photo.objects.create(title="顔", alt_text="顔", credit="写真部", licence="自社", file=file)
    person = Person.objects.create(name="佐藤", slug="sato", portrait=portrait)
    topic = Topic.objects.create(name="港湾", slug="port")
    line = Storyline.objects.create(name="再開発", slug="renewal")
    story(1, bylines=(Byline("佐藤", person.pk),))
    story(2, topic_ids=(topic.pk,))
    story(3, storyline_id=line.pk, storyline_position=1)
    story(4, storyline_id=line.pk, storyline_position=2, body=(Paragraph("声"), RelatedStory(1)))
    for address in (FRONT, FEED, SITEMAP, "/people/sato/", "/topics/port/", "/economy/", "/society/"):
        pressing.press(address)
    for address in STORIES.values():
        pressing.press(address)
    pressing.learn()
    assert old(plates) == set()
    return {"person": person, "topic": topic, "line": line, "economy": economy, "society": section}


def old(plates, condition="old"):
    marks = plates.outdating.now()
    every = {address: plates.get(address)[1] for address in plates.addresses()}
    return {address for address, plate in every.items() if plate.condition(marks, dress()) == condition}


def changed(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    pressing.after_change(change_of(row))


def test_a_persons_new_name_is_on_their_page_and_their_stories(town, plates):
    changed(town["person"], name="佐藤花")
    assert old(plates) == {"/people/sato/", STORIES[1]}


def test_a_portraits_new_credit_is_on_the_pages_that_show_the_portrait(town, plates):
    changed(Photo.objects.get(), credit="別の写真部")
    assert old(plates) == {"/people/sato/", STORIES[1]}


def test_a_topics_new_name_is_on_its_page_its_stories_and_in_the_feed(town, plates):
    changed(town["topic"], name="港と海")
    assert old(plates) == {"/topics/port/", STORIES[2], FEED}


def test_a_storylines_new_summary_is_on_its_stories(town, plates):
    changed(town["line"], summary="十年の計画。")
    assert old(plates) == {STORIES[3], STORIES[4]}


def test_a_sections_description_is_on_its_page_and_its_title_on_all(town, plates):
    changed(town["economy"], description="お金の話")
    assert old(plates) == {"/economy/"}
    changed(town["economy"], name="お金")
    assert old(plates) == set(plates.addresses())


def test_what_readers_do_not_see_makes_nothing_old(town, plates):
    pressing.after_change(change_of(town["person"]))
    pressing.press("/people/sato/"), pressing.press(STORIES[1])
    changed(town["person"], account=None)
    assert old(plates) == set()


def test_the_publications_menu_is_on_all_pages(town, plates):
    named, _ = Publication.objects.update_or_create(
        pk=1, defaults={"menu_top": [{"label": "社会", "path": "/society/"}]}
    )
    pressing.after_change(change_of(named))
    assert old(plates) == set(plates.addresses())


def test_a_deleted_topic_is_on_its_pages_no_more(town, plates):
    topic, number = town["topic"], town["topic"].pk
    topic.delete()
    pressing.after_change(change_of(topic, number))
    assert old(plates) == {"/topics/port/", STORIES[2], FEED}


@pytest.fixture
def only_marks(monkeypatch):
    """Nothing is pressed at once, so that one sees what was marked."""
    monkeypatch.setattr(pressing, "press", lambda address: None)


def test_a_changed_story_is_where_it_is_shown(town, plates, story, only_marks):
    story(1, bylines=(Byline("佐藤", town["person"].pk),), headline="倉庫は残る")
    shown_by = {FRONT, FEED, SITEMAP, "/society/", "/people/sato/", STORIES[1], STORIES[4]}
    assert old(plates) == shown_by


def test_a_story_makes_its_own_part_of_a_sitemap_old(town, plates, story, monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST", 2)
    pressing.press("/sitemap-1.xml"), pressing.press("/sitemap-2.xml")
    story(4, headline="倉庫は残る")
    assert "/sitemap-2.xml" in old(plates) and "/sitemap-1.xml" not in old(plates)


def test_a_new_story_is_in_its_lists(town, plates, story, only_marks):
    story(9, topic_ids=(town["topic"].pk,))
    assert old(plates) == {FRONT, FEED, SITEMAP, "/society/", "/topics/port/"}


def test_a_story_that_joins_a_storyline_is_shown_by_its_neighbours(town, plates, story, only_marks):
    story(9, storyline_id=town["line"].pk, storyline_position=3)
    assert old(plates) == {FRONT, FEED, SITEMAP, "/society/", STORIES[3], STORIES[4]}


def test_a_withdrawn_story_may_be_shown_by_no_plate(town, plates, only_marks):
    withdraw(1)
    assert STORIES[1] not in plates.addresses()
    assert old(plates, "withdrawn") == {FRONT, FEED, "/society/", "/people/sato/", STORIES[4]}
    assert old(plates) == {SITEMAP}


def test_what_shows_a_withdrawn_story_is_rather_not_shown_at_all(town, asker, plates, monkeypatch):
    before = asker.get(STORIES[4])
    assert before.status == 200

    def away(*_):
        raise ConnectionError("the database is away")

    monkeypatch.setattr(pressing, "made", away)
    withdraw(1)
    assert asker.get(STORIES[4]).status == 503
    monkeypatch.undo()


def test_a_page_that_shows_a_story_again_when_it_is_back(town, plates, story):
    withdraw(1)
    pressing.press(STORIES[4])
    assert old(plates) & {STORIES[4]} == set()
    story(1)
    assert STORIES[4] in old(plates)


def test_marks_are_bounded_and_forget_to_the_safe_side(plates, monkeypatch):
    monkeypatch.setattr(outdating, "MOST", 10)
    monkeypatch.setattr(outdating, "MOST_WITHDRAWN", 10)
    before = Stamps(plates.outdating.now().number, "")
    for number in range(30):
        plates.outdating.story(number, withdrawn=True)
    marks = plates.outdating.now()
    assert len(marks.since) <= 10 and len(marks.withdrawn) <= 10
    assert marks.condition(before, (), (0,), "") == "withdrawn"
    assert marks.condition(Stamps(marks.number, ""), (), (0,), "") == "new"


def test_what_was_told_of_rows_is_no_burden_to_the_marks(store_of_plates):
    marks = Outdating(store_of_plates)
    marks.learn(Change(f"topic {number}", "", "a") for number in range(100))
    number, size = marks.now().number, len(store_of_plates.get(outdating.KEY)[1])
    for one in range(100):
        marks.change(Change(f"topic {one}", "", "a"))
    assert marks.now().number == number and len(store_of_plates.get(outdating.KEY)[1]) == size
    marks.change(Change("topic 7", "", "b"))
    assert marks.now().since == {"topic 7": number + 1}
    marks.learn([Change("topic 7", "", "c")])
    marks.change(Change("topic 7", "", "b"))
    assert marks.now().number == number + 1


def test_who_dies_before_a_change_counts_as_told_has_it_marked_again(store_of_plates, monkeypatch):
    marks, change = Outdating(store_of_plates), Change("topic 7", "", "a")
    swap = store_of_plates.swap

    def dies(key, value, version):
        if key != outdating.KEY:
            raise StoreUnavailable("gone")
        return swap(key, value, version)

    with monkeypatch.context() as dying, pytest.raises(StoreUnavailable):
        dying.setattr(store_of_plates, "swap", dies)
        marks.change(change)
    marked = marks.now().since["topic 7"]
    marks.change(change)
    assert marks.now().since["topic 7"] == marked + 1


def test_a_change_that_has_to_be_told_twice_counts_once(store_of_plates, monkeypatch):
    marks, swap, lost = Outdating(store_of_plates), store_of_plates.swap, ["told:topic 7"]

    def loses(key, value, version):
        if key in lost:
            lost.remove(key)  # another one told of it first
            return None
        return swap(key, value, version)

    monkeypatch.setattr(store_of_plates, "swap", loses)
    marks.change(Change("topic 7", "", "a", counted=True))
    assert not lost and marks.now().followed == 1


def test_marks_that_were_lost_make_every_plate_old(store_of_plates, monkeypatch):
    marks = Outdating(store_of_plates)
    before = Stamps(marks.now().number, "")
    assert marks.now().condition(before, (), (), "") == "new"
    store_of_plates.delete(outdating.KEY)
    assert Outdating(store_of_plates).now().condition(before, (), (), "") == "withdrawn"


def test_marks_of_many_at_once_are_all_kept(store_of_plates):
    def mark(number):
        Outdating(store_of_plates).story(number)

    run_together(mark, range(12))
    marks = Outdating(store_of_plates).now()
    assert {f"story {number}" for number in range(12)} <= marks.since.keys() and marks.followed == 12


class Press:
    """What presses in this test: slowly, and counted."""

    def __init__(self):
        self.pressed = []

    def __call__(self, address, stamps):
        self.pressed.append(address)
        time.sleep(0.3)
        return Plate(address, "front", (b"<html>",), (), stamps, time.time(), shows=("front",))


@pytest.fixture
def slow_press(store_of_plates, monkeypatch):
    kept, press = Plates(store_of_plates), Press()
    monkeypatch.setattr(pressing, "plates", lambda: kept)
    monkeypatch.setattr(pressing, "made", press)
    return press


def workers(store, tmp_path, count):
    """As many as in processes of their own: they share the store and nothing else."""
    return [Supply(Plates(store), Shelf(store)) for _ in range(count)]


def run_together(work, arguments):
    failed = []

    def caught(argument):
        try:
            work(argument)
        except BaseException as why:
            failed.append(why)

    threads = [threading.Thread(target=caught, args=(one,)) for one in arguments]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failed, failed


def test_one_of_several_workers_presses_a_cold_page(slow_press, store_of_plates, tmp_path, monkeypatch):
    monkeypatch.setattr(leases, "LONGEST", 60.0)  # whatever else the machine has to do
    got = []
    run_together(
        lambda one: got.append(one.newest("/", None, ["identity"])), workers(store_of_plates, tmp_path, 8)
    )
    assert [page.body for page in got] == [b"<html>"] * 8
    assert slow_press.pressed == ["/"]


def asked_of(store, monkeypatch):
    """Each question that the store is asked from now on. It may take 100 ms for every answer, and a reader
    waits two seconds."""
    asked = []
    for name in ("get", "version", "put", "swap", "delete"):
        really = getattr(store, name)
        counted = lambda *told, name=name, really=really: asked.append(name) or really(*told)  # noqa: E731
        monkeypatch.setattr(store, name, counted)
    return asked


# The marks, the plate; its lease, is it there now, lay it, let go.
A_PLATE = ["version", "get", "swap", "get", "put", "delete"]


def test_a_cold_page_asks_its_store_seldom(slow_press, store_of_plates, tmp_path, monkeypatch):
    one = workers(store_of_plates, tmp_path, 1)[0]
    one.plates.outdating.now()
    asked = asked_of(store_of_plates, monkeypatch)
    one.newest("/", None, ["identity"])
    assert asked == [*A_PLATE, "version"]  # the edition's


def test_a_cold_story_asks_for_its_discussion_once(town, plates, monkeypatch):
    plates.drop(STORIES[1])
    plates.drop_discussion(1)
    one = Supply(plates, Shelf(plates._store))
    asked = asked_of(plates._store, monkeypatch)
    assert one.newest(STORIES[1], None, ["identity"]).matter.discussion_version
    # The discussion: is it there, what lies there, the marks, lay it. The edition.
    assert asked == [*A_PLATE, "get", "version", "version", "swap", "version"]


def test_one_of_several_processes_presses_each_cold_page_of_a_store_that_was_not_there(tmp_path):
    command = [sys.executable, "-m", "tests.press.asking", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    pressed = done.stdout.splitlines()
    assert len(set(pressed)) == asking.STORES * asking.PAGES
    assert len(pressed) == len(set(pressed)), "pressed more than once"


def test_the_others_get_the_old_plate_while_one_presses(slow_press, store_of_plates, tmp_path):
    every = workers(store_of_plates, tmp_path, 6)
    every[0].newest("/", None, ["identity"])
    every[0].plates.outdating.everything()
    slow_press.pressed.clear()
    took = []

    def asked(one):
        began = time.monotonic()
        assert one.newest("/", None, ["identity"]).body == b"<html>"
        took.append(time.monotonic() - began)

    run_together(asked, every)
    assert slow_press.pressed == ["/"] and sorted(took)[-2] < 0.3 <= max(took)


def test_who_dies_while_pressing_holds_others_up_for_a_moment_only(slow_press, store_of_plates, tmp_path):
    dead = Plates(store_of_plates).leases
    assert dead._take("lease:/")
    began = time.monotonic()
    page = workers(store_of_plates, tmp_path, 1)[0].newest("/", None, ["identity"])
    assert page.body == b"<html>" and time.monotonic() - began < leases.LONGEST + 1.5


def test_a_lease_holds_from_the_moment_it_is_taken(store_of_plates, monkeypatch):
    # Whatever the moment, and where another machine's clock is behind by a little.
    ours, others = Plates(store_of_plates).leases, Plates(store_of_plates).leases
    for taken, asked in ((1_800_000_000.0006, 1_800_000_000.0006), (1_800_000_100.0, 1_800_000_099.8)):
        clock = SimpleNamespace(time=lambda at=taken: at)
        monkeypatch.setattr(leases, "time", clock)
        with ours.taken(f"/{taken}/") as is_ours:
            assert is_ours
            clock.time = lambda at=asked: at
            assert others.is_held(f"/{taken}/")
            with others.taken(f"/{taken}/") as is_theirs:
                assert not is_theirs


def test_what_another_pressed_since_one_looked_is_not_pressed_again(slow_press, store_of_plates, tmp_path):
    one, other = workers(store_of_plates, tmp_path, 2)
    one.newest("/", None, ["identity"])
    one.plates.outdating.everything()
    found_old = one.plates.get("/")
    other.newest("/", None, ["identity"])
    slow_press.pressed.clear()
    assert one._renewed("/", found_old, one.plates.outdating.now()) == one.plates.get("/")
    assert slow_press.pressed == []


def test_a_lease_from_a_clock_that_was_put_back_is_none(store_of_plates):
    store_of_plates.put("lease:/", b"%.3f" % (time.time() + 3600))
    with Plates(store_of_plates).leases.taken("/") as ours:
        assert ours
