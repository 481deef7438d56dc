"""What a publication has before its first story: a name, sections, people, topics, accounts.

What is there already stays as its editors left it.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import Model

from kawaraban.kit.secret import kept_secret
from kawaraban.newsroom import settings as publication
from kawaraban.newsroom.settings import PublicationSettings
from kawaraban.ops.demo import data
from kawaraban.people.models import Account, Person
from kawaraban.stories.models import Section, Storyline, Topic

ACCOUNTS = {"editor": "Editors", "moderator": "Moderators", "reporter": "Reporters"}


@dataclass(frozen=True)
class Rows:
    """What stories are filed under, each by its slug."""

    sections: dict[str, Section]
    people: dict[str, Person]
    topics: dict[str, Topic]
    storylines: dict[str, Storyline]


def settle() -> Rows:
    """Puts in what is missing of all that stories need."""
    rows = Rows(
        sections=_settled(Section, "section", place_as="position"),
        people=_settled(Person, "person"),
        topics=_settled(Topic, "topic"),
        storylines=_settled(Storyline, "storyline"),
    )
    _name_the_publication()
    _open_accounts()
    return rows


def password_of(name: str) -> str:
    """The password of a demo account, made once and kept where its owner alone reads it."""
    return kept_secret(settings.VAR / f"demo-password-{name}", characters=9)


def _settled(model: type[Model], table: str, *, place_as: str = "") -> dict[str, Any]:
    settled = {}
    for place, row in enumerate(data.table(table)):
        defaults = {**row, place_as: place} if place_as else row
        settled[row["slug"]], _ = model._default_manager.get_or_create(slug=row["slug"], defaults=defaults)
    return settled


def _name_the_publication() -> None:
    own = PublicationSettings.load()
    if own.name == PublicationSettings._meta.get_field("name").default:
        told = data.publication()
        menu = [{"type": "link", "value": entry} for entry in told.pop("menu_bottom")]
        for field, value in told.items():
            setattr(own, field, value)
        own.menu_bottom = own._meta.get_field("menu_bottom").stream_block.to_python(menu)
        own.save()
    publication.hand_over()


def _open_accounts() -> None:
    for name, group in ACCOUNTS.items():
        account, new = Account.objects.get_or_create(username=name, defaults={"email": f"{name}@example.com"})
        if new or not account.has_usable_password():
            account.set_password(password_of(name))
            account.save()
            account.groups.add(Group.objects.get(name=group))
