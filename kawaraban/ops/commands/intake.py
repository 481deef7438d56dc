"""`kawaraban intake`"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Table

from kawaraban.intake import runs
from kawaraban.intake.incoming import Source, Unreadable
from kawaraban.intake.runs import Report, Tally
from kawaraban.intake.sources import listed, pagetext, wordpress
from kawaraban.intake.sources.pagetext import PageText
from kawaraban.ops import tables
from kawaraban.ops.cli import Problem
from kawaraban.stories.models import Section

Opened = TypeVar("Opened", bound=Source)
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")


@click.group
def command() -> None:
    """Take stories in from elsewhere.

    What came in before is known again: a second run changes nothing, a run that was killed goes on
    where it was, and what editors changed here stays.
    """


@command.command("pagetext")
@_FILE
@click.option("--publish", is_flag=True, help="Publish it, rather than keep it as a draft.")
@click.option("--section", default="", help="The slug of the section it is to stand in.")
@_JSON
def take_page_text(file: Path, publish: bool, section: str, as_json: bool) -> None:
    """Take in FILE, the text copy of one page: headline, byline, credits and body become a draft.

    The page's lists of other stories come back as a report.
    """
    source = _opened(lambda: pagetext.open_file(file, public=publish))
    source.section = _section(section, source.page)
    report = _taken_in(source, file)
    if as_json:
        _print_json({**report.as_json(), "page": _page_as_json(source.page)})
    else:
        _print_page(source.page)
        _print(report)


@command.command("wordpress")
@_FILE
@_JSON
def take_wordpress(file: Path, as_json: bool) -> None:
    """Take in FILE, a WordPress export (WXR): posts with authors, categories, tags and comments.

    What was public there is published here and its old address leads to it; drafts, private posts
    and posts behind a password stay drafts.
    """
    source = _opened(lambda: wordpress.open_file(file))
    report = _taken_in(source, file)
    if as_json:
        _print_json(report.as_json())
    else:
        _print(report)


def _opened(open_file: Callable[[], Opened]) -> Opened:
    try:
        source = open_file()
        tables.be_there()
    except (Unreadable, tables.Behind) as why:
        raise Problem(str(why)) from why
    return source


def _section(asked: str, page: PageText) -> str:
    if not asked:
        return str(Section.objects.filter(name=page.section).values_list("slug", flat=True).first() or "")
    slugs = list(Section.objects.values_list("slug", flat=True))
    if asked not in slugs:
        raise Problem(f"There is no section {asked!r}. There are: {', '.join(slugs) or 'none yet'}")
    return asked


def _taken_in(source: Source, file: Path) -> Report:
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn(), console=_beside()) as shown:
        task = shown.add_task("Stories", total=source.total)
        return runs.take_in(
            source, file.name, lambda report: shown.update(task, completed=report.stories.seen)
        )


def _beside() -> Console:
    return Console(stderr=True)


def _print(report: Report) -> None:
    table = Table("", "seen", "new", "changed", "unchanged", "skipped", "failed")
    for name, tally in (("stories", report.stories), ("comments", report.comments)):
        told = (tally.seen, tally.new, tally.changed, tally.unchanged)
        table.add_row(name, *map(str, told), str(tally.skipped.total()), str(tally.failed.total()))
    out = Console()
    out.print(table)
    _print_reasons(out, report.stories)


def _print_reasons(out: Console, tally: Tally) -> None:
    for what, reasons in (("skipped", tally.skipped), ("failed", tally.failed)):
        for reason, count in reasons.most_common():
            out.print(f"  {what} {count}: {reason}", markup=False, highlight=False, soft_wrap=True)


def _print_page(page: PageText) -> None:
    out = Console()
    told = Table.grid(padding=(0, 2))
    told.add_row("headline", page.headline)
    told.add_row("byline", f"{page.name} {page.email}".strip() or "–")
    told.add_row("photo credit", ", ".join(page.credits) or "–")
    told.add_row("body", f"{len(page.paragraphs)} paragraphs")
    out.print(told)
    rails = Table("rail on the page", "places", "numbered")
    for rail in page.rails:
        rails.add_row(rail.heading, str(len(rail.items)), "yes" if rail.numbered else "no")
    out.print(rails)
    places, different, repeated = listed.repeated(page.rails)
    out.print(f"{places} places, {different} different headlines, {repeated} repeated", highlight=False)


def _page_as_json(page: PageText) -> dict[str, Any]:
    places, different, repeated = listed.repeated(page.rails)
    return {
        "headline": page.headline,
        "byline": page.name,
        "email": page.email,
        "credits": page.credits,
        "paragraphs": len(page.paragraphs),
        "rails": page.rails,
        "places": places,
        "different": different,
        "repeated": repeated,
    }


def _print_json(told: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
