"""The configurations that `kawaraban config` prints, in real web servers in front of a publication."""

import json
import re
import subprocess
import threading
import time
import uuid
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import unquote

import pytest

from kawaraban.audience.beacon import STAFF_COOKIE
from kawaraban.ops.front_doors import Door as Filled
from kawaraban.ops.front_doors import NotFit
from kawaraban.press import front_door
from kawaraban.press.addresses import canonical
from kawaraban.stories.outcome import Outcome
from tests.ops.doors import NAME, PROGRAMS, Door, printed
from tests.publication import Served, free_port, until

SERVERS = [pytest.param(server, marks=getattr(pytest.mark, server)) for server in PROGRAMS]


@pytest.fixture(scope="module")
def house(served):
    """The publication of all tests, served by a process that may be killed."""
    more = {"ALLOWED_HOSTS": NAME, "TRUSTED_PROXY": "127.0.0.1", "PUBLIC_URL": served.base}
    one = Served(served.var, more=more)
    one.serve()
    yield one
    one.stop()


@pytest.fixture(autouse=True)
def all_is_told():
    """No test ends while the front door is still told of what it did."""
    yield
    front_door.finish()


@pytest.fixture(scope="module", params=SERVERS)
def door(request, house, tmp_path_factory):
    one = Door(request.param, tmp_path_factory.mktemp("door"), f"127.0.0.1:{house.port}")
    one.start()
    yield one
    one.stop()


@pytest.mark.parametrize("upstream", ["127.0.0.1:8000", "unix:/run/kawaraban/web.sock"])
@pytest.mark.parametrize("server", SERVERS)
def test_the_server_accepts_what_is_printed(tmp_path, server, upstream):
    door = Door(server, tmp_path / "door", upstream)
    check = {"nginx": ["-t"], "varnish": ["-C"]}[server]
    done = subprocess.run(door.command(*check), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_what_could_end_a_line_of_a_configuration_is_refused():
    for broken in ("news.example;", "a b", "news.example\n", "", "$host"):
        with pytest.raises(NotFit):
            Filled((broken,), "127.0.0.1:8000", "80")
    for broken in ("127.0.0.1", "unix:run", "127.0.0.1:80;", "unix:/a;b"):
        with pytest.raises(NotFit):
            Filled((NAME,), broken, "80")


def test_the_publications_own_name_is_filled_in(settings):
    settings.PUBLIC_URL = "https://kawara.example"
    assert "server_name kawara.example;" in printed("nginx")


def test_pages_come_through_as_they_are(door, house):
    address = house.addresses[0]
    assert door.get("/").status == 200
    assert "data-story" in door.get(address).body
    assert door.get("/nothing/here/").status == 404
    assert door.get("/newsroom/login/").status == 200
    assert door.get("/search?q=%E6%B8%AF").status == 200
    assert door.get("/static/wagtailadmin/css/core.css").status == 200
    assert door.get("/readyz").status == door.get("/healthz").status == 404


def test_what_a_page_asks_for_while_it_is_read_comes_through_with_what_it_asks(door, house):
    story, before = (house.story(address) for address in house.addresses[:2])
    asked = (f"/_/counts?story={story}", f"/_/next?story={story}&read={before}")
    kept = door.entries()
    for address in asked:
        assert door.get(address).status == house.get(address).status < 300
    for address in ("/_/counts?story=1", "/_/next?story=1"):
        assert door.get(address).status == 404
    assert door.entries() == kept


def test_those_who_work_in_the_newsroom_are_no_readers_behind_it_either(door, house):
    view = {"story": house.story(house.addresses[0]), "kind": "view"}

    def told(**headers):
        body = json.dumps({"event": str(uuid.uuid4()), **view}).encode()
        return door.post("/_/beacon", body, Content_Type="application/json", **headers)

    assert told().status == 204
    refused = told(Cookie=f"sessionid=x; {STAFF_COOKIE}=1")
    assert refused.status == 403 and json.loads(refused.body) == {"staff": 1}


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip"])
def test_pages_come_packed_as_the_application_packs_them(door, encoding):
    connection = HTTPConnection("127.0.0.1", door.port, timeout=10)
    connection.request("GET", "/", headers={"Host": NAME, "Accept-Encoding": f"{encoding}, identity;q=0.1"})
    assert connection.getresponse().headers["content-encoding"] == encoding
    connection.request("GET", "/", headers={"Host": NAME, "Accept-Encoding": f"{encoding};q=0"})
    connection.close()


def test_a_host_that_is_not_ours_gets_nothing(door):
    assert door.get("/", Host="evil.example").status == 421
    assert door.get("/", Host=f"{NAME}.evil.example").status == 421
    assert door.get("/", Host=f"WWW.{NAME.upper()}:8080").status == 200


def request(head, body=b""):
    return head.replace(b"\n", b"\r\n").replace(b"HOST", b"Host: " + NAME.encode()) + b"\r\n\r\n" + body


# Each is malformed, or says two things at once; a server that lets one through can be made to take a
# part of it for another reader's request. The second request in a body must never be answered.
SMUGGLED = b"GET /newsroom/login/ HTTP/1.1\r\nHost: news.example\r\n\r\n"
CORPUS = {
    "two lengths": request(b"POST /_/beacon HTTP/1.1\nHOST\nContent-Length: 5\nContent-Length: 6", b"hello!"),
    "length and chunks": request(
        b"POST /_/beacon HTTP/1.1\nHOST\nContent-Length: 4\nTransfer-Encoding: chunked",
        b"0\r\n\r\n" + SMUGGLED,
    ),
    "chunks and length": request(
        b"POST /_/beacon HTTP/1.1\nHOST\nTransfer-Encoding: chunked\nContent-Length: 60",
        b"0\r\n\r\n" + SMUGGLED,
    ),
    "unknown coding": request(b"POST /_/beacon HTTP/1.1\nHOST\nTransfer-Encoding: xchunked", SMUGGLED),
    "two codings": request(
        b"POST /_/beacon HTTP/1.1\nHOST\nTransfer-Encoding: chunked\nTransfer-Encoding: identity",
        b"0\r\n\r\n" + SMUGGLED,
    ),
    "bad chunk": request(
        b"POST /_/beacon HTTP/1.1\nHOST\nTransfer-Encoding: chunked", b"zz\r\nhello\r\n0\r\n\r\n" + SMUGGLED
    ),
    "chunk too large": request(
        b"POST /_/beacon HTTP/1.1\nHOST\nTransfer-Encoding: chunked",
        b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n" + SMUGGLED,
    ),
    "minus length": request(b"POST /_/beacon HTTP/1.1\nHOST\nContent-Length: -1", SMUGGLED),
    "length in words": request(b"POST /_/beacon HTTP/1.1\nHOST\nContent-Length: five", b"hello" + SMUGGLED),
    "two hosts": request(b"GET / HTTP/1.1\nHOST\nHost: evil.example", b""),
    "no host": request(b"GET / HTTP/1.1\nAccept: */*", b""),
    "blank before colon": request(b"POST /_/beacon HTTP/1.1\nHOST\nContent-Length : 60", SMUGGLED),
    "NUL in a header": request(b"GET / HTTP/1.1\nHOST\nX-A: a\0b", b""),
    "line feed in the path": request(b"GET /a\x0bb\x00 HTTP/1.1\nHOST", b""),
    "a header of 70 kB": request(b"GET / HTTP/1.1\nHOST\nX-A: " + b"a" * 70_000, b""),
    "no such version": request(b"GET / HTTP/9.1\nHOST", b""),
}


@pytest.mark.parametrize("name", CORPUS)
def test_malformed_requests_are_refused_and_nothing_is_smuggled(door, name):
    answers = re.findall(rb"HTTP/1\.[01] (\d{3})", door.raw(CORPUS[name], seconds=3))
    assert len(answers) <= 1, answers
    assert all(answer[:1] in b"45" and answer != b"404" for answer in answers), answers


def test_a_large_body_is_refused(door):
    sent = request(b"POST /_/beacon HTTP/1.1\nHOST\nContent-Length: 1000000", b"a" * 20_000)
    assert re.match(rb"HTTP/1.1 413", door.raw(sent))


def test_nothing_unknown_changes_a_page_or_is_kept(door, house):
    def once(address):
        # A page says when it is: compare pages of one moment.
        return re.sub(r"<time[^>]*>.*?</time>", "", door.get(address).body)

    address = house.addresses[1]
    once(address)
    kept = door.entries()
    evil = {
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Proto": "gopher",
        "X_Forwarded_For": "6.6.6.6",
        "X_Original_URL": "/newsroom/",
        "X_Rewrite_URL": "/newsroom/",
        "Forwarded": "host=evil.example",
        "Cookie": "sessionid=evil",
    }
    for number in range(40):
        answer = door.get(
            f"{address}?utm={number}&page={number}&{number}", **{**evil, "Cookie": f"a={number}"}
        )
        assert answer.status == 200 and "evil" not in answer.body and "evil" not in str(answer.headers)
        assert "set-cookie" not in answer.headers
    assert door.entries() <= kept + 1  # the error page of the check before may be another
    assert "evil" not in once(address)


def test_two_spellings_of_an_address_are_one_page_and_no_spelling_poisons_another(door, house):
    address = house.addresses[2]
    for spelling in (f"/x/..{address}", f"/{address}", address.replace("/", "/./", 1), f"{address}?page=9"):
        door.get(spelling)
    assert door.get(address).status == 200
    assert door.get("/society/?page=2").body != door.get("/society/").body
    assert door.get("/society/?page=2&page=1").body == door.get("/society/?page=2").body
    assert door.get("/society/?page=nonsense").status == 404
    assert door.get("/society/%3Fpage=2").status == door.get("/society/%3Fpage=02").status == 404


@pytest.mark.parametrize("server", SERVERS)
def test_a_page_is_kept_under_one_spelling_and_no_spelling_hides_what_it_is(server, recorder, tmp_path):
    one = Door(server, tmp_path / "door", f"127.0.0.1:{recorder.server_port}")
    one.start()
    try:
        before = one.entries()
        for spelling in ("/a-b/%E6%B8%AF/", "/%61%2Db/%e6%b8%af/", "/a-b%2F%E6%b8%aF/?utm=100%", "/a-b/港/"):
            assert re.match(rb"HTTP/1.1 200", one.raw(get(spelling)))
        assert one.entries() == before + 1
        for kept in ("/%68ealthz", "/%72eadyz", "/healthz%3F"):
            one.raw(get(kept))
        asked = {unquote(path) for _, path in recorder.asked} - {"/"}  # it was asked whether it runs
        assert asked == {"/a-b/港/", "/healthz?"}
        for broken in ("/%", "/a%zz/", "/%6"):
            assert re.match(rb"HTTP/1.1 400", one.raw(get(broken)))
    finally:
        one.stop()


def get(address):
    return request(b"GET " + address.encode() + b" HTTP/1.1\nHOST\nConnection: close")


class Recorder(ThreadingHTTPServer):
    """An application that notes when it was asked for what, and with which cookies."""

    def __init__(self):
        super().__init__(("127.0.0.1", free_port()), _Answering)
        self.asked, self.cookies, self.came_from, self.status = [], [], [], 200
        self.failing, self.hanging = set(), set()  # paths
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        if self.path != "/healthz":
            self.server.asked.append((time.monotonic(), self.path))
            self.server.cookies.append(self.headers["Cookie"] or "")
            said = (self.headers["X-Forwarded-For"], self.headers["X-Forwarded-Proto"])
            self.server.came_from.append(said)
        if self.path in self.server.hanging:
            time.sleep(1.5)
        self.send_response(503 if self.path in self.server.failing else self.server.status)
        self.send_header("Cache-Control", "max-age=1, s-maxage=1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def recorder():
    one = Recorder()
    yield one
    one.close()


@pytest.mark.parametrize("server", SERVERS)
def test_of_cookies_the_newsroom_gets_all_and_beacons_only_that_they_are_of_staff(server, recorder, tmp_path):
    one = Door(server, tmp_path / "door", f"127.0.0.1:{recorder.server_port}")
    one.start()
    staff, editor = f"{STAFF_COOKIE}=1", "sessionid=secret; csrftoken=secret"
    try:
        recorder.cookies.clear()
        for cookie in (f"{editor}; {staff}; a=b", staff, editor, f"x-{staff}", f"{staff}0"):
            one.post("/_/beacon", b"{}", Cookie=cookie)
        assert recorder.cookies == [staff, staff, "", "", ""]
        recorder.cookies.clear()
        one.get("/newsroom/", Cookie=f"{editor}; {staff}")
        one.get("/society/", Cookie=f"{editor}; {staff}")
        one.post("/_/comments", b"{}", Cookie=f"{editor}; {staff}")
        assert recorder.cookies == [f"{editor}; {staff}", "", ""]
    finally:
        one.stop()


# Each another page, so that none is answered from what was kept of one before.
ASKED = [
    ("/society/", "page=2"),
    ("/economy/", "utm=1&page=2&page=3"),
    ("/sports/", "page=1"),
    ("/culture/", "page=2x"),
    ("/world/", "pages=2"),
    ("/people/hayase/", "page=3"),
    ("/topics/port/", "page=999999"),
    ("/ranking/", "page=2"),
    ("/ranking/week/", "page=2"),
    ("/ranking/week/society/", "page=2"),
    ("/society/harbor/", "page=2"),
    ("/", "p=12&x=1"),
    ("/feed.xml", "page=2"),
]


@pytest.mark.parametrize("server", SERVERS)
def test_a_page_number_is_known_where_the_application_knows_one_and_nowhere_kept(server, recorder, tmp_path):
    one = Door(server, tmp_path / "door", f"127.0.0.1:{recorder.server_port}")
    one.start()
    try:
        before, known = one.entries(), [canonical(path, query.encode()) for path, query in ASKED]
        for (path, query), address in zip(ASKED, known, strict=True):
            one.get(f"{path}?{query}")
            assert recorder.asked[-1][1] == address
        assert one.entries() == before + sum("page=" not in address for address in known)
    finally:
        one.stop()


def test_of_a_withdrawn_story_rankings_are_told_again_when_the_tables_are_without_it(settings, recorder):
    settings.PUBLIC_URL, settings.NGINX_URL = f"https://{NAME}", f"http://127.0.0.1:{recorder.server_port}"
    began = time.monotonic()
    front_door.after_story(Outcome(1, "/society/harbor/", "withdrawn", 1, section_slugs=("society",)))
    front_door.finish()
    told = {path: at - began for at, path in recorder.asked}
    for page in ("/", "/society/", "/ranking/", "/ranking/rising/", "/ranking/week/society/"):
        assert told[page] > 2.0, page


@pytest.mark.parametrize(("status", "done"), [(410, True), (404, True), (503, False), (421, False)])
def test_what_nginx_could_not_fetch_of_a_withdrawn_story_is_not_done(
    settings, recorder, monkeypatch, status, done
):
    tellers = tuple(front_door._Teller(seconds) for seconds in (0.0, 0.1))
    monkeypatch.setattr(front_door, "_TELLERS", tellers)
    settings.PUBLIC_URL, settings.NGINX_URL = f"https://{NAME}", f"http://127.0.0.1:{recorder.server_port}"
    recorder.status = status
    last = front_door.after_story(Outcome(1, "/society/harbor/", "withdrawn", 1))
    assert not last.done()
    front_door.finish()
    assert last.done() and (last.exception() is None) == done
    assert done or isinstance(last.exception(), front_door.NotTold)


@pytest.fixture
def told_at_once(settings, recorder, monkeypatch):
    monkeypatch.setattr(front_door, "_TELLERS", (front_door._Teller(0.3),))
    settings.PUBLIC_URL, settings.NGINX_URL = f"https://{NAME}", f"http://127.0.0.1:{recorder.server_port}"


@pytest.mark.parametrize("how", ["failing", "hanging"])
def test_a_page_that_nginx_could_not_fetch_keeps_it_from_no_other(told_at_once, recorder, how):
    setattr(recorder, how, {"/"})
    withdrawn = Outcome(1, "/society/harbor/", "withdrawn", 1, section_slugs=("society",))
    last = front_door.after_story(withdrawn)
    assert isinstance(last.exception(10), front_door.NotTold)
    asked = {path for _, path in recorder.asked}
    assert {"/", "/feed.xml", "/sitemap.xml", "/society/", "/ranking/", "/ranking/week/society/"} <= asked


def test_what_nginx_could_not_fetch_is_undone_of_those_alone_that_it_shows(told_at_once, recorder):
    recorder.failing = {"/society/"}
    here, there = (
        front_door.after_story(Outcome(1, f"/{one}/harbor/", "withdrawn", 1, section_slugs=(one,)))
        for one in ("society", "economy")
    )
    assert there.exception(10) is None and "/society/" in str(here.exception(10))


def test_who_ends_waits_no_longer_than_was_said_for_what_is_to_be_told(settings, recorder):
    settings.PUBLIC_URL, settings.NGINX_URL = f"https://{NAME}", f"http://127.0.0.1:{recorder.server_port}"
    last = front_door.after_story(Outcome(1, "/society/harbor/", "withdrawn", 1))
    front_door.finish(0.05)
    assert not last.done()
    front_door.finish(20.0)
    assert last.done()


def test_what_varnish_was_not_told_is_not_done(settings, monkeypatch):
    settings.VARNISH_URL = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(front_door.NotTold):
        front_door.after_story(Outcome(1, "/society/harbor/", "changed", 1))
    monkeypatch.setattr(front_door.queries, "cards_of", lambda _: [SimpleNamespace(path="/society/harbor/")])
    with pytest.raises(front_door.NotTold):
        front_door.after_discussion(1)


def test_what_changes_is_shown_within_two_seconds_while_many_ask(door, house):
    """Rails are as old as the door's copy at most, whether few ask or many."""
    address = house.addresses[0]
    story, stop = house.story(address), threading.Event()

    def ask():
        while not stop.wait(0.02):
            door.get(address)

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    try:
        late = [lateness(door, house, story, number) for number in range(3)]
    finally:
        stop.set()
        for asker in askers:
            asker.join()
    # Two seconds, and what a loaded machine takes to ask.
    assert max(late) < 2.5, late


def lateness(door, house, story, number):
    """Seconds by which the door shows a count of readers later than the application."""

    def edition(asked):
        return re.findall(r'data-rail="most-read".*?</section>', asked("/").body, re.DOTALL)

    before = edition(house.get)
    for reader in range(5):
        house.beacon(story, f"{door.server} {number} {reader}")
    until(lambda: edition(house.get) != before, 20)
    shown = time.monotonic()
    now = edition(house.get)
    until(lambda: edition(door.get) in (now, edition(house.get)), 20, every=0.02)
    return time.monotonic() - shown


@pytest.mark.parametrize("method", [b"PURGE", b"BAN"])
def test_only_the_application_may_have_pages_forgotten(door, method):
    asked = request(method + b" / HTTP/1.1\nHOST\nConnection: close")
    if door.server == "varnish":
        assert b" 403 " in door.raw(asked)
        assert b" 403 " in door.raw(by_proxy("127.0.0.1") + asked, port=door.tls)
        assert b" 200 " in door.raw(asked, port=door.application)
    else:
        assert b" 405 " in door.raw(asked)


def by_proxy(reader):
    """What a TLS proxy says before the request of a reader."""
    return f"PROXY TCP4 {reader} 127.0.0.1 50000 443\r\n".encode()


@pytest.mark.varnish
def test_a_reader_behind_a_tls_proxy_is_known_and_nobody_forges_where_he_is(recorder, tmp_path):
    one = Door("varnish", tmp_path / "door", f"127.0.0.1:{recorder.server_port}")
    one.start()
    forged = b"X-Forwarded-For: 6.6.6.6\nX-Forwarded-Proto: https\nConnection: close"
    asked = request(b"GET /search?q=a HTTP/1.1\nHOST\n" + forged)
    try:
        assert b" 200 " in one.raw(by_proxy("203.0.113.9") + asked, port=one.tls)
        assert b" 200 " in one.raw(asked)
        assert recorder.came_from == [("203.0.113.9", "https"), ("127.0.0.1", "http")]
        assert b" 200 " not in one.raw(asked, port=one.tls)
    finally:
        one.stop()


def test_a_changed_page_is_not_shown_as_it_was_though_no_reader_asked_since(door, house, settings):
    address = house.addresses[5]
    pages = (address, spelt(address), "/ranking/", "/ranking/day/society/")
    made = max(when_made(door.get(page)) for page in pages)
    assert door.get("/society/?page=2").status == door.get("/?p=77").status == 200
    time.sleep(2.1)
    settings.PUBLIC_URL = f"https://{NAME}"
    if door.server == "varnish":
        settings.VARNISH_URL = f"http://127.0.0.1:{door.application}"
    else:
        settings.NGINX_URL = f"http://127.0.0.1:{door.refetch}"
    front_door.after_story(Outcome(1, address, "withdrawn", 1, section_slugs=("society",)))
    time.sleep(2.0)
    house.kill()
    try:
        time.sleep(3)  # until all of its processes are gone, and what is kept a second is old
        for page in pages:
            answer = door.get(page)
            if door.server == "varnish":
                assert answer.status == 503
            else:
                assert answer.status == 200 and when_made(answer) >= made + 2
        assert {door.get("/society/?page=2").status, door.get("/?p=77").status} <= {502, 503}
    finally:
        house.serve(port=house.port)
        until(lambda: door.get(address).status == 200, 15)


def spelt(address):
    """The same address, with its first letter in another spelling."""
    return f"/%{ord(address[1]):x}{address[2:]}"


def when_made(answer):
    return parsedate_to_datetime(answer.headers["date"]).timestamp()


def test_a_page_is_shown_for_as_long_as_the_application_is_away(door, house, settings):
    address, withdrawn = house.addresses[3], house.addresses[4]
    assert door.get(address).status == door.get(withdrawn).status == 200
    settings.VARNISH_URL = f"http://127.0.0.1:{door.application}" if door.server == "varnish" else ""
    front_door.after_story(Outcome(1, withdrawn, "withdrawn", 1))
    house.kill()
    try:
        time.sleep(3)
        for _ in range(5):
            answer = door.get(address)
            assert answer.status == 200 and "data-story" in answer.body
            time.sleep(0.3)
        assert "date" in answer.headers
        assert door.server != "varnish" or door.get(withdrawn).status == 503
        assert door.get("/never/asked/").status in (502, 503)
    finally:
        house.serve(port=house.port)
    until(lambda: door.get("/never/asked/").status == 404, 15)
