"""The log as people and as programs read it."""

import json
import logging

import pytest

from kawaraban.kit import logs


@pytest.fixture
def numbered():
    token = logs.request_id.set("abc-1")
    yield
    logs.request_id.reset(token)


def record(message, *args, **more):
    return logging.LogRecord(
        "kawaraban.press.desk", logging.WARNING, "desk.py", 1, message, args, **{"exc_info": None, **more}
    )


def test_a_program_gets_one_object_a_line_with_everything_in_it(numbered):
    try:
        raise ValueError("港\nの名")
    except ValueError as why:
        line = logs.Json().format(record("%s can't be made", "/港/", exc_info=(type(why), why, None)))
    assert "\n" not in line
    told = json.loads(line)
    assert told["message"] == "/港/ can't be made" and told["level"] == "warning"
    assert told["request"] == "abc-1" and "港\nの名" in told["exception"] and told["at"].endswith("+00:00")


def test_what_json_does_not_know_breaks_no_line():
    one = record("odd")
    one.story = object()
    assert "object at" in json.loads(logs.Json().format(one))["story"]


def test_a_person_gets_a_line_with_the_number_at_its_end(numbered):
    assert logs.Lines().format(record("odd")).endswith("WARNING kawaraban.press.desk: odd [abc-1]")


def test_apart_from_requests_there_is_no_number():
    assert "request" not in json.loads(logs.Json().format(record("odd")))
    assert logs.Lines().format(record("odd")).endswith("odd")


@pytest.mark.parametrize("told", [b"", b'"><script>', b"a" * 65, b"a\nb", "é".encode(), b"-a"])
def test_a_number_that_is_not_sane_is_not_taken(told):
    made = logs.id_from(told)
    assert made.encode() != told and len(made) == 16


def test_a_sane_number_is_taken():
    assert logs.id_from(b"4bf92f35.77b3-4d") == "4bf92f35.77b3-4d"


@pytest.mark.parametrize(
    ("chosen", "terminal", "style"),
    [("json", True, "json"), ("", True, "lines"), ("", False, "json"), ("lines", False, "lines")],
)
def test_it_is_chosen_by_who_looks(monkeypatch, chosen, terminal, style):
    monkeypatch.setattr(logs.sys.stderr, "isatty", lambda: terminal, raising=False)
    assert logs.style(chosen) == style
