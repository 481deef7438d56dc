"""`kawaraban doctor`"""

import sys
from dataclasses import asdict

import click
import orjson

from kawaraban.kit import database
from kawaraban.ops.doctor import look_over

_MARKS = {"well": ("ok", "green"), "odd": ("odd", "yellow"), "wrong": ("WRONG", "red")}


@click.command
@click.option("--json", "as_json", is_flag=True, help="For programs: one object.")
def command(as_json: bool) -> None:
    """Look over an installation; say what is wrong, and what to do. Exit code 1 if anything is.

    Works with whatever is down, and leaves everything as it is.
    """
    database.make_no_empty_one()
    found = []
    for one in look_over():
        found.append(one)
        if not as_json:
            mark, colour = _MARKS[one.state]
            click.echo(f"{click.style(f'{mark:>5}', fg=colour)}  {one.about}: {one.said}")
            if one.do:
                click.echo(f"       → {one.do}")
    wrong = sum(one.state == "wrong" for one in found)
    if as_json:
        told = {"well": not wrong, "found": [asdict(one) for one in found]}
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo(f"{wrong} wrong." if wrong else "Nothing wrong.")
    sys.exit(1 if wrong else 0)
