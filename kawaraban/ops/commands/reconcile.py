"""`kawaraban reconcile`"""

import click

from kawaraban.kit import database
from kawaraban.ops.reconcile import reconcile
from kawaraban.press import front_door


@click.command
def command() -> None:
    """Mend what a crash left between article, story and plate, and say what was mended."""
    database.make_no_empty_one()
    mended = reconcile()
    front_door.finish()
    for line in mended:
        click.echo(line)
    click.echo(f"{len(mended)} mended." if mended else "Nothing to mend.")
