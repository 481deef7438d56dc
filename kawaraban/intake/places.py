"""Where a story from elsewhere belongs here: its people, sections and topics."""

from django.utils.text import slugify
from django.utils.translation import gettext as _

from kawaraban.intake.incoming import IncomingPerson, Label
from kawaraban.newsroom.snippets import TAKEN
from kawaraban.people.authors import Person
from kawaraban.stories import elements
from kawaraban.stories.models import Section, Topic


def byline(person: IncomingPerson) -> elements.Byline:
    """The person of that name here, or a new one. What editors say of a person stays."""
    name = person.name[: _longest(Person, "name")]
    found = Person.objects.filter(name=name).order_by("pk").first()
    if found is None:
        slug = _free_slug(Person, person.slug or name)
        found = Person.objects.create(name=name, slug=slug, email=person.email)
    return elements.Byline(found.name, found.pk)


def labelled(model: type[Section] | type[Topic], label: Label) -> int:
    """The number of the section or topic at that address or of that name, or of a new one."""
    name = label.name[: _longest(model, "name")]
    slug = slugify(label.slug or name, allow_unicode=True)
    here = model._default_manager
    found = here.filter(slug=slug).first() or here.filter(name=name).first()
    if found is None:
        last = {"position": here.count()} if model is Section else {}
        found = here.create(name=name, slug=_free_slug(model, slug), **last)
    return int(found.pk)


def first_section() -> int:
    """The section at the top of the menu; in a publication without any, one for news."""
    first = Section.objects.first()
    return first.pk if first else labelled(Section, Label(_("News"), "news"))


def _free_slug(model: type[Person] | type[Section] | type[Topic], wish: str) -> str:
    most = _longest(model, "slug")
    slug = slugify(wish, allow_unicode=True)[:most] or "x"
    taken = set(model._default_manager.values_list("slug", flat=True)) | TAKEN
    free, number = slug, 1
    while free in taken:
        number += 1
        free = f"{slug[: most - len(str(number)) - 1]}-{number}"
    return free


def _longest(model: type[Person] | type[Section] | type[Topic], field: str) -> int:
    return int(model._meta.get_field(field).max_length)  # type: ignore[union-attr, arg-type]
