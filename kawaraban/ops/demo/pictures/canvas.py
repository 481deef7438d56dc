"""A sheet to draw on: palettes, light, and flat antialiased shapes in a 1200 x 675 space."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from PIL import Image, ImageChops, ImageDraw

Color = tuple[int, int, int]
Point = tuple[float, float]

WIDTH, HEIGHT = 1200, 675
SUPERSAMPLING = 2


def _rgb(code: str) -> Color:
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(a: Color, b: Color, share: float = 0.5) -> Color:
    """The colour `share` of the way from a to b."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


@dataclass(frozen=True, slots=True)
class Palette:
    ink: Color
    deep: Color
    mid: Color
    pale: Color
    cream: Color
    blush: Color
    red: Color
    gold: Color
    pine: Color
    leaf: Color
    wood: Color
    stone: Color

    @property
    def accents(self) -> tuple[Color, ...]:
        return self.red, self.gold, self.mid, self.pine, self.blush, self.deep


def _palette(codes: str) -> Palette:
    return Palette(*(_rgb(code) for code in codes.split()))


PALETTES = (
    # Indigo and vermilion, as in the old landscape prints.
    _palette("1c2740 27446f 4d7fa8 b8d0d6 f4ead5 ecbd9f c9462e dba744 2d5a4c 86a56c 8a5c3f 98958b"),
    # Teal sea and persimmon.
    _palette("172c34 1f5460 4b9096 bfdad2 f5ecd8 f0c2a0 d8613a e2b04a 2a6150 8fb07a 94633f 95998f"),
    # Autumn: ochre and maple.
    _palette("2b2536 3f4669 7285a3 cfd3cf f6e9cf eeb98f bb3f2c d99a36 48593a a3a157 85522f a0968a"),
    # Wisteria and plum.
    _palette("262345 463f78 7c7db0 cccbdc f5ebdc eebfb4 c44a57 dcae5c 365a5a 8fa986 825a50 9a94a0"),
    # Spring: clear blue, young green.
    _palette("1d3047 2b5d8c 66a0c4 cbe1e4 f8f0dc f4c9b4 dd5b4a e8ba55 2f6e52 9bbd74 95674a a1a39a"),
    # Winter slate and a single warm red.
    _palette("20272f 3a4f60 6d8a9a c9d3d4 f1ebde e2c0ab b5483a cfa458 33544f 8c9f86 7c6150 92979a"),
)


@dataclass(frozen=True, slots=True)
class Light:
    """A time of day: the sky's two colours, the disc in it, and what it does to all else."""

    time: str
    top: Color
    low: Color
    disc: Color
    shade: Color
    amount: float

    @property
    def dark(self) -> bool:
        return self.time == "night"


def light_at(time: str, p: Palette) -> Light:
    if time == "dawn":
        return Light(time, mix(p.pale, p.mid, 0.25), mix(p.blush, p.cream, 0.3), p.red, p.blush, 0.06)
    if time == "dusk":
        low = mix(mix(p.gold, p.red, 0.3), p.cream, 0.3)
        return Light(time, mix(p.deep, p.blush, 0.2), low, mix(p.red, p.gold, 0.15), p.deep, 0.16)
    if time == "night":
        return Light(time, p.ink, mix(p.deep, p.mid, 0.35), p.cream, p.ink, 0.42)
    return Light("day", mix(p.mid, p.pale, 0.3), mix(p.cream, p.pale, 0.3), p.red, p.cream, 0.0)


def smooth(points: Sequence[Point], *, closed: bool = False, steps: int = 10) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    n = len(points)
    out: list[Point] = []
    for i in range(n if closed else n - 1):
        if closed:
            a, b, c, d = (points[(i + k) % n] for k in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(i + k, 0), n - 1)] for k in (-1, 0, 1, 2))
        for j in range(steps):
            t = j / steps
            u, v = t * t, t * t * t
            out.append(
                (
                    b[0]
                    + ((c[0] - a[0]) * t + (2 * a[0] - 5 * b[0] + 4 * c[0] - d[0]) * u) / 2
                    + (3 * b[0] - a[0] - 3 * c[0] + d[0]) * v / 2,
                    b[1]
                    + ((c[1] - a[1]) * t + (2 * a[1] - 5 * b[1] + 4 * c[1] - d[1]) * u) / 2
                    + (3 * b[1] - a[1] - 3 * c[1] + d[1]) * v / 2,
                )
            )
    if not closed:
        out.append(points[-1])
    return out


class Scene:
    """One picture being drawn.

    The 1200 x 675 space covers whatever size is asked for: another shape of picture is a crop
    about the middle, where the subject is.
    """

    def __init__(self, rng: Random, time: str, size: tuple[int, int]) -> None:
        self.rng = rng
        self.p = rng.choice(PALETTES)
        self.light = light_at(time, self.p)
        if time == "day":
            # A red sun in every picture would be a mannerism.
            disc = rng.choice((self.p.red, self.p.cream, mix(self.p.gold, self.p.cream, 0.4)))
            self.light = replace(self.light, disc=disc)
        self.size = size
        w, h = size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING
        # Each seed stands a little nearer or farther, and not quite in the same place.
        self._scale = max(w / WIDTH, h / HEIGHT) * rng.uniform(1, 1.08)
        spare = w - WIDTH * self._scale, h - HEIGHT * self._scale
        self._dx, self._dy = spare[0] * rng.uniform(0.25, 0.75), spare[1] * rng.uniform(0.35, 0.65)
        self._image = Image.new("RGB", (w, h), self.p.cream)
        self._pen = ImageDraw.Draw(self._image, "RGBA")

    # Colours and coordinates

    def shaded(self, color: Color) -> Color:
        return mix(color, self.light.shade, self.light.amount)

    def _ink(self, color: Color, alpha: float, lit: bool) -> tuple[int, int, int, int]:
        return (*(color if lit else self.shaded(color)), round(alpha * 255))

    def _xy(self, x: float, y: float) -> Point:
        return x * self._scale + self._dx, y * self._scale + self._dy

    def any(self, *colors: Color) -> Color:
        return self.rng.choice(colors or self.p.accents)

    def any_side(self) -> int:
        return self.rng.choice((-1, 1))

    def vary(self, value: float, by: float) -> float:
        return value + self.rng.uniform(-by, by)

    # Flat shapes

    def poly(self, points: Sequence[Point], color: Color, alpha: float = 1.0, *, lit: bool = False) -> None:
        self._pen.polygon([self._xy(*q) for q in points], self._ink(color, alpha, lit))

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        color: Color,
        alpha: float = 1.0,
        *,
        r: float = 0,
        lit: bool = False,
    ) -> None:
        (x0, y0), (x1, y1) = self._xy(x, y), self._xy(x + w, y + h)
        box, ink = (x0, y0, max(x0, x1 - 1), max(y0, y1 - 1)), self._ink(color, alpha, lit)
        if r:
            self._pen.rounded_rectangle(box, r * self._scale, ink)
        else:
            self._pen.rectangle(box, ink)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        color: Color,
        alpha: float = 1.0,
        *,
        lit: bool = False,
    ) -> None:
        box = (*self._xy(x - rx, y - ry), *self._xy(x + rx, y + ry))
        self._pen.ellipse(box, self._ink(color, alpha, lit))

    def disc(
        self, x: float, y: float, r: float, color: Color, alpha: float = 1.0, *, lit: bool = False
    ) -> None:
        self.oval(x, y, r, r, color, alpha, lit=lit)

    def pie(self, x: float, y: float, rx: float, ry: float, start: float, end: float, color: Color) -> None:
        box = (*self._xy(x - rx, y - ry), *self._xy(x + rx, y + ry))
        self._pen.pieslice(box, start, end, self._ink(color, 1, False))

    def ring(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        color: Color,
        width: float,
        start: float = 0,
        end: float = 360,
    ) -> None:
        box = (*self._xy(x - rx, y - ry), *self._xy(x + rx, y + ry))
        self._pen.arc(box, start, end, self._ink(color, 1, False), max(1, round(width * self._scale)))

    def line(
        self,
        points: Sequence[Point],
        color: Color,
        width: float,
        alpha: float = 1.0,
        *,
        lit: bool = False,
    ) -> None:
        """A stroke with round ends; a translucent one has plain ends, which would show twice."""
        dots = [self._xy(*q) for q in points]
        ink, px = self._ink(color, alpha, lit), max(1, round(width * self._scale))
        self._pen.line(dots, ink, px, joint="curve")
        if alpha == 1 and px > 3:
            for x, y in (dots[0], dots[-1]):
                r = px / 2
                self._pen.ellipse((x - r, y - r, x + r, y + r), ink)

    # Gradients

    def _column(self, height: int, top: Color, low: Color) -> Image.Image:
        ramp = Image.linear_gradient("L").resize((1, height), Image.Resampling.BILINEAR)
        return Image.composite(Image.new("RGB", (1, height), low), Image.new("RGB", (1, height), top), ramp)

    def _box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[int, int, int, int]:
        (a, b), (c, d) = self._xy(x0, y0), self._xy(x1, y1)
        left, top = math.floor(a), math.floor(b)
        return left, top, max(left + 1, math.ceil(c)), max(top + 1, math.ceil(d))

    def wash(self, y0: float, y1: float, top: Color, low: Color, *, lit: bool = False) -> None:
        """A gradient from edge to edge."""
        box = self._box(0, y0, WIDTH, y1)
        if not lit:
            top, low = self.shaded(top), self.shaded(low)
        size = (box[2] - box[0], box[3] - box[1])
        self._image.paste(self._column(size[1], top, low).resize(size), box)

    def blend(self, points: Sequence[Point], top: Color, low: Color, *, lit: bool = False) -> None:
        """A polygon filled with a vertical gradient."""
        xs, ys = [q[0] for q in points], [q[1] for q in points]
        box = self._box(min(xs), min(ys), max(xs), max(ys))
        size = (box[2] - box[0], box[3] - box[1])
        mask = Image.new("L", size)
        dots = [(x - box[0], y - box[1]) for x, y in (self._xy(*q) for q in points)]
        ImageDraw.Draw(mask).polygon(dots, 255)
        if not lit:
            top, low = self.shaded(top), self.shaded(low)
        self._image.paste(self._column(size[1], top, low).resize(size), box, mask)

    def veil(self, y0: float, y1: float, color: Color, above: float, below: float) -> None:
        """A colour laid over the whole width, its strength changing from y0 to y1."""
        box = self._box(0, y0, WIDTH, y1)
        size = (box[2] - box[0], box[3] - box[1])
        ramp = Image.linear_gradient("L").resize((1, size[1]), Image.Resampling.BILINEAR)
        mask = ramp.point([round((above + (below - above) * v / 255) * 255) for v in range(256)])
        self._image.paste(color, box, mask.resize(size))

    def glow(self, x: float, y: float, r: float, color: Color, strength: float = 0.5) -> None:
        box = self._box(x - r, y - r, x + r, y + r)
        side = (box[2] - box[0], box[3] - box[1])
        halo = Image.radial_gradient("L").point(
            [round(max(0.0, 1 - v / 181) ** 2 * strength * 255) for v in range(256)]
        )
        self._image.paste(color, box, halo.resize(side, Image.Resampling.BILINEAR))

    def finished(self) -> Image.Image:
        """The picture at its size, with the tooth of the paper and the grain of the block."""
        image = self._image.reduce(SUPERSAMPLING)
        w, h = image.size
        tooth = Image.frombytes("L", (w, h), self.rng.randbytes(w * h))
        cols = max(2, w // 90)
        block = Image.frombytes("L", (cols, h), self.rng.randbytes(cols * h))
        block = block.resize((w, h), Image.Resampling.BILINEAR)
        fine, soft = ([64 + round((v - 128) * by / 128) for v in range(256)] for by in (6, 3.6))
        grain = ImageChops.add(tooth.point(fine), block.point(soft))
        return ImageChops.add(image, Image.merge("RGB", (grain,) * 3), 1, -128)
