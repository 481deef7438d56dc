"""The `kawaraban` command. Each of its commands is a file of `ops/commands`, loaded when asked for."""

import gc
import importlib
import os
import sqlite3
import sys

import click

# In the order of `kawaraban --help`.
_COMMANDS = {
    "serve": "serve the publication: web workers and the jobs beside them",
    "doctor": "look over an installation and say what is wrong",
    "config": "print a ready configuration for the web server in front",
    "demo": "load the demo publication, and serve it with --serve",
    "intake": "take stories in from elsewhere",
    "reconcile": "mend what a crash left between article, story and plate",
    "headlines": "what the method of headline tests is worth, on past tests",
    "audience": "say why a page's rails are what they are, and how stories were read on past days",
    "replay": "replay a log of clicks, and measure how well the engine foresees them",
    "rebuild": "make every index and plate again",
}


class Problem(click.ClickException):
    """What stops a command, in one line; exit code 2."""

    exit_code = 2


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        _open_the_house()
        command = importlib.import_module(f"kawaraban.ops.commands.{name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - each of our files has one
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _open_the_house() -> None:
    published = os.environ.get("PUBLIC_URL", "").startswith("https://")
    name = "published" if published else "embedded"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"kawaraban.config.settings.{name}")
    import django

    # Collecting garbage while so much is loaded finds none and takes a tenth of the time.
    gc.disable()
    try:
        django.setup()
    except OSError as why:
        raise Problem(f"The folder for what is made at run time can't be written: {why}") from why
    finally:
        gc.enable()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kawaraban")
def house() -> None:
    """Kawaraban: a whole news publication from one Python package.

    What is made at run time lies in ./var, or where KAWARABAN_VAR says. DATABASE_URL and REDIS_URL
    name PostgreSQL and Redis (STORES=postgres: plates in PostgreSQL, too; AUDIENCE_URL: a Redis of its
    own for what readers did); PUBLIC_URL is the publication's address on the web.
    """


def main() -> None:
    """The way in. What can be expected to go wrong is said in one line."""
    from django.db import OperationalError

    try:
        house(prog_name="kawaraban")
    except (sqlite3.OperationalError, OperationalError) as why:
        click.echo(f"Error: the database can't be used: {why}", err=True)
        sys.exit(2)
    except OSError as why:
        click.echo(f"Error: {why.strerror or why}: {why.filename or ''}".rstrip(": "), err=True)
        sys.exit(2)
