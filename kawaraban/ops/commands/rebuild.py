"""`kawaraban rebuild`"""

import click
from django.core.management import call_command
from rich.progress import MofNCompleteColumn, Progress

from kawaraban.kit import database
from kawaraban.press import rebuilding
from kawaraban.search import indexing


@click.command
@click.option("--migrate", is_flag=True, help="Bring the database's tables up to date first.")
def command(migrate: bool) -> None:
    """Make the search index and every plate again. May be run at any time, by anyone."""
    if migrate:
        call_command("migrate", verbosity=0)
    database.make_no_empty_one()
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn()) as shown:
        search = shown.add_task("Search index", total=None)
        found = indexing.rebuild()
        shown.update(search, total=found, completed=found)
        plates = shown.add_task("Plates", total=None)
        pressed = rebuilding.rebuild(lambda done, every: shown.update(plates, total=every, completed=done))
    click.echo(f"{found} stories indexed, {pressed} plates pressed.")
