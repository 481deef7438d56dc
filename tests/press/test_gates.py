"""What is too much is told so at once; what is let in is served."""

import asyncio
import threading
import time

import pytest

from kawaraban.feeds import sitemaps
from kawaraban.kit.counts import counts
from kawaraban.press.desk import Desk, Unavailable
from kawaraban.press.gates import Full, Gate
from kawaraban.press.guarded import Guarded
from kawaraban.press.pressing import Elsewhere


@pytest.fixture(autouse=True)
def nothing_counted():
    counts.clear()


def test_so_many_are_in_at_once_and_the_next_comes_in_when_one_leaves():
    gate, inside, most = Gate("g", 2, 5.0), 0, 0

    async def work():
        nonlocal inside, most
        async with gate.place():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    async def all_of_them():
        await asyncio.gather(*(work() for _ in range(20)))

    asyncio.run(all_of_them())
    assert most == 2 and counts["let in:g"] == 20 and counts["shed:g"] == 0


def test_who_waits_too_long_is_told_and_later_ones_come_in():
    gate = Gate("g", 1, 0.05, most_waiting=1)

    async def story():
        leave = asyncio.Event()

        async def stay():
            async with gate.place():
                await leave.wait()

        staying = asyncio.create_task(stay())
        await asyncio.sleep(0)
        waiting = asyncio.create_task(stay())
        await asyncio.sleep(0)
        began = time.monotonic()
        with pytest.raises(Full):  # one waits already: told at once
            await stay()
        assert time.monotonic() - began < 0.04
        with pytest.raises(Full):
            await waiting
        leave.set()
        await staying
        await stay()

    asyncio.run(story())
    assert counts["shed:g"] == 2 and counts["let in:g"] == 2


def test_a_gate_learns_how_many_may_wait():
    """Ten times as many come as can be served: nearly all who wait are let in, the others told at once."""
    gate, times = Gate("g", 1, 0.2), []

    async def come():
        began = time.monotonic()
        try:
            async with gate.place():
                await asyncio.sleep(0.005)
        except Full:
            times.append(time.monotonic() - began)

    async def a_second():
        tasks = []
        for _ in range(100):
            tasks += [asyncio.create_task(come()) for _ in range(20)]
            await asyncio.sleep(0.01)
        await asyncio.gather(*tasks)

    asyncio.run(a_second())
    assert counts["let in:g"] > 50 and sorted(times)[len(times) * 3 // 4] < 0.1
    assert gate._bearable < 200


def test_one_who_fails_inside_leaves_the_place():
    gate = Gate("g", 1, 0.05)

    async def fail():
        with pytest.raises(ValueError, match="inside"):
            async with gate.place():
                raise ValueError("inside")

    async def twice():
        await fail()
        await fail()

    asyncio.run(twice())


async def nobody(*_):
    return {"type": "http.request", "body": b"", "more_body": False}


class Supplied:
    """Pages at once, sitemaps when they may."""

    def __init__(self):
        self.may = threading.Event()

    def look_at_once(self):
        return True

    def at_hand(self, address, encoding):
        return None

    def newest(self, address, old, encodings):
        if sitemaps.is_one(address):
            self.may.wait(20)
        return Elsewhere("/there/", 301)


def test_sitemaps_shut_out_no_page():
    supplied = Supplied()

    async def story():
        desk = Desk(supplied)
        maps = [asyncio.create_task(desk.page(f"/sitemap-{one}.xml", "identity")) for one in range(1, 10)]
        await asyncio.sleep(0.05)
        began = time.monotonic()
        pages = await asyncio.gather(*(desk.page(f"/society/{one}/", "identity") for one in range(20)))
        assert all(page.status == 301 for page in pages) and time.monotonic() - began < 1
        told = await asyncio.gather(*maps, return_exceptions=True)
        assert all(isinstance(one, Unavailable) for one in told)
        supplied.may.set()
        desk.close()

    asyncio.run(story())


def test_searches_and_stuck_comments_shut_out_no_editor():
    """A database that does not answer: comments are told so in two seconds, editors come in."""
    stuck, sent = None, []

    async def behind(scope, receive, send):
        if scope["path"] != "/newsroom/":
            await stuck.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message["status"])

    async def story():
        nonlocal stuck
        stuck = asyncio.Event()
        guarded = Guarded(behind)
        began = time.monotonic()
        comments = [
            asyncio.create_task(guarded({"path": "/_/comments", "method": "POST"}, nobody, send))
            for _ in range(9)
        ]
        searches = [asyncio.create_task(guarded({"path": "/search"}, nobody, send)) for _ in range(9)]
        await guarded({"path": "/newsroom/"}, nobody, send)
        told = await asyncio.gather(*comments, return_exceptions=True)
        assert all(isinstance(one, Full) for one in told) and time.monotonic() - began < 3
        assert sent == [200]
        assert counts["shed:search"] == 6
        stuck.set()
        await asyncio.gather(*searches, return_exceptions=True)
        assert sent == [200] * 4  # the three searches let in; late comments are answered to nobody
        await guarded({"path": "/_/comments", "method": "POST"}, nobody, send)
        assert len(sent) == 5

    asyncio.run(story())
