"""`kawaraban demo`"""

import subprocess
import sys
import time

import click
from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from kawaraban.ops import serving
from kawaraban.ops.cli import Problem

_STALE = 24 * 3600.0  # seconds after which the demo's stories are dated anew


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
            serving.check_port("127.0.0.1", port)
        _load()
        if serve:
            _mark_simulated(readers)
            sys.exit(serving.serve("127.0.0.1", port, 1, lambda: _ready(port, readers)))
    except serving.CannotServe as why:
        raise Problem(str(why)) from why


def _load() -> None:
    from kawaraban.ops.demo import data

    marker = settings.VAR / "demo-loaded"
    digest = data.digest() + _tables_wanted()
    loaded = marker.read_text() if marker.exists() else ""
    age = time.time() - marker.stat().st_mtime if loaded else 0.0
    if loaded == digest and age < _STALE:
        return
    from kawaraban.ops.demo import loading

    console = Console(stderr=True)
    console.print("Setting the tables up …")
    call_command("migrate", verbosity=0)
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn(), console=console) as shown:
        tasks = {}

        def progress(what: str, done: int, every: int) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(what.capitalize(), total=every)
            shown.update(tasks[what], completed=done, total=every)

        new = loading.load(progress)
        if not new and age >= _STALE:
            loading.refresh(progress)
    marker.write_text(digest)


def _tables_wanted() -> str:
    """The newest migration of every room: another line means other tables."""
    return repr(sorted(MigrationLoader(None).graph.leaf_nodes()))


def _mark_simulated(readers: bool) -> None:
    from kawaraban.stories.models import Publication

    Publication.objects.update_or_create(pk=1, defaults={"simulated_readers": readers})


def _ready(port: int, readers: bool) -> None:
    from kawaraban.ops.demo.loading import password_of

    click.echo(f"\n  Front page  http://127.0.0.1:{port}/")
    click.echo(f"  Newsroom    http://127.0.0.1:{port}/newsroom/")
    click.echo(f"  Sign in as  editor / {password_of('editor')}\n")
    if readers:
        click.echo("  Simulated readers are reading (READERS=0 switches them off). Ctrl-C stops it all.\n")
        subprocess.Popen([sys.executable, "-m", "kawaraban.ops.demo", str(port)])  # noqa: S603 - our own
