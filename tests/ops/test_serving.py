"""`kawaraban serve`, as it is run."""

import contextlib
import errno
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections import Counter
from pathlib import Path

import pytest

from kawaraban.audience.pipeline import REASONS
from kawaraban.ops import metrics, serving, tables
from kawaraban.ops.listening import Address, CannotServe, listen
from tests.publication import KAWARABAN, ROOT, Served, free_port, until


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """What a process of a house with tables has in its environment."""
    var = tmp_path_factory.mktemp("var")
    env = {name: value for name, value in os.environ.items() if name not in ("PUBLIC_URL", "DATABASE_URL")}
    env |= {"KAWARABAN_VAR": str(var), "DJANGO_SETTINGS_MODULE": "kawaraban.config.settings.embedded"}
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v0"], env=env, check=True, capture_output=True
    )
    return env


def asked(port, path="/"):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return answer.status, answer.read()


def answers_within(port, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            return asked(port)[0] == 200
        time.sleep(0.05)
    return False


@contextlib.contextmanager
def served(house, *more):
    port = free_port()
    server = subprocess.Popen(
        [*KAWARABAN, "serve", "--port", str(port), *more], env=house, cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        assert answers_within(port, 60)
        yield server, port
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
        server.wait(15)
        server.stdout.close()


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_it_serves_names_its_addresses_and_stops_when_told(house):
    with served(house) as (server, port):
        status, body = asked(port)
        assert status == 200 and b"<html" in body
        # A page that was pressed at another address goes out until it is pressed again.
        until(lambda: f"http://127.0.0.1:{port}/".encode() in asked(port)[1], 20)
        assert asked(port, "/newsroom/login/")[0] == 200
        assert asked(port, "/static/wagtailadmin/css/core.css")[0] == 200
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=15)
        assert server.returncode == 0 and time.monotonic() - began < 5
        assert f"http://127.0.0.1:{port}/newsroom/" in said.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_that_is_killed_is_replaced_and_none_outlives_its_keeper(house):
    with served(house, "--workers", "2") as (server, port):
        first = children_of(server.pid)
        assert len(first) == 3
        for child in first:
            os.kill(child, signal.SIGKILL)
        assert answers_within(port, 30)
        left = children_of(server.pid)
        server.kill()
        server.wait(5)
        until = time.monotonic() + 10
        while any(Path(f"/proc/{child}").exists() for child in left) and time.monotonic() < until:
            time.sleep(0.05)
        assert not any(Path(f"/proc/{child}").exists() for child in left)


def refused(house, port, *more):
    command = [*KAWARABAN, "serve", "--port", str(port), *more]
    done = subprocess.run(command, env=house, cwd=ROOT, capture_output=True, timeout=60)
    lines = done.stderr.decode().strip().splitlines()
    assert done.returncode == 2 and len(lines) == 1, lines
    return lines[0]


def test_a_taken_port_is_one_clear_line(house):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert str(port) in refused(house, port)


def test_a_taken_port_for_metrics_keeps_no_reader_out(caplog):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert serving._listen_for_metrics(Address(*taken.getsockname())) is None
        assert "no metrics until the next restart" in caplog.text


def test_who_asks_for_metrics_and_says_nothing_is_one_line_of_the_log(caplog, capsys, monkeypatch):
    monkeypatch.setattr(metrics._Answering, "timeout", 0.05)
    server = metrics._Server(listen(Address("127.0.0.1", free_port())))
    with socket.create_connection(server.server_address), server:
        server.handle_request()
    assert "metrics were not answered: TimeoutError" in caplog.text and not capsys.readouterr().err


def test_missing_tables_are_one_clear_line(house, tmp_path):
    assert "kawaraban rebuild --migrate" in refused({**house, "KAWARABAN_VAR": str(tmp_path)}, free_port())


def test_the_stores_files_alone_are_no_publication(house, tmp_path):
    (tmp_path / "plates.db").touch()  # as the doctor leaves it
    assert tables.BEHIND in refused({**house, "KAWARABAN_VAR": str(tmp_path)}, free_port())


def test_a_lost_database_is_not_to_be_begun_anew(house, tmp_path):
    (tmp_path / "kawaraban.db").touch()
    (tmp_path / "address").write_text("https://news.example")
    assert "put its copy back" in refused({**house, "KAWARABAN_VAR": str(tmp_path)}, free_port())


def test_other_commands_know_the_address_that_was_served_last(house):
    with served(house) as (_, port):
        told = "from django.conf import settings; print(settings.PUBLIC_URL)"
        asked_for = subprocess.run([sys.executable, "-c", told], env=house, capture_output=True, check=True)
        assert asked_for.stdout.decode().strip() == f"http://127.0.0.1:{port}"


def test_a_full_disk_is_one_clear_line(monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(serving.os, "fsync", full)
    with pytest.raises(CannotServe, match="No space left on device"):
        serving.serve(Address("127.0.0.1", free_port()), 1)


def test_a_folder_that_cannot_be_written_is_one_clear_line(house, tmp_path):
    (tmp_path / "file").write_text("")
    assert "file" in refused({**house, "KAWARABAN_VAR": str(tmp_path / "file")}, free_port())


def test_a_proxy_that_is_no_address_is_one_clear_line(house):
    assert "TRUSTED_PROXY" in refused({**house, "TRUSTED_PROXY": "nginx.example"}, free_port())


class Askers:
    """Readers who keep asking, on connections that they keep and on new ones."""

    def __init__(self, port, pairs=3):
        self.port, self.answered, self.failed = port, Counter(), Counter()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(keep,)) for keep in (True, False) * pairs]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, keep):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self._stop.wait(0.005):
            try:
                connection.request("GET", "/")
                answer = connection.getresponse()
                assert answer.read()
                self.answered[answer.status] += 1
            except ConnectionRefusedError:
                self.failed["refused"] += 1
                return
            except (OSError, http.client.HTTPException) as why:
                self.failed[repr(why)] += 1
            if not keep:
                connection.close()
        connection.close()


def workers_of(port, seconds=3):
    """Numbers of the processes that answer."""
    found, end = set(), time.monotonic() + seconds
    while time.monotonic() < end and len(found) < 3:
        found.add(json.loads(asked(port, "/healthz")[1])["pid"])
        time.sleep(0.01)
    return found


def all_three(port):
    """The same, once each of them has: one may be slow to be given a connection."""
    found = workers_of(port, seconds=60)
    assert len(found) == 3, found
    return found


@pytest.fixture(scope="module")
def three(served):
    """Three workers of the demo publication."""
    served.stop()  # so that these lead, and have the jobs' numbers
    one = Served(served.var)
    one.metrics = free_port()
    one.serve("--workers", "3", "--metrics", f"127.0.0.1:{one.metrics}")
    yield one
    one.stop()
    served.serve(port=served.port)


def edition(connection):
    connection.request("GET", "/readyz")
    return json.loads(connection.getresponse().read())["edition"]


def test_every_worker_shows_the_same_edition_within_a_second(three):
    connections = {}
    for _ in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", three.port, timeout=10)
        connection.request("GET", "/healthz")
        worker = json.loads(connection.getresponse().read())["pid"]
        if connections.setdefault(worker, connection) is not connection:
            connection.close()
        if len(connections) == 3:
            break
    assert len(connections) == 3
    story = three.story(three.addresses[0])
    time.sleep(1.1)  # /readyz looks once a second
    before = {pid: edition(one) for pid, one in connections.items()}
    assert three.beacon(story, uuid.uuid4()) == 204
    new = max(before.values())
    until(lambda: any(edition(one) > new for one in connections.values()), 20)
    newest = max(edition(one) for one in connections.values())
    # A second, and the second that /readyz keeps what it found.
    assert until(lambda: all(edition(one) >= newest for one in connections.values()), 20) < 2.5
    for connection in connections.values():
        connection.close()


def test_a_restart_loses_no_request(three):
    before, children = all_three(three.port), len(children_of(three._process.pid))
    with Askers(three.port) as askers, Askers(three.metrics, pairs=1) as scrapers:
        three.signal(signal.SIGHUP)
        until(lambda: not workers_of(three.port) & before, 90)
        time.sleep(1.5)  # the last of the former ends what it is at
    for asked_by in (askers, scrapers):
        assert not asked_by.failed and asked_by.answered.keys() == {200} and asked_by.answered[200] > 50
    # Nothing is left of the former, not even what says how each ended.
    until(lambda: len(children_of(three._process.pid)) == children, 20)


def numbers(house):
    text = asked(house.metrics, "/metrics")[1].decode()
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(number) for name, _, number in lines}


def test_prometheus_is_shown_the_numbers_of_all_workers(three):
    until(lambda: "kawaraban_log_bytes" in numbers(three), 30)
    before = numbers(three)
    # What never happened yet is there as 0: else a rate would not see the first of it.
    assert before['kawaraban_problems_total{status="410"}'] == 0
    assert {
        "kawaraban_page_stale_total",
        'kawaraban_shed_total{gate="comments"}',
        'kawaraban_let_in_total{gate="new"}',
        'kawaraban_job_failures_total{job="rolling finished days"}',
        'kawaraban_job_failures_total{job="reconciling"}',
        *(f'kawaraban_beacons_total{{outcome="{outcome}"}}' for outcome in ("accepted", *REASONS)),
    } <= before.keys()
    for _ in range(60):
        asked(three.port)
    assert three.get("/no/such/").status == 404
    assert three.beacon(three.story(three.addresses[0]), uuid.uuid4()) == 204

    def grown(name):
        return numbers(three)[name] - before[name]

    until(lambda: grown("kawaraban_page_hits_total") + grown("kawaraban_page_looks_total") >= 60, 20)
    until(lambda: grown('kawaraban_problems_total{status="404"}') >= 1, 20)
    until(lambda: grown('kawaraban_beacons_total{outcome="accepted"}') >= 1, 20)
    until(lambda: grown('kawaraban_job_runs_total{job="refresh of the rails"}') >= 1, 20)
    now = numbers(three)
    assert now["kawaraban_edition_number"] >= now["kawaraban_edition_number_oldest"] > 0
    assert 0 <= now["kawaraban_edition_age_seconds"] < 60
    assert now["kawaraban_schedule_overdue"] == now["kawaraban_publishing_failures"] == 0
    for undone in ("publications", "changes", "discussions"):
        assert now[f"kawaraban_{undone}_undone"] == 0
    assert "kawaraban_fold_lag_events" in now and now["kawaraban_log_bytes"] > 0


def test_code_that_could_not_serve_is_not_restarted_with(three):
    before = all_three(three.port)
    with contextlib.closing(sqlite3.connect(three.var / "kawaraban.db", timeout=30)) as database:
        kept = database.execute("SELECT * FROM django_migrations WHERE app = 'reading'").fetchall()
        kept = kept or database.execute("SELECT * FROM django_migrations WHERE app = 'stories'").fetchall()
        database.execute("DELETE FROM django_migrations WHERE app = ?", (kept[0][1],))
        database.commit()
        try:
            three.signal(signal.SIGHUP)
            until(lambda: "not restarted" in (three.var / "served.txt").read_text(), 90)
        finally:
            database.executemany("INSERT INTO django_migrations VALUES (?, ?, ?, ?)", kept)
            database.commit()
    assert all_three(three.port) == before


def test_one_that_is_told_to_end_ends_what_is_under_way(house):
    with served(house) as (server, port), Askers(port) as askers:
        until(lambda: askers.answered[200] > 20, 20)
        server.send_signal(signal.SIGTERM)
        server.wait(15)
        until(lambda: askers.failed["refused"] >= 1, 10)
    # What stands in the queue of the socket when it closes is reset, as it is by any server.
    assert set(askers.failed) <= {"refused", repr(ConnectionResetError(104, "Connection reset by peer"))}
    assert sum(askers.failed.values()) - askers.failed["refused"] <= 3


class OverSocket(http.client.HTTPConnection):
    def __init__(self, file):
        super().__init__("news.example", timeout=30)
        self.file = file

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(str(self.file))


def test_it_serves_at_a_unix_socket_whose_readers_the_proxy_names(house, tmp_path):
    file = tmp_path / "web.sock"
    command = [*KAWARABAN, "serve", "--socket", str(file)]
    env = {**house, "PUBLIC_URL": "http://news.example"}
    with subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE) as server:
        try:
            assert b"http://news.example/" in server.stdout.readline()
            connection = OverSocket(file)
            connection.request("GET", "/")
            answer = connection.getresponse()
            assert answer.status == 200 and b"<html" in answer.read()
            connection.request("GET", "/search?q=a")
            assert connection.getresponse().status == 200
            connection.close()
            second = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, timeout=60)
            assert second.returncode == 2 and b"Choose another file" in second.stderr
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=20)
    assert not file.exists()


def test_the_jobs_are_handed_on_when_the_house_that_leads_dies(house):
    with served(house) as (leading, _), served(house) as (_, port):

        def edition():
            return json.loads(asked(port, "/readyz")[1])["edition"]

        until(edition, 60)
        before = edition()
        leading.kill()
        # Whose jobs begin makes an edition at once; the next would be due in half a minute.
        assert until(lambda: edition() != before, 60) < 15
