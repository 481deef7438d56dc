"""The count of changes, by which those who keep something made of stories know that it is old."""

from django.db.models import F

from kawaraban.stories.models import Ledger


def note_change() -> None:
    """Tells who polls `changes()` that stories, or what they are filed under, are not as before."""
    if not Ledger.objects.filter(pk=1).update(changes=F("changes") + 1):
        Ledger.objects.get_or_create(pk=1, defaults={"changes": 1})


def changes() -> int:
    """A number that grows whenever a story is published or withdrawn, or a filing gets another name."""
    return Ledger.objects.filter(pk=1).values_list("changes", flat=True).first() or 0
