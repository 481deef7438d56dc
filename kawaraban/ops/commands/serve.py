"""`kawaraban serve`"""

import sys
from pathlib import Path

import click
from django.conf import settings

from kawaraban.ops import serving
from kawaraban.ops.cli import Problem
from kawaraban.ops.listening import Address, CannotServe

_OPEN = (
    "Warning: {} can be reached from other machines. No Python server refuses all malformed requests:"
    " put nginx or Varnish in front (`kawaraban config --help`) and listen on 127.0.0.1 or a --socket."
)


@click.command
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--socket",
    "file",
    type=click.Path(path_type=Path, resolve_path=True, dir_okay=False),
    help="Listen at this Unix socket instead; whoever may open it is the trusted proxy.",
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option("--metrics", "metrics_at", metavar="HOST:PORT", help="Show numbers to Prometheus there.")
@click.option("--check", is_flag=True, help="Only look whether it could serve.")
def command(
    host: str, port: int, file: Path | None, workers: int, metrics_at: str | None, check: bool
) -> None:
    """Serve the publication: web workers and the jobs beside them.

    Listens on the loopback address or a Unix socket: alone, every Python server takes some malformed
    requests, so a stock web server belongs in front. `kawaraban config nginx` prints its
    configuration. A reader's address is believed from the proxy that TRUSTED_PROXY names (addresses or
    networks, with commas between).

    SIGTERM ends it, and SIGHUP restarts it with the code on the disk, without losing a request.
    """
    address = Address(host, port, file)

    def ready() -> None:
        base = address.url or settings.PUBLIC_URL.rstrip("/")
        click.echo(f"Front page  {base}/\nNewsroom    {base}/newsroom/")
        if address.is_open_to_others:
            click.echo(_OPEN.format(address), err=True)

    try:
        if check:
            serving.check()
            return
        sys.exit(serving.serve(address, workers, ready, _host_and_port(metrics_at)))
    except CannotServe as why:
        raise Problem(str(why)) from why


def _host_and_port(told: str | None) -> tuple[str, int] | None:
    if told is None:
        return None
    host, _, port = told.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise click.BadParameter(f"“{told}” is not HOST:PORT.", param_hint="--metrics")
    return host.strip("[]"), int(port)
