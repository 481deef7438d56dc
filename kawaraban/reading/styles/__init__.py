"""One stylesheet out of small files, with the publication's colours in it.

Colours are the publication's own (accent, one per section). They come as custom properties in the
stylesheet itself, since the pages' content security policy allows no inline style.
"""

import functools
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from kawaraban.reading.styles.colours import legible
from kawaraban.stories.models import Publication, Section

_HERE = Path(__file__).parent
# In the order of the cascade: what comes later may refine what came before.
FILES = (
    "paper.css",
    "frame.css",
    "headlines.css",
    "lists.css",
    "story.css",
    "elements.css",
    "rails.css",
    "discussion.css",
    "print.css",
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANKS = re.compile(r"\s+")
_AROUND = re.compile(r"\s*([{};,>])\s*|(:)\s+")


def stylesheet(publication: Publication, sections: Iterable[Section]) -> tuple[str, bytes]:
    """The stylesheet's name, with a hash of its content in it, and its bytes."""
    return _stylesheet(publication.accent, tuple((one.slug, one.colour) for one in sections))


@functools.lru_cache(maxsize=8)
def _stylesheet(accent: str, sections: tuple[tuple[str, str], ...]) -> tuple[str, bytes]:
    text = "".join((_HERE / name).read_text("utf-8") for name in FILES)
    body = (_small(text) + _colours(accent, sections)).encode()
    return f"reader.{hashlib.sha256(body).hexdigest()[:12]}.css", body


def _small(css: str) -> str:
    """Without comments and needless blanks. Blanks that separate selectors and values stay."""
    return _AROUND.sub(r"\1\2", _BLANKS.sub(" ", _COMMENT.sub("", css))).strip()


def _colours(accent: str, sections: Iterable[tuple[str, str]]) -> str:
    on_paper = [f":root{{--accent:{legible(accent, on='paper')}}}"]
    in_the_dark = [f":root{{--accent:{legible(accent, on='night')}}}"]
    for slug, colour in sections:
        of = f'[data-section="{_quoted(slug)}"]'
        on_paper.append(f"{of}{{--section:{legible(colour, on='paper')}}}")
        in_the_dark.append(f"{of}{{--section:{legible(colour, on='night')}}}")
    return "".join([*on_paper, "@media screen and (prefers-color-scheme:dark){", *in_the_dark, "}"])


def _quoted(slug: str) -> str:
    return re.sub(r"[^\w-]", lambda found: f"\\{ord(found[0]):x} ", slug)
