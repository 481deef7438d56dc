"""Whether the database has the tables that this code wants."""

import hashlib
from pathlib import Path

import click
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from kawaraban.kit import database

BEHIND = "The database is not up to date: run `kawaraban rebuild --migrate` first."
LOST = (
    "A publication was served from here, and its database is empty or away: put its copy back. "
    "Only for a new one run `kawaraban rebuild --migrate`."
)


class Behind(Exception):
    """The tables are of another release, or lost. `BEHIND` or `LOST` says what to do."""


def wanted() -> str:
    """A word for the tables that this code wants: another as soon as a room has another migration."""
    return hashlib.sha256(repr(sorted(_migrations())).encode()).hexdigest()[:16]


def were_served() -> bool:
    """Whether readers were ever served from here: files of the stores are made by the doctor, too."""
    return bool(settings.KEPT_ADDRESS.exists())


def are_there() -> bool:
    """Whether there are any, of whatever release."""
    return bool(MigrationRecorder(connection).applied_migrations())


def are_up_to_date() -> bool:
    """Whether they are there and as this code wants them."""
    if _migrations() <= MigrationRecorder(connection).applied_migrations().keys():
        return True
    # Names alone may mislead (migrations are squashed): Django's own reckoning takes longer.
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def be_there() -> None:
    """Makes them in a database without any. Raises Behind where they are of another release.

    A database in use is brought up to date when its operator says so, not by the way.
    """
    if were_served():
        database.make_no_empty_one()
    if not are_there():
        if were_served():
            raise Behind(LOST)
        click.echo("Making the tables …", err=True)
        call_command("migrate", verbosity=0)
    elif not are_up_to_date():
        raise Behind(BEHIND)


def _migrations() -> set[tuple[str, str]]:
    """(room, name) of every migration there is a file of."""
    return {
        (room.label, file.stem)
        for room in apps.get_app_configs()
        for file in Path(room.path, "migrations").glob("[0-9]*.py")
    }
