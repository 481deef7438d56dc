"""`kawaraban demo`"""

import subprocess
import sys

import click
from django.conf import settings
from django.core.management import call_command
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from kawaraban.ops import listening, serving, tables
from kawaraban.ops.cli import Problem

_HOST = "127.0.0.1"


@click.command
@click.option("--serve", is_flag=True, help="Serve it when it is loaded.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--readers/--no-readers", default=False, help="With --serve: simulated readers.")
def command(serve: bool, port: int, readers: bool) -> None:
    """Load the demo publication: an invented newspaper with stories, people, photos and comments.

    What is there already stays; a demo of yesterday is dated anew.
    """
    try:
        if serve:
            listening.check(listening.Address(_HOST, port))
        _load()
        if serve:
            sys.exit(_serve(port, readers))
    except listening.CannotServe as why:
        raise Problem(str(why)) from why


def _load() -> None:
    from kawaraban.ops.demo import data, dating

    marker = settings.VAR / "demo-loaded"
    complete = f"{data.digest()} {tables.wanted()}"
    is_complete = marker.exists() and marker.read_text("ascii") == complete
    if is_complete and dating.lag() < dating.STALE:
        return
    from kawaraban.ops.demo import loading

    console = Console(stderr=True)
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn(), console=console) as shown:
        tasks = {}

        def progress(what: str, done: int, every: int) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(what.capitalize(), total=every)
            shown.update(tasks[what], completed=done, total=every)

        if not is_complete:
            made = shown.add_task("Tables", total=None)
            call_command("migrate", verbosity=0)
            shown.update(made, total=1, completed=1)
            loading.load(progress)
        if dating.lag() >= dating.STALE:
            dating.freshen(progress)
    marker.write_text(complete, "ascii")


def _serve(port: int, readers: bool) -> int:
    _mark_simulated(readers)
    try:
        return serving.serve(listening.Address(_HOST, port), 1, lambda: _ready(port, readers))
    finally:
        _mark_simulated(False)


def _mark_simulated(readers: bool) -> None:
    from kawaraban.stories.models import Publication

    Publication.objects.update_or_create(pk=1, defaults={"simulated_readers": readers})


def _ready(port: int, readers: bool) -> None:
    from kawaraban.ops.demo.settling import password_of

    click.echo(f"\n  Front page  http://{_HOST}:{port}/")
    click.echo(f"  Newsroom    http://{_HOST}:{port}/newsroom/")
    click.echo(f"  Sign in as  editor / {password_of('editor')}")
    for other in ("moderator", "reporter"):
        click.echo(f"          or  {other} / {password_of(other)}")
    if readers:
        click.echo("\n  Simulated readers are reading (READERS=0 switches them off).")
        subprocess.Popen([sys.executable, "-m", "kawaraban.ops.demo", str(port)])  # noqa: S603 - our own
    click.echo("  Ctrl-C stops it all.\n")
