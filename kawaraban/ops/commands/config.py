"""`kawaraban config`"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import click
from django.conf import settings

from kawaraban.ops.front_doors import Door, NotFit


@click.group
def command() -> None:
    """Print a ready configuration for the web server in front."""


def _options(listen: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def with_options(work: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option(
                "--server-name", "names", multiple=True, help="The publication's host name; may be repeated."
            ),
            click.option(
                "--upstream",
                default="127.0.0.1:8000",
                show_default=True,
                help="Where `kawaraban serve` listens: HOST:PORT, or unix:/PATH.",
            ),
            click.option("--listen", default=listen, show_default=True, help="Where the web server listens."),
            click.option("--cache-size", default="1g", show_default=True, help="What its cache may take."),
        ):
            work = option(work)
        return work

    return with_options


@command.command
@_options("80")
@click.option(
    "--cache", default="/var/cache/nginx/kawaraban", show_default=True, help="The folder of its cache."
)
@click.option(
    "--refetch",
    default="127.0.0.1:8079",
    show_default=True,
    help="Where the application has changed pages fetched anew; set NGINX_URL to it.",
)
def nginx(**given: Any) -> None:
    """For nginx 1.22 or newer: a file that nginx includes into its http block."""
    _print("nginx", **given)


@command.command
@_options(":80")
def varnish(**given: Any) -> None:
    """For Varnish 7 or newer: a VCL, with how to start varnishd in its first lines."""
    _print("varnish", **given)


def _print(server: str, names: tuple[str, ...], **given: str) -> None:
    own = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    try:
        door = Door(names=names or (own,), **given)
    except NotFit as why:
        raise click.BadParameter(str(why)) from why
    click.echo(door.configuration(server), nl=False)
