"""Real web servers in front of a served publication, with the configurations that we print."""

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from click.testing import CliRunner

from kawaraban.ops.commands import config
from tests.publication import Served, free_port, until

NAME = "news.example"
PROGRAMS = {"nginx": "nginx", "varnish": "varnishd"}

# What a file that nginx includes is included into.
_AROUND = """{user} daemon off; pid {folder}/pid; worker_processes 1; events {{}}
http {{
  error_log {folder}/errors.txt; default_type text/html;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  include {folder}/site;
}}
"""


def program(server):
    return shutil.which(PROGRAMS[server], path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


def printed(server, *options):
    """What `kawaraban config` prints."""
    said = CliRunner().invoke(config.command, [server, *options])
    assert said.exit_code == 0, said.output
    return said.output


class Door:
    """One web server in front of `upstream`."""

    def __init__(self, server, folder: Path, upstream: str, *options):
        self.server, self.folder, self.port = server, folder, free_port()
        self.refetch, self.tls, self.application = free_port(), free_port(), free_port()
        folder.mkdir(exist_ok=True)
        given = ["--server-name", NAME, "--server-name", f"www.{NAME}", "--upstream", upstream, *options]
        given += ["--listen", f"127.0.0.1:{self.port}"]
        if server == "nginx":
            given += ["--cache", str(folder / "cache"), "--refetch", f"127.0.0.1:{self.refetch}"]
        (folder / "site").write_text(printed(server, *given))
        (folder / "around").write_text(
            _AROUND.format(folder=folder, user="user root;" if os.getuid() == 0 else "")
        )

    def command(self, *more):
        if self.server == "nginx":
            return [program("nginx"), "-c", f"{self.folder}/around", "-e", f"{self.folder}/errors.txt", *more]
        return [
            program("varnish"),
            "-j",
            "none",
            "-f",
            f"{self.folder}/site",
            "-n",
            f"{self.folder}/work",
            *more,
        ]

    def start(self):
        more = []
        if self.server == "varnish":
            more = ["-F", "-a", f"readers=127.0.0.1:{self.port}", "-a", f"tls=127.0.0.1:{self.tls},PROXY"]
            more += ["-a", f"application=127.0.0.1:{self.application}"]
            more += ["-s", "malloc,64m", "-p", "http_gzip_support=off"]
            more += ["-p", "http_req_size=24k", "-p", "http_req_hdr_len=16k"]
        with (self.folder / "said.txt").open("wb") as out:
            self._process = subprocess.Popen(self.command(*more), stdout=out, stderr=subprocess.STDOUT)
        until(lambda: self.raw(b"GET / HTTP/1.0\r\n\r\n") != b"", 20)

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)

    def get(self, path, **headers):
        return Served(self.folder, self.port).get(path, **_named(headers))

    def post(self, path, body, **headers):
        return Served(self.folder, self.port).post(path, body, **_named(headers))

    def raw(self, sent: bytes, seconds=5.0, port=0) -> bytes:
        """All that came back until the server closed, or nothing more came."""
        with socket.create_connection(("127.0.0.1", port or self.port), timeout=seconds) as connection:
            connection.sendall(sent)
            got = b""
            try:
                while some := connection.recv(65536):
                    got += some
            except (TimeoutError, ConnectionResetError):
                pass
            return got

    def entries(self):
        """How many pages are kept."""
        if self.server == "nginx":
            return sum(file.is_file() for file in (self.folder / "cache").rglob("*"))
        varnishstat = program("varnish").replace("varnishd", "varnishstat").replace("sbin", "bin")
        command = [varnishstat, "-n", f"{self.folder}/work", "-1", "-f", "MAIN.n_object"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return int(said.split()[1])


def _named(headers):
    return {"Host": NAME, **{name.replace("_", "-"): value for name, value in headers.items()}}
