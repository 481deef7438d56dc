"""The files that readers' pages ask for below /_/: one stylesheet, one script, one icon."""

import re
from dataclasses import dataclass

from kawaraban.reading.dress import colours
from kawaraban.reading.scripts import script
from kawaraban.reading.styles import stylesheet
from kawaraban.reading.styles.colours import legible

_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="10" '
    'fill="{accent}"/><path fill="#fff" d="M14 15h36v8H14zM14 29h15v20H14zM35 29h15v4H35zM35 37h15v4H35z'
    'M35 45h15v4H35z"/></svg>'
)
_OURS = re.compile(r"reader\.[0-9a-f]{12}\.(css|js)")


@dataclass(frozen=True)
class Asset:
    """A file as it is handed out. `immutable`: its name changes with its content, so keep it for ever."""

    mime: str
    body: bytes
    immutable: bool


def named(name: str) -> Asset | None:
    """The file at `/_/<name>`; None if there is none of that name.

    A page pressed before a change asks for a stylesheet or script that is no more: it gets the one of
    today, not to be kept.
    """
    if name == "icon.svg":
        return Asset("image/svg+xml", icon(), immutable=False)
    found = _OURS.fullmatch(name)
    if found is None:
        return None
    now, body = stylesheet(*colours()) if found[1] == "css" else script()
    mime = "text/css; charset=utf-8" if found[1] == "css" else "text/javascript; charset=utf-8"
    return Asset(mime, body, immutable=name == now)


def icon() -> bytes:
    """The publication's mark for tabs: a sheet of news in its accent."""
    publication, _ = colours()
    return _ICON.format(accent=legible(publication.accent, on="paper")).encode()
