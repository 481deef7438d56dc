"""The proxy does what it says: else the tests behind it would prove nothing."""

import contextlib
import socket
import threading
import time

import pytest

from tests.faults.proxy import Proxy
from tests.publication import until


@pytest.fixture
def echo():
    """A server that says back what it is told; its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def answer(connection):
        with connection, contextlib.suppress(OSError):
            while said := connection.recv(4096):
                connection.sendall(said)

    def serve():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(listening.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


@pytest.fixture
def proxy(echo):
    one = Proxy(echo)
    yield one
    one.close()


def connected(proxy):
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=10)


def said_back(connection, words):
    began = time.monotonic()
    connection.sendall(words)
    heard = b""
    while len(heard) < len(words):
        heard += connection.recv(4096)
    assert heard == words
    return time.monotonic() - began


def is_cut_off(proxy):
    try:
        with connected(proxy) as one:
            return one.recv(10) == b""
    except ConnectionError:
        return True


def test_it_passes_on_delays_and_drips(proxy):
    with connected(proxy) as one:
        said_back(one, b"x" * 100_000)
        proxy.delay(0.2)
        assert said_back(one, b"slow") >= 0.4
        proxy.drip()
        assert said_back(one, b"12345") >= 0.15
        proxy.heal()
        said_back(one, b"well again")


def test_a_black_hole_takes_everything_and_gives_nothing_until_it_heals(proxy):
    with connected(proxy) as one:
        proxy.black_hole()
        one.sendall(b"into the dark")
        one.settimeout(0.3)
        with pytest.raises(TimeoutError):
            one.recv(10)
        proxy.heal()
        one.settimeout(10)
        assert one.recv(100) == b"into the dark"
        proxy.heal(forgetful=True)
        with pytest.raises(ConnectionResetError):
            one.recv(10)


def test_a_reset_ends_what_is_and_what_comes(proxy):
    with connected(proxy) as one:
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            one.recv(10)
        assert is_cut_off(proxy)
        proxy.heal()

        def answers():
            with connected(proxy) as again:
                return said_back(again, b"hello") < 10

        until(answers, 5)
