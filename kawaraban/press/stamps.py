"""What plates are stamped with, so that an old one is known at sight."""

import functools
import hashlib
from pathlib import Path

from django.conf import settings

import kawaraban
from kawaraban import reading
from kawaraban.kit.stores import StoreUnavailable
from kawaraban.press.outdating import Stamps
from kawaraban.press.plates import Plates

_TEMPLATES = ("*.html", "*.css", "*.js", "*.py")


@functools.cache
def dress() -> str:
    """What this code presses with: a hash of templates, styles, translations and the public address.

    A release that changes one of them finds all plates old, and presses each again when it is asked for.
    """
    assert reading.__file__ and kawaraban.__file__  # noqa: S101 - both are packages with files
    room, house = Path(reading.__file__).parent, Path(kawaraban.__file__).parent
    files = [file for pattern in _TEMPLATES for file in room.rglob(pattern)]
    files += (house / "locale").rglob("*.mo")
    sum_of = hashlib.sha256(repr([kawaraban.__version__, settings.PUBLIC_URL, settings.TIME_ZONE]).encode())
    for file in sorted(files):
        sum_of.update(str(file.relative_to(house)).encode() + b"\0" + file.read_bytes())
    return sum_of.hexdigest()[:16]


def stamps_now(plates: Plates) -> Stamps:
    """The stamps of what is pressed from now on. Asked for before anything is read, so that a plate
    whose matter changes meanwhile is old and not new."""
    try:
        return Stamps(plates.outdating.now().number, dress())
    except StoreUnavailable:
        # It can't be kept either; once the store is back, such a plate is old.
        return Stamps(0, dress())
