"""`kawaraban audience`"""

import click
from django.conf import settings
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from kawaraban.audience import swaps
from kawaraban.kit import clock, database
from kawaraban.kit.stores import open_store
from kawaraban.ops.cli import Problem
from kawaraban.ops.commands import history
from kawaraban.press.joining import slots_of
from kawaraban.press.outdating import Stamps
from kawaraban.press.plates import Plate
from kawaraban.press.pressing import made
from kawaraban.rails import candidates, exploring, reasons
from kawaraban.rails.compose import PageSlots, compose
from kawaraban.rails.editions import Edition
from kawaraban.rails.shelf import Shelf


@click.group
def command() -> None:
    """What readers' doings have made of the rails, and what they were on past days."""
    database.make_no_empty_one()


command.add_command(history.command)


@command.command("explain")
@click.argument("story", type=click.IntRange(1))
def explain(story: int) -> None:
    """Say why each rail of the page of STORY (its number) is what it is, with the scores behind it."""
    edition = Shelf(open_store("editions", settings.VAR, settings.STORE_URL)).current()
    if not edition.number:
        raise Problem("There is no edition of tables yet: it is made while the publication is served.")
    card = edition.cards.get(story)
    if card is None:
        raise Problem(f"No story {story} is among the newest {len(edition.cards):,} published.")
    plate = made(card.path, Stamps(0, ""))
    if not isinstance(plate, Plate):
        raise Problem(f"Story {story} has no page at {card.path}")
    out, now = Console(), clock.now()
    out.print(f"{story}  {card.short_headline or card.headline}", markup=False, highlight=False)
    out.print(
        f"edition {edition.number}, as of {clock.moment(edition.as_of):%Y-%m-%d %H:%M:%S} UTC",
        highlight=False,
    )
    slots = slots_of(plate)
    drawn = {one: draw for draw, one in exploring.drawn(edition, slots.section)}
    for rail in compose(edition, slots, now).values():
        kind = "" if rail.poses else " (a stand-in: too little evidence for what the rail is named for)"
        table = Table(
            *("", "story", _whole("headline"), _whole("why"), "scores"),
            title=f"{rail.name}: {rail.heading}{kind}",
        )
        for item in rail.items:
            scores = _scores(edition, slots, item.card.id, clock.stamp(now))
            if item.reason == reasons.NEWCOMER:
                scores["drawn"] = f"{drawn[item.card.id]:.2f} times the usual appeal"
            told = ", ".join(f"{name} {value}" for name, value in scores.items())
            headline = item.card.short_headline or item.card.headline
            # Text: what editors write in brackets is no markup.
            words = (headline, str(item.reason), told)
            table.add_row(str(item.place), str(item.card.id), *map(Text, words))
        out.print(table)
        if str(rail.note):
            out.print(str(rail.note), markup=False, highlight=False)
        if upper := swaps.swapped(edition.number, rail.name):
            out.print(f"this edition swaps places {upper} and {upper + 1}", highlight=False)


def _whole(name: str) -> Column:
    return Column(name, overflow="fold")


def _scores(edition: Edition, page: PageSlots, story: int, now: float) -> dict[str, str]:
    """What the tables say of the story on that page, and what each part weighs in Recommended there."""
    here = page.story_id or 0
    ranking = edition.rankings.get("")
    readers = dict(zip(ranking.stories, ranking.readers, strict=True)) if ranking else {}
    chances = {
        "read together": dict(edition.also_read.get(here, ())).get(story),
        "read next": dict(edition.read_next.get(here, ())).get(story),
    }
    (parts,) = candidates.parts(edition, here, page.section, [story], now)
    weighed = {
        name: weight * part
        for name, weight, part in zip(parts._fields, edition.weights, parts, strict=True)
        if part
    }
    return {
        **{name: f"{chance:.4f}" for name, chance in chances.items() if chance is not None},
        **{name: f"{one:.3f}" for name, one in weighed.items()},
        **({"read in 24 h": str(readers[story])} if readers.get(story) else {}),
    }
