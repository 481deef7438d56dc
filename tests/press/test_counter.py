"""Pages made to order."""

import brotli
import pytest
from django.db import OperationalError

from kawaraban.discussion import comments
from kawaraban.stories.models import Publication


@pytest.fixture(autouse=True)
def open_house(db):
    Publication.objects.update_or_create(pk=1, defaults={"comments_held": False})


def sent(client, **changes):
    form = {"story": "7", "name": "読者", "body": "よい記事でした", "parent": "", **changes}
    headers = {"sec-fetch-site": changes.pop("site", "same-origin")}
    return client.post("/_/comments", form, headers=headers)


def test_a_search_finds_words_inside_sentences(client, story):
    story()
    found = client.get("/search", {"q": "再開発"})
    assert found.status_code == 200 and 'href="/society/harbor-7/"' in found.content.decode()
    assert "set-cookie" not in found.headers and "default-src 'none'" in found["content-security-policy"]


def test_a_search_is_the_same_for_everybody_and_packed_as_other_pages(client, story, django_user_model):
    story()

    def asked(**headers):
        return client.get("/search", {"q": "再開発"}, headers=headers)

    plain = asked(accept_language="ja")
    packed = asked(accept_language="en", accept_encoding="gzip, br")
    assert packed["vary"] == plain["vary"] == "Accept-Encoding" and "content-language" not in packed
    assert packed["content-encoding"] == "br" and int(packed["content-length"]) == len(packed.content)
    assert brotli.decompress(packed.content) == plain.content
    # Nothing of who asks is in it: a packed page that mixed that with words of others could betray it.
    client.force_login(django_user_model.objects.create_user("someone"))
    assert asked().content == plain.content and b"csrf" not in plain.content


@pytest.mark.parametrize("query", ["", "\x00", "<script>", "a" * 5000, '"', "NEAR(", "*"])
def test_any_search_gets_a_page_and_shows_what_was_asked_as_text(client, db, query):
    found = client.get("/search", {"q": query, "page": "-1", "order": "x"})
    assert found.status_code == 200 and b"<script>" not in found.content


def test_a_comment_is_taken_and_answered_with_a_page(client, story):
    story()
    answer = sent(client)
    assert answer.status_code == 200 and "set-cookie" not in answer.headers
    assert comments.count(7) == 1


def test_a_refused_comment_comes_back_with_its_words(client, story):
    story()
    answer = sent(client, body="長" * 301)
    assert answer.status_code == 422 and "長" * 301 in answer.content.decode()
    assert comments.count(7) == 0


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_cannot_send_a_comment(client, story, site):
    story()
    assert sent(client, site=site).status_code == 403
    assert client.post("/_/comments", {}, headers={"origin": "https://evil.example"}).status_code == 403
    assert comments.count(7) == 0


@pytest.mark.parametrize("number", ["", "x", "0", "-7", "99999999999999999999", "8"])
def test_a_comment_below_no_story_is_refused(client, story, number):
    story()
    assert sent(client, story=number).status_code in (404, 422)


def test_a_comment_that_cannot_be_kept_now_is_asked_for_again(client, story, monkeypatch):
    story()

    def locked(*_, **__):
        raise OperationalError("database is locked")

    monkeypatch.setattr(comments, "post", locked)
    answer = sent(client)
    assert answer.status_code == 503 and answer["retry-after"] == "5"
    assert "よい記事でした" in answer.content.decode()


def test_only_prints_of_photos_are_handed_out(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for folder, name in (("images", "a.avif"), ("images", "a.svg"), ("originals", "b.jpg")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_bytes(b"picture")
    found = client.get("/media/images/a.avif")
    assert found.content == b"picture" and "immutable" in found["cache-control"]
    for path in ("a.svg", "none.avif", "..%2Foriginals%2Fb.jpg", "%2e%2e/originals/b.jpg", ".avif"):
        assert client.get(f"/media/images/{path}").status_code == 404
    assert client.get("/media/originals/b.jpg").status_code == 404


def test_what_django_does_not_know_is_said_in_dress(client, db):
    answer = client.get("/static/none.css")
    assert answer.status_code == 404 and b"<html" in answer.content
