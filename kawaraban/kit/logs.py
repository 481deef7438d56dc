"""How the log is written: lines for people on a terminal, one JSON object a line for programs.

The standard library's logging, for Django, Wagtail and all other libraries write to it anyway; a
second way of logging beside it would leave theirs without a request's number.
"""

import contextvars
import datetime as dt
import logging
import random
import re
import sys
from typing import Any

import orjson

# The number of the request that is being answered, "" apart from requests.
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

_SANE = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# What every record has; the rest was given with `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "request",
    "status_code",
    "server_time",
}


def id_from(told: bytes) -> str:
    """The number that a proxy gave the request, if it is one that may stand in a log; else a new one."""
    if told and _SANE.fullmatch(told):
        return told.decode("ascii")
    # It tells requests apart and opens nothing: the system's own chance would take longer than the rest.
    return f"{random.getrandbits(64):016x}"


def style(chosen: str) -> str:
    """ "json" or "lines": as chosen, else by whether somebody may be looking."""
    if chosen in ("json", "lines"):
        return chosen
    return "lines" if sys.stderr is not None and sys.stderr.isatty() else "json"


class Lines(logging.Formatter):
    """`12:00:00 WARNING kawaraban.press.desk: … [request number]`"""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", "%H:%M:%S", "{")

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = super().formatMessage(record)
        number = request_id.get()
        return f"{line} [{number}]" if number else line


class Json(logging.Formatter):
    """One object a line: at, level, logger, message, process; request, exception and extras where there."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.processName,
            "pid": record.process,
        }
        if number := request_id.get():
            told["request"] = number
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        told |= {name: value for name, value in vars(record).items() if name not in _USUAL}
        return orjson.dumps(told, default=str).decode()
