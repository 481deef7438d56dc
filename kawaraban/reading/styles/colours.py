"""The publication's colours, made legible: WCAG 2 contrast of 4.5 at least, by day and by night."""

import re
from typing import Literal

Ground = Literal["paper", "night"]

# The grounds that text stands on; the same as --paper's and --raised's darker one in paper.css.
GROUNDS: dict[Ground, str] = {"paper": "#f6f3ec", "night": "#24221f"}
_ENOUGH = 4.6
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_FALLBACK = "#555555"


def legible(colour: str, *, on: Ground) -> str:
    """The colour itself, or the nearest one towards black (by night: white) that can be read there.

    What is no colour (#rrggbb) becomes a quiet grey: nothing else may come into a stylesheet.
    """
    wanted = _parts(colour if _COLOUR.fullmatch(colour) else _FALLBACK)
    ground, end = _parts(GROUNDS[on]), (0, 0, 0) if on == "paper" else (255, 255, 255)
    for step in range(21):
        mixed = tuple(round(a + (b - a) * step / 20) for a, b in zip(wanted, end, strict=True))
        if contrast(mixed, ground) >= _ENOUGH:
            break
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The contrast ratio of two colours, 1 to 21 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _luminance(colour: tuple[int, ...]) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
