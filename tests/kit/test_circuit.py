"""Circuits: nobody waits for what is known to be away, and it is noticed when it comes back."""

import contextlib
import logging
import multiprocessing
import threading
import time

import pytest

from kawaraban.kit import circuit
from kawaraban.kit.circuit import Away, Bounded, Circuit
from tests.publication import until


class Service:
    """Something that may fail or hang."""

    def __init__(self):
        self.fails = False
        self.answers = threading.Event()
        self.answers.set()
        self.asked = 0

    def ask(self):
        self.asked += 1
        self.answers.wait(20)
        if self.fails:
            raise ConnectionError("refused")
        return "answer"


@pytest.fixture
def service(monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr(circuit, "AGAIN", 0.05)
    service = Service()
    yield service
    service.fails = False
    service.answers.set()


def bounded(service, patience=0.1):
    return Bounded(Circuit("service", service.ask), 2, patience, lambda why: isinstance(why, ConnectionError))


def answers(asked, service):
    try:
        return asked.ask(service.ask) == "answer"
    except Away:
        return False


def test_what_hangs_is_waited_for_once_and_comes_back_by_itself(service):
    asked = bounded(service)
    assert asked.ask(service.ask) == "answer"
    service.answers.clear()
    with pytest.raises(Away):
        asked.ask(service.ask)
    began = time.monotonic()
    for _ in range(20):
        with pytest.raises(Away):
            asked.ask(service.ask)
    assert time.monotonic() - began < 0.1  # twenty would have waited two seconds
    assert service.asked <= 4  # the first answer, the one that hung, and two probes
    service.answers.set()
    until(lambda: answers(asked, service), 5)


def test_slow_work_is_given_up_and_shuts_out_nobody_where_a_probe_is_answered(service):
    asked, slow, told = bounded(service), threading.Event(), []
    with pytest.raises(Away, match="no answer"):
        asked.ask(slow.wait, 20, given_up=lambda: told.append("late"))
    assert told == ["late"] and not asked.circuit.is_open
    assert asked.ask(service.ask) == "answer"
    slow.set()


def test_work_that_found_no_thread_is_no_sign_that_what_is_asked_is_away(service):
    asked, slow, told = bounded(service, 0.3), threading.Event(), []
    for _ in range(2):
        asked._threads.submit(slow.wait, 20)
    with pytest.raises(Away, match="no answer"):
        asked.ask(service.ask, given_up=lambda: told.append("late"))
    assert told == [] and not asked.circuit.is_open
    slow.set()


def test_who_asks_first_after_it_is_back_is_answered(service):
    asked = bounded(service)
    service.fails = True
    with pytest.raises(ConnectionError):
        asked.ask(service.ask)
    service.fails = False
    until(lambda: not asked.circuit.is_open, 5)  # nobody asks meanwhile
    assert asked.ask(service.ask) == "answer"


def test_a_process_forked_from_one_that_watches_watches_by_itself(service):
    circuit = Circuit("service", service.ask)
    service.fails = True
    circuit.open("refused")
    circuit.watch()

    def comes_back():
        service.fails = False
        with contextlib.suppress(Away):
            circuit.check()
        until(lambda: not circuit.is_open, 5)

    forked = multiprocessing.get_context("fork").Process(target=comes_back)
    forked.start()
    forked.join(20)
    assert forked.exitcode == 0


def test_what_fails_is_asked_by_nobody_but_probes_until_it_is_back(service):
    asked = bounded(service)
    service.fails = True
    with pytest.raises(ConnectionError):
        asked.ask(service.ask)
    assert asked.circuit.is_open
    with pytest.raises(Away, match="refused"):
        asked.ask(service.ask)
    service.fails = False
    until(lambda: answers(asked, service), 5)
    assert not asked.circuit.is_open


def test_an_answer_that_is_an_error_opens_nothing(service):
    asked = bounded(service)

    def wrong():
        raise ValueError("your mistake")

    with pytest.raises(ValueError, match="your mistake"):
        asked.ask(wrong)
    assert not asked.circuit.is_open and asked.ask(service.ask) == "answer"


def test_work_that_itself_times_out_is_its_own_matter(service):
    def late():
        raise TimeoutError("its own")

    asked = bounded(service)
    with pytest.raises(TimeoutError, match="its own"):
        asked.ask(late)
    assert not asked.circuit.is_open
