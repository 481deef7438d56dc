"""What is pressed, and when it is old."""

import datetime as dt
from dataclasses import asdict

import pytest

from kawaraban.discussion import comments
from kawaraban.kit import clock
from kawaraban.kit.shown import change_of
from kawaraban.people.authors import Person
from kawaraban.press import mending, pressing, rebuilding
from kawaraban.press.renewing import Renewer
from kawaraban.rails.editions import Catalogue, Edition
from kawaraban.rails.shelf import Shelf
from kawaraban.rails.shelf import publish as publish_edition
from kawaraban.stories import queries
from kawaraban.stories.elements import Byline
from kawaraban.stories.following import follow_up
from kawaraban.stories.models import Publication, Section, Story, Storyline, ToFollow, Topic
from kawaraban.stories.publish import withdraw


def test_publishing_presses_what_readers_look_at_first(story, plates):
    story()
    assert set(plates.addresses()) == {"/", "/society/", "/society/harbor-7/"}


def test_a_crash_between_publishing_and_pressing_is_mended(story, plates, settings):
    story(7), story(8)
    settings.AFTER_STORY_PUBLISHED = []
    story(7, headline="別の見出し")
    withdraw(8)
    assert set(mending.mend_plates()) == {"/society/harbor-7/", "/society/harbor-8/"}
    assert "/society/harbor-8/" not in list(plates.addresses())
    assert mending.mend_plates() == []


@pytest.mark.parametrize("died_before", [False, True])
def test_what_is_followed_twice_hides_nothing_that_was_not(story, plates, died_before):
    twice = story(7)
    story(8)
    # The process died when all had followed, and before it could say so.
    ToFollow.objects.create(outcome=asdict(twice), since=clock.now() - dt.timedelta(minutes=1))
    for dies in (died_before, not died_before):
        if dies:
            withdraw(8, and_then=False)
        else:
            follow_up()
    assert mending.mend_plates() == ["/society/harbor-8/"]


def test_a_withdrawn_story_leaves_no_plate_and_its_address_says_gone(story, plates):
    story()
    withdraw(7)
    assert "/society/harbor-7/" not in list(plates.addresses())
    assert pressing.press("/society/harbor-7/") == pressing.Elsewhere("", 410)


def test_what_all_pages_share_makes_every_plate_old(asker, story):
    story()
    assert "川岸新報" not in asker.get("/society/harbor-7/").body.decode()
    named, _ = Publication.objects.update_or_create(pk=1, defaults={"name": "川岸新報"})
    pressing.after_change(change_of(named))
    assert "川岸新報" in asker.get("/society/harbor-7/").body.decode()


def test_the_neighbours_of_a_story_show_it_and_show_it_no_more(asker, story):
    line = Storyline.objects.create(name="再開発", slug="renewal")
    story(7, storyline_id=line.pk, storyline_position=1)
    assert "/society/harbor-8/" not in asker.get("/society/harbor-7/").body.decode()
    story(8, storyline_id=line.pk, storyline_position=2)
    assert "/society/harbor-8/" in asker.get("/society/harbor-7/").body.decode()
    withdraw(8)
    assert "/society/harbor-8/" not in asker.get("/society/harbor-7/").body.decode()


def test_a_story_that_is_republished_while_it_is_pressed_is_old_at_once(story, plates, monkeypatch):
    story()
    really, meanwhile = pressing.made, ["倉庫は残る"]

    def made(*asked):
        found = really(*asked)
        if meanwhile:
            story(headline=meanwhile.pop())
        return found

    monkeypatch.setattr(pressing, "made", made)
    pressed = pressing.press("/society/harbor-7/")
    assert pressed == plates.get("/society/harbor-7/")
    assert not pressing.is_new(plates, "/society/harbor-7/")
    pressing.press("/society/harbor-7/")
    assert plates.get("/society/harbor-7/")[1].stamps.story == Story.objects.get(pk=7).version


def test_rebuild_presses_every_page_as_a_reader_gets_it(asker, story, plates, section):
    line = Storyline.objects.create(name="再開発", slug="renewal")
    topic = Topic.objects.create(name="港湾", slug="port")
    person = Person.objects.create(name="佐藤", slug="sato")
    story(7, topic_ids=(topic.pk,), bylines=(Byline("佐藤", person.pk), Byline("通信社")))
    story(8, storyline_id=line.pk), story(9, storyline_id=line.pk, comments_open=False)
    addresses = [f"/society/harbor-{number}/" for number in (7, 8, 9)]
    before = {address: asker.get(address).body for address in addresses}
    for address in list(plates.addresses()):
        plates.drop(address)
    for number in (7, 8, 9):
        plates.drop_discussion(number)
    said = []
    pressed = rebuilding.rebuild(lambda done, every: said.append((done, every)))
    kept = set(plates.addresses())
    assert {"/", "/feed.xml", "/sitemap.xml", "/society/", "/topics/port/", "/people/sato/"} <= kept
    assert said[-1] == (pressed, pressed) and pressed == len(kept)
    for address in addresses:
        story_id = plates.get(address)[1].story_id
        assert pressing.is_new(plates, address) and plates.discussion(story_id)
    assert {address: asker.get(address).body for address in addresses} == before


def test_a_rebuild_that_was_killed_goes_on_where_it_was(story, plates, monkeypatch):
    monkeypatch.setattr(rebuilding, "_AT_ONCE", 2)
    for number in range(1, 8):
        story(number)
    for address in list(plates.addresses()):
        plates.drop(address)
    put_many, batches = plates.put_many, []

    def killed_at_the_third(pressed, discussions=()):
        batches.append([plate.story_id for plate in pressed])
        if len(batches) == 3:
            raise KeyboardInterrupt
        put_many(pressed, discussions)

    monkeypatch.setattr(plates, "put_many", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        rebuilding.rebuild(lambda *_: None)
    said = []
    pressed = rebuilding.rebuild(lambda done, every: said.append((done, every)))
    assert batches == [[7, 6], [5, 4], [3, 2], [3, 2], [1]]
    assert said[0][0] > 4 and said[-1] == (pressed, pressed)
    assert {f"/society/harbor-{number}/" for number in range(1, 8)} <= set(plates.addresses())
    assert plates.progress("rebuild") == {}


def test_what_a_release_made_old_is_renewed_bit_by_bit(story, plates, editions, monkeypatch):
    for number in range(1, 9):
        story(number)
    cards = {card.id: card for card in queries.newest(8)}
    newest = {"": tuple(cards), "society": tuple(cards)}
    publish_edition(editions, Edition(catalogue=Catalogue(cards=cards, newest=newest)))
    renewer = Renewer(plates, Shelf(editions))
    plates.outdating.everything()
    rounds = []
    while not rounds or rounds[-1]:
        rounds.append(renewer.tick())
    assert max(rounds) <= 3 and sum(rounds) == 10
    assert all(pressing.is_new(plates, address) for address in plates.addresses())
    monkeypatch.setattr("kawaraban.press.renewing.is_new", lambda *_: pytest.fail("nothing was marked"))
    assert renewer.tick() == 0


def test_a_comment_shows_on_the_page(asker, story, django_capture_on_commit_callbacks):
    Publication.objects.update_or_create(pk=1, defaults={"comments_held": False})
    story()
    asker.get("/society/harbor-7/")
    with django_capture_on_commit_callbacks(execute=True):
        comments.post(7, "読者", "よい記事でした <b>")
    body = asker.get("/society/harbor-7/").body.decode()
    assert "よい記事でした &lt;b&gt;" in body


def test_a_page_whose_plate_cannot_be_pressed_comes_old_and_says_so(asker, story, plates, monkeypatch):
    story()
    before = asker.get("/society/harbor-7/").body
    plates.outdating.everything()

    def fails(address):
        raise ConnectionError("the database is away")

    monkeypatch.setattr(pressing, "made", fails)
    answer = asker.get("/society/harbor-7/")
    assert answer.body == before and "age" in answer.headers
    Section.objects.create(name="経済", slug="economy")
    assert asker.get("/economy/").status == 503


def test_a_filing_that_changed_has_nobody_walk_through_all_plates(
    story, plates, section, monkeypatch, django_capture_on_commit_callbacks
):
    story()
    monkeypatch.setattr(plates, "addresses", lambda: pytest.fail("walks"))
    section.description = "街の話"
    with django_capture_on_commit_callbacks(execute=True):
        section.save()
    assert mending.mend_plates() == []
    with django_capture_on_commit_callbacks(execute=True):
        section.save()  # nothing that readers see
    assert mending.mend_plates() == []


def test_a_publication_that_is_being_followed_has_nobody_walk_through_all_plates(
    story, plates, settings, monkeypatch
):
    story(7)
    with monkeypatch.context() as patch:
        patch.setattr(settings, "AFTER_STORY_PUBLISHED", [])
        outcome = story(8)  # committed, and not yet marked
    monkeypatch.setattr(mending.time, "sleep", lambda _: pressing.after_story(outcome))
    monkeypatch.setattr(plates, "addresses", lambda: pytest.fail("walks"))
    assert mending.mend_plates() == [] and mending.missed() == 0


def test_what_was_followed_twice_is_put_right_without_a_walk(story, plates, settings, monkeypatch):
    pressing.after_story(story(7))
    assert mending.missed() == -1
    whole = plates.addresses
    monkeypatch.setattr(plates, "addresses", lambda: pytest.fail("walks"))
    assert mending.mend_plates() == [] and mending.missed() == 0
    monkeypatch.setattr(plates, "addresses", whole)
    settings.AFTER_STORY_PUBLISHED = []
    story(7, headline="別の見出し")
    assert mending.mend_plates() == ["/society/harbor-7/"]


def test_what_the_jobs_mend_beside_a_rebuild_counts_once(story, plates, settings):
    steps, settings.AFTER_STORY_PUBLISHED = settings.AFTER_STORY_PUBLISHED, []
    story(7), story(8)
    settings.AFTER_STORY_PUBLISHED = steps
    assert mending.missed() == 2
    rebuilding.rebuild(lambda done, _: mending.mend_plates() if done == 1 else None)
    assert mending.missed() == 0


def test_what_is_published_while_plates_are_looked_through_has_nobody_do_it_again(
    story, plates, settings, monkeypatch
):
    story(7)
    steps, settings.AFTER_STORY_PUBLISHED = settings.AFTER_STORY_PUBLISHED, []
    story(7, headline="別の見出し")
    settings.AFTER_STORY_PUBLISHED = steps
    whole = plates.addresses

    def meanwhile():
        story(8)
        return whole()

    monkeypatch.setattr(plates, "addresses", meanwhile)
    assert mending.mend_plates() == ["/society/harbor-7/"]
    monkeypatch.setattr(plates, "addresses", lambda: pytest.fail("walks"))
    assert mending.mend_plates() == []
