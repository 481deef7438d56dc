"""What readers get from the front door, and what nothing they send can change."""

import asyncio
import gzip
import random
import re
import time
import uuid

import brotli
import pytest
import zstandard

from kawaraban.audience.log import EventLog
from kawaraban.kit.stores import StoreUnavailable
from kawaraban.press import desk, kiosk, pressing
from kawaraban.press.gates import Full
from kawaraban.stories.publish import lead_on, withdraw


def test_a_story_comes_in_dress_without_a_cookie(asker, story):
    story()
    answer = asker.get("/society/harbor-7/")
    assert answer.status == 200
    assert 'data-story="7"' in answer.body.decode() and "<!--[slot" not in answer.body.decode()
    assert "set-cookie" not in answer.headers and answer.headers["vary"] == "accept-encoding"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert int(answer.headers["content-length"]) == len(answer.body)


@pytest.mark.parametrize(
    ("accepted", "unpack"),
    [
        ("gzip", gzip.decompress),
        ("br;q=1.0, gzip;q=0.5", brotli.decompress),
        ("gzip, deflate, br, zstd", zstandard.decompress),
    ],
)
def test_a_page_is_packed_as_the_reader_takes_it(asker, story, accepted, unpack):
    story()
    plain = asker.get("/society/harbor-7/").body
    packed = asker.get("/society/harbor-7/", headers=[("accept-encoding", accepted)])
    assert unpack(packed.body) == plain and len(packed.body) < len(plain)


def test_a_copy_that_is_still_good_is_not_sent_again(asker, story):
    story()
    first = asker.get("/")
    again = asker.get("/", headers=[("if-none-match", first.headers["etag"])])
    assert (again.status, again.body) == (304, b"")
    story(8)
    assert asker.get("/", headers=[("if-none-match", first.headers["etag"])]).status == 200


def test_head_says_what_get_would_and_other_methods_are_refused(asker, story):
    story()
    head = asker.get("/society/harbor-7/", method="HEAD")
    assert head.status == 200 and head.body == b"" and int(head.headers["content-length"]) > 1000
    assert asker.get("/society/harbor-7/", method="DELETE").status == 405
    assert asker.get("/_/beacon").status == 405


def test_nothing_unknown_changes_a_page_or_takes_room(asker, story, the_desk, plates, monkeypatch):
    story()
    plain = asker.get("/society/harbor-7/")
    kept = list(plates.addresses())
    monkeypatch.setattr(desk, "FRESH", 3600.0)
    monkeypatch.setattr(desk, "KEPT", 3600.0)
    monkeypatch.setattr(kiosk, "_OLD", 3600.0)
    chance = random.Random(7)

    def anything():
        return "".join(chance.choices("abz09-_.;:&=?%/<>\"' ", k=chance.randrange(1, 30)))

    async def twenty_thousand_requests():
        for number in range(20_000):
            headers = [
                ("cookie", anything()),
                ("host", "evil.example"),
                (f"x-forwarded-{('host', 'for', 'proto', 'port', 'prefix')[number % 5]}", anything()),
                ("x-original-url", "/newsroom/"),
                (f"x-{number}", anything()),
            ]
            query = b"" if number % 3 == 0 else anything().encode()
            other = await asker.ask("/society/harbor-7/", query, headers)
            assert other.body == plain.body and other.headers == plain.headers

    asker.run(twenty_thousand_requests())
    assert list(the_desk.rack) == ["/society/harbor-7/"] and list(plates.addresses()) == kept


def test_a_query_in_the_path_is_a_404_and_takes_no_room(asker, story, the_desk, plates, monkeypatch, caplog):
    for number in range(1, 22):
        story(number)
    assert asker.get("/society/", query=b"page=2").status == 200
    rack, kept = list(the_desk.rack), list(plates.addresses())
    monkeypatch.setattr(desk, "FRESH", 3600.0)
    for page in ("2", "02", " 2", "+2", "٢", "x"):
        assert asker.get(f"/society/?page={page}").status == 404, page
    assert asker.get("/?p=7").status == asker.get("/society/\0/").status == 404
    assert list(the_desk.rack) == rack and list(plates.addresses()) == kept and not caplog.records


def test_the_memory_for_pages_is_bounded(asker, story, the_desk, monkeypatch):
    for number in range(1, 31):
        story(number)
    monkeypatch.setattr(the_desk.rack, "_room", 200_000)
    for number in range(1, 31):
        for encoding in ("identity", "gzip", "br", "zstd"):
            asker.get(f"/society/harbor-{number}/", headers=[("accept-encoding", encoding)])
    assert 1 < len(the_desk.rack) < 30
    assert the_desk.rack.taken == sum(the_desk.rack.get(one).size for one in list(the_desk.rack)) <= 200_000


def test_addresses_lead_where_stories_are(asker, story):
    story()
    assert asker.get("/society/harbor-7").headers["location"] == "/society/harbor-7/"
    story(path="/society/港/")
    moved = asker.get("/society/harbor-7/")
    assert (moved.status, moved.headers["location"]) == (301, "/society/%E6%B8%AF/")
    assert asker.get("/society/港/").status == 200
    withdraw(7)
    assert asker.get("/society/港/").status == 410
    assert "港の再開発" not in asker.get("/").body.decode()
    for unknown in ("/society/none/", "/none/", "/people/none/", "/society/", "/_/none"):
        expected = 200 if unknown == "/society/" else 404
        assert asker.get(unknown).status == expected
    assert asker.get("/society/", query=b"page=99").status == 404


def test_a_number_of_another_system_leads_to_its_story_and_an_unknown_one_home(asker, story):
    story()
    lead_on("/?p=11", 7)
    known, unknown = asker.get("/", query=b"p=11&x=1"), asker.get("/", query=b"p=12")
    assert (known.status, known.headers["location"]) == (301, "/society/harbor-7/")
    assert (unknown.status, unknown.headers["location"]) == (302, "/")
    assert unknown.headers["cache-control"] == "no-store" and unknown.body == b""


def test_a_change_is_on_every_page_that_shows_it(asker, story):
    story()
    assert "港の再開発 7" in asker.get("/").body.decode().replace("<wbr>", "")
    story(headline="倉庫は残る")
    for page in ("/", "/society/", "/society/harbor-7/", "/feed.xml"):
        body = asker.get(page).body.decode().replace("<wbr>", "")
        assert "倉庫は残る" in body and "港の再開発 7" not in body, page


def test_feeds_name_every_story(asker, story):
    for number in range(1, 5):
        story(number)
    sitemap = asker.get("/sitemap.xml").body.decode()
    assert all(f"https://news.example/society/harbor-{number}/" in sitemap for number in range(1, 5))
    assert asker.get("/feed.xml").headers["content-type"].startswith("application/rss+xml")
    assert b"Sitemap: https://news.example/sitemap.xml" in asker.get("/robots.txt").body


def test_django_answers_what_the_kiosk_does_not_know(asker):
    for path in ("/newsroom/", "/search", "/static/a.css", "/media/images/a.avif"):
        assert asker.get(path).status == 299
    assert asker.get("/_/comments", method="POST", body=b"body=x").status == 299
    assert asker.get("/_/comments", method="POST", body=b"x" * 70_000).status == 413
    assert asker.get("/_/comments").status == 405


def test_a_beacon_is_acknowledged_when_it_is_kept_and_counts_once(asker, story, log):
    story()
    event = {"event": str(uuid.uuid4()), "story": 7, "kind": "view"}
    assert asker.beacon(event).status == 204
    assert asker.beacon(event).status == 204
    assert [row[1].story for row in log.read(0, 10)] == [7]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 3000, 400),
        (b"x" * 9000, 413),
        ({"event": "no uuid", "story": 7, "kind": "view"}, 400),
        ({"event": "9a1de0d4-2c4e-4a3a-9c40-5f2f7c1f4b11", "story": "7", "kind": "view"}, 400),
        ({"event": "9a1de0d4-2c4e-4a3a-9c40-5f2f7c1f4b11", "story": 8, "kind": "view"}, 404),
        ({"event": "9a1de0d4-2c4e-4a3a-9c40-5f2f7c1f4b11", "story": 2**70, "kind": "view"}, 400),
        ({"event": "9a1de0d4-2c4e-4a3a-9c40-5f2f7c1f4b11", "story": 7, "kind": "steal"}, 400),
    ],
)
def test_a_bad_beacon_is_refused_and_leaves_nothing(asker, story, log, body, status):
    story()
    answer = asker.beacon(body)
    assert answer.status in ({400, 404} if status == 400 else {status})
    assert log.read(0, 10) == []


def test_what_was_refused_last_is_counted_when_the_worker_ends(asker, log, tmp_path):
    assert asker.beacon(b"{").status == 400
    asker.run(asker.ended())
    other = EventLog(tmp_path / "audience.db")
    assert other.tallied(60) == {"not-json": 1}
    other.close()


def test_many_askers_for_a_cold_page_make_one_pressing(asker, story, plates, monkeypatch):
    story()
    plates.drop("/society/harbor-7/")
    pressed = []
    really = pressing.made
    monkeypatch.setattr(pressing, "made", lambda *at: pressed.append(at[0]) or really(*at))

    async def all_at_once():
        return await asyncio.gather(*(asker.ask("/society/harbor-7/") for _ in range(200)))

    answers = asker.run(all_at_once())
    assert {answer.status for answer in answers} == {200} and pressed == ["/society/harbor-7/"]


def test_what_was_served_goes_on_being_served_and_the_rest_is_503(asker, story, the_desk, monkeypatch):
    story()
    before = asker.get("/society/harbor-7/").body

    def away(*_):
        raise StoreUnavailable("gone")

    monkeypatch.setattr(type(the_desk.supply), "newest", away)
    monkeypatch.setattr(type(the_desk.supply), "at_hand", lambda *_: None)
    assert asker.get("/society/harbor-7/").body == before
    never = asker.get("/society/")
    assert never.status == 503 and never.headers["retry-after"] == "5" and b"<html" in never.body


def test_who_waits_for_a_page_that_proves_to_show_what_was_withdrawn_gets_the_new_one(
    asker, story, plates, monkeypatch
):
    story(7)
    assert asker.get("/society/").status == 200
    really, pressed = pressing.made, []

    def slowly(*asked):
        time.sleep(0.3)
        pressed.append(really(*asked))
        return pressed[-1]

    monkeypatch.setattr(pressing, "made", slowly)
    monkeypatch.setattr(desk, "BRIEFLY", 0.05)
    plates.outdating.story(7, withdrawn=True)
    assert asker.get("/society/").status == 200 and len(pressed) == 1


def test_what_is_known_to_be_withdrawn_is_not_handed_out_where_the_look_for_the_page_is_not_let_in(
    asker, story, the_desk, plates, monkeypatch
):
    story(7)
    assert asker.get("/society/").status == 200
    plates.outdating.story(7, withdrawn=True)
    plates.outdating.now()  # as another page's look does

    def full(*_):
        raise Full("known")

    monkeypatch.setattr(type(the_desk.supply), "newest", full)
    assert asker.get("/society/").status == 503


def test_a_page_that_is_barred_is_not_at_hand(asker, story, the_desk, monkeypatch):
    story(7)
    asker.get("/society/")
    monkeypatch.setattr(desk, "FRESH", 60.0)
    page = the_desk.at_hand("/society/")
    page.barred = True
    assert the_desk.at_hand("/society/") is None


def test_who_waits_for_another_packing_gets_what_the_look_under_way_brought(
    asker, story, the_desk, monkeypatch
):
    story(7)
    really, looks = type(the_desk.supply).newest, []

    def once(self, *asked):
        looks.append(asked)
        if len(looks) > 1:
            raise StoreUnavailable("gone")
        return really(self, *asked)

    monkeypatch.setattr(type(the_desk.supply), "newest", once)
    monkeypatch.setattr(type(the_desk.supply), "at_hand", lambda *_: None)

    async def both():
        packed = asker.ask("/society/", headers=[("accept-encoding", "br")])
        return await asyncio.gather(asker.ask("/society/"), packed)

    plain, packed = asker.run(both())
    assert plain.status == packed.status == 200 and len(looks) == 2
    assert brotli.decompress(packed.body) == plain.body


@pytest.mark.parametrize(("encoding", "unpacked"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_stylesheet_and_script_come_packed_and_are_kept_apart(asker, story, encoding, unpacked):
    story()
    page = asker.get("/").body.decode()
    addresses = re.findall(r'"(/_/reader\.[0-9a-f]+\.(?:css|js))"', page)
    assert len(addresses) == 2
    for address in addresses:
        plain, packed = asker.get(address), asker.get(address, headers=[("accept-encoding", encoding)])
        assert packed.headers["content-encoding"] == encoding and "content-encoding" not in plain.headers
        assert unpacked(packed.body) == plain.body and len(packed.body) < len(plain.body) / 2
        assert plain.headers["vary"] == packed.headers["vary"] == "accept-encoding"
        assert "immutable" in packed.headers["cache-control"]


def test_an_error_bears_the_number_that_stands_in_the_log_and_a_cached_page_none(
    asker, story, monkeypatch, settings, caplog
):
    story()
    settings.TRUSTED_PROXY = "127.0.0.1"
    told = [("x-request-id", "from-the-proxy")]
    assert "x-request-id" not in asker.get("/", headers=told).headers
    assert "x-request-id" not in asker.get("/nothing/here/", headers=told).headers

    async def fails(*_):
        raise RuntimeError

    monkeypatch.setattr(desk.Desk, "page", fails)
    answer = asker.get("/", headers=told)
    assert answer.status == 500 and answer.headers["x-request-id"] == "from-the-proxy"
    settings.TRUSTED_PROXY = ""
    assert len(asker.get("/", headers=told).headers["x-request-id"]) == 16
