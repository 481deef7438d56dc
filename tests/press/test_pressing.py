"""What is pressed, and when it is old."""

from kawaraban.discussion import comments
from kawaraban.kit.shown import change_of
from kawaraban.press import mending, pressing
from kawaraban.press.plates import Plate
from kawaraban.stories.models import Publication, Section, Story, Storyline
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

    def made(address):
        found = really(address)
        if meanwhile:
            story(headline=meanwhile.pop())
        return found

    monkeypatch.setattr(pressing, "made", made)
    assert isinstance(pressing.press("/society/harbor-7/"), Plate)
    assert not pressing.is_new(plates, "/society/harbor-7/")
    pressing.press("/society/harbor-7/")
    assert plates.get("/society/harbor-7/")[1].stamps.story == Story.objects.get(pk=7).version


def test_rebuild_presses_every_page(story, plates):
    story(7), story(8)
    for address in list(plates.addresses()):
        plates.drop(address)
    said = []
    pressed = mending.rebuild(lambda done, every: said.append((done, every)))
    kept = set(plates.addresses())
    assert {"/", "/feed.xml", "/sitemap.xml", "/society/", "/society/harbor-7/"} <= kept
    assert said[-1] == (pressed, pressed)


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
