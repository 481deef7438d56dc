"""Configurations for a stock web server in front of the application, made from the files beside this one."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.template import Context, Engine

_HERE = Path(__file__).parent
_FILES = {"nginx": "nginx.conf", "varnish": "varnish.vcl"}
# What is put into a configuration can't end a word or a line of it.
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]", re.IGNORECASE)
_FILE = re.compile(r"/[\w./+-]+")
_ADDRESS = re.compile(r"(?P<host>[\w.-]+|\[[0-9a-f:]+\]):(?P<port>[0-9]{1,5})")
_LISTEN = re.compile(r"([\w.*-]+:|\[[0-9a-f:]*\]:|:)?[0-9]{1,5}|unix:/[\w./+-]+")
_SIZE = re.compile(r"[0-9]+[kmg]", re.IGNORECASE)


class NotFit(ValueError):
    """Something that can't stand in a configuration: which, and what it should look like."""


@dataclass(frozen=True)
class Door:
    """What is to be filled in. `upstream` is HOST:PORT or unix:/PATH, as `kawaraban serve` listens."""

    names: tuple[str, ...]  # host names of the publication, the first is its own
    upstream: str
    listen: str
    cache: str = "/var/cache/nginx/kawaraban"
    cache_size: str = "1g"
    refetch: str = "127.0.0.1:8079"  # where nginx fetches anew what it has; no reader may reach it

    def __post_init__(self) -> None:
        for name in self.names:
            _must(_NAME, name, "a host name")
        if not self.upstream.startswith("unix:"):
            _must(_ADDRESS, self.upstream, "HOST:PORT or unix:/PATH")
        _must(_FILE, self.upstream.removeprefix("unix:") if self._by_socket else "/-", "unix:/PATH")
        _must(_LISTEN, self.listen, "PORT or ADDRESS:PORT")
        _must(_FILE, self.cache, "a folder's whole path")
        _must(_SIZE, self.cache_size, "a size such as 512m")
        _must(_ADDRESS, self.refetch, "HOST:PORT")
        if self.listen.rpartition(":")[2] == self._refetch_port:
            raise NotFit(f"“{self.refetch}” has the port at which readers ask: it needs one of its own.")

    @property
    def _refetch_port(self) -> str:
        return self.refetch.rpartition(":")[2]

    @property
    def _by_socket(self) -> bool:
        return self.upstream.startswith("unix:")

    def configuration(self, server: str) -> str:
        """The text for "nginx" or "varnish"."""
        template = Engine().from_string((_HERE / _FILES[server]).read_text("utf-8"))
        given = {
            "name": self.names[0],
            "names": self.names,
            "names_pattern": "|".join(re.escape(name.lower()) for name in self.names),
            "upstream": self.upstream,
            "backend": self._backend(),
            "listen": self.listen,
            "cache": self.cache,
            "cache_size": self.cache_size,
            "refetch": self.refetch,
            "refetch_port": self._refetch_port,
        }
        return template.render(Context(given, autoescape=False))

    def _backend(self) -> str:
        if self._by_socket:
            return f'    .path = "{self.upstream.removeprefix("unix:")}";'
        host, _, port = self.upstream.rpartition(":")
        return f'    .host = "{host.strip("[]")}";\n    .port = "{port}";'


def _must(pattern: re.Pattern[str], given: str, wanted: str) -> None:
    if not pattern.fullmatch(given):
        raise NotFit(f"“{given}” is not {wanted}.")
