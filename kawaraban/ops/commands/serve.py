"""`kawaraban serve`"""

import sys

import click

from kawaraban.ops import serving
from kawaraban.ops.cli import Problem


@click.command
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
def command(host: str, port: int, workers: int) -> None:
    """Serve the publication: web workers and the jobs beside them.

    Listens on the loopback address unless told otherwise: a stock web server belongs in front.
    """

    def ready() -> None:
        click.echo(f"Front page  http://{host}:{port}/\nNewsroom    http://{host}:{port}/newsroom/")

    try:
        sys.exit(serving.serve(host, port, workers, ready))
    except serving.CannotServe as why:
        raise Problem(str(why)) from why
