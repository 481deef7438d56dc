"""Primitives of the open air: sky, sun, clouds, hills, water, trees."""

from __future__ import annotations

import math
from itertools import pairwise

from kawaraban.ops.demo.pictures.canvas import HEIGHT, WIDTH, Color, Point, Scene, mix, smooth


def sky(s: Scene, horizon: float = 450) -> None:
    s.wash(0, horizon, s.light.top, s.light.low, lit=True)
    # The dark band wiped along the top edge of a print.
    s.veil(0, 110, s.p.ink if s.light.dark else s.p.deep, 0.5, 0)
    if s.light.dark:
        stars(s, 70, horizon * 0.8)


def stars(s: Scene, count: int, limit: float) -> None:
    for _ in range(count):
        r = s.rng.choice((0.9, 1.2, 1.2, 2.0))
        s.disc(s.rng.uniform(0, WIDTH), s.rng.uniform(0, limit), r, s.p.cream, 0.8, lit=True)


def sun(s: Scene, x: float, y: float, r: float = 46) -> None:
    """The sun, or at night the moon."""
    s.glow(x, y, r * 4, s.p.cream, 0.35 if s.light.dark else 0.6)
    s.disc(x, y, r, s.light.disc, lit=True)


def haze(s: Scene, y: float, count: int = 3, strength: float = 0.55) -> None:
    """The flat round-ended clouds of picture scrolls."""
    color = mix(s.light.low, s.p.cream, strength)
    for _ in range(count):
        x, w = s.rng.uniform(-80, WIDTH - 200), s.rng.uniform(180, 420)
        top = s.vary(y, 45)
        for k, (dx, part) in enumerate(((0.0, 1.0), (0.3, 0.55), (-0.2, 0.6))):
            s.rect(x + w * dx, top + k * 14, w * part, 16, color, r=8, lit=True)


def cumulus(s: Scene, x: float, y: float, w: float) -> None:
    puffs = [(t / 6, math.sin(math.pi * (t + 0.6) / 7.2)) for t in range(7)]
    lumps = [(x + (t - 0.5) * w, w * (0.07 + 0.13 * k) * s.rng.uniform(0.8, 1.2), k) for t, k in puffs]
    for color, lift in ((mix(s.p.cream, s.light.top, 0.4), 0.0), (s.p.cream, w * 0.035)):
        for cx, r, k in lumps:
            s.disc(cx - lift, y - r * (0.7 + 0.6 * k) - lift, r, color)
    s.rect(x - w * 0.6, y - w * 0.09, w * 1.2, w * 0.09, mix(s.p.cream, s.light.top, 0.4), r=w / 23)


def ridge(s: Scene, y: float, rise: float, color: Color, *, foot: float = 0, n: int = 7) -> None:
    """A line of hills whose feet dissolve in mist."""
    top: list[Point] = [(i * WIDTH / n, y - rise * s.rng.uniform(0.1, 1)) for i in range(-1, n + 2)]
    low = foot or y + rise
    s.blend(
        [*smooth(top), (WIDTH * 1.2, low), (-WIDTH * 0.2, low)],
        color,
        mix(color, s.light.low, 0.45),
    )


def peak(s: Scene, x: float, base: float, w: float, h: float, color: Color) -> None:
    """A volcano with its cap of snow."""

    def flank(t: float, side: int) -> Point:
        return x + side * (w * 0.045 + w * 0.455 * t**1.55), base - h * (1 - t)

    ts = [i / 20 for i in range(21)]
    s.blend(
        [flank(t, -1) for t in reversed(ts)] + [flank(t, 1) for t in ts],
        color,
        mix(color, s.light.low, 0.75),
    )
    cap = [t for t in ts if t <= 0.3]
    (left, edge), (right, _) = flank(0.3, -1), flank(0.3, 1)
    teeth = [
        (
            right + (left - right) * i / 9,
            edge + (h * s.rng.uniform(0.03, 0.16) if i % 2 else -h * s.rng.uniform(0.02, 0.1)),
        )
        for i in range(1, 9)
    ]
    snow = [flank(t, -1) for t in reversed(cap)] + [flank(t, 1) for t in cap] + teeth
    s.poly(snow, mix(s.p.cream, (255, 255, 255), 0.5))


def water(s: Scene, y0: float, y1: float = HEIGHT, *, glitter: float | None = None) -> None:
    s.wash(y0, y1, mix(s.light.low, s.p.mid, 0.5), mix(s.p.mid, s.p.deep, 0.6), lit=s.light.dark)
    for _ in range(int((y1 - y0) / 7)):
        t = s.rng.random() ** 1.3
        y, w = y0 + (y1 - y0) * t, s.rng.uniform(30, 130) * (0.4 + t)
        s.oval(s.rng.uniform(0, WIDTH), y, w, 1 + 1.2 * t, s.p.pale, 0.4)
    if glitter is not None:
        for i in range(14):
            y = y0 + 4 + (y1 - y0) * (i / 15) ** 1.2
            s.oval(s.vary(glitter, 8 + i), y, s.rng.uniform(14, 50), 2, s.p.cream, 0.65, lit=True)


def swell(s: Scene, y: float, length: float, height: float, color: Color) -> None:
    """One row of waves: round troughs, sharp leaning crests, foam running down from them."""
    start, crest, foam = -s.rng.uniform(0, length) - length, list[Point](), list[Point]()
    for i in range(int(WIDTH / length) + 4):
        high = height * s.rng.uniform(0.75, 1.1)
        for k in range(24):
            turn = math.tau * k / 24
            up = (1 + math.cos(turn)) / 2
            x = start + length * (i + (turn - 0.8 * math.sin(turn)) / math.tau) + high * 0.55 * up**2
            crest.append((x, y - high * up))
            drip = 0.8 + 0.2 * (-1) ** k
            foam.append((x - high * 0.1 * up, y - high * (up - 0.42 * drip * up**2) + 2))
    s.blend([*crest, (WIDTH + 300, y + 130), (-300, y + 130)], color, mix(color, s.p.deep, 0.6))
    s.line([(x, q + height * 0.62) for x, q in foam], mix(color, s.p.pale, 0.5), 2.5, 0.6)
    s.line([(x, q + height * 0.3) for x, q in foam], mix(color, s.p.pale, 0.5), 2.5, 0.6)
    s.poly([*crest, *reversed(foam)], mix(s.p.cream, (255, 255, 255), 0.3))


def cedar(s: Scene, x: float, y: float, h: float, color: Color, snow: Color | None = None) -> None:
    s.rect(x - h * 0.025, y - h * 0.15, h * 0.05, h * 0.15, mix(s.p.wood, s.p.ink, 0.4))
    for k in range(4):
        half, top, low = h * (0.24 - 0.045 * k), y - h * (0.42 + 0.195 * k), y - h * (0.1 + 0.19 * k)
        s.poly([(x, top), (x + half, low), (x, low + h * 0.03), (x - half, low)], color)
        if snow:
            mid = top + (low - top) * 0.55
            s.poly(
                [
                    (x, top),
                    (x + half * 0.55, mid),
                    (x + half * 0.2, mid - h * 0.03),
                    (x - half * 0.1, mid + h * 0.03),
                    (x - half * 0.55, mid),
                ],
                snow,
            )


def pine(s: Scene, x: float, y: float, h: float, lean: float = 0.25) -> None:
    """A garden pine: a bent trunk and flat pads of needles."""
    bend = [(0.0, 0.0), (0.25, 0.3), (-0.05, 0.6), (0.45, 1.0)]
    trunk = smooth([(x + h * lean * dx, y - h * t * 0.9) for dx, t in bend])
    for i, (a, b) in enumerate(pairwise(trunk)):
        s.line([a, b], mix(s.p.wood, s.p.ink, 0.35), h * (0.075 - 0.0018 * i))
    pads = ((-0.3, 0.5, 0.2), (0.34, 0.62, 0.22), (-0.2, 0.76, 0.2), (0.2, 0.88, 0.2), (0.0, 1, 0.18))
    for dx, t, r in pads:
        cx, cy, w = x + h * (dx + lean * 0.3 * t), y - h * t * 0.95, h * r * s.rng.uniform(0.9, 1.2)
        s.line([(x + h * lean * 0.2, cy + h * 0.12), (cx, cy)], mix(s.p.wood, s.p.ink, 0.4), h * 0.02)
        for k in (-1, 0, 1):
            s.oval(cx + k * w * 0.5, cy + abs(k) * w * 0.1, w * 0.6, w * 0.3, s.p.pine)
        s.oval(cx - w * 0.1, cy - w * 0.12, w * 0.6, w * 0.14, mix(s.p.pine, s.p.leaf, 0.5))


def tree(s: Scene, x: float, y: float, h: float, color: Color) -> None:
    bark = mix(s.p.wood, s.p.ink, 0.25)
    s.line([(x, y), (x, y - h * 0.6)], bark, h * 0.06)
    s.line([(x, y - h * 0.35), (x + h * 0.14, y - h * 0.55)], bark, h * 0.03)
    puffs = ((-0.18, 0.58, 0.19), (0.18, 0.6, 0.2), (0.0, 0.78, 0.24), (-0.02, 0.56, 0.2))
    for dx, t, r in puffs:
        s.disc(x + h * dx, y - h * t, h * r, color)
    for dx, t, r in puffs[:3]:
        s.disc(x + h * (dx - 0.05), y - h * (t + 0.05), h * r * 0.6, mix(color, s.p.cream, 0.16))


def bush(s: Scene, x: float, y: float, w: float, color: Color) -> None:
    for dx, r in ((-0.3, 0.24), (0.3, 0.26), (0.0, 0.34)):
        s.pie(x + w * dx, y, w * r, w * r, 180, 360, color)


def birds(s: Scene, x: float, y: float, count: int, color: Color) -> None:
    for _ in range(count):
        bx, by, w = s.vary(x, 170), s.vary(y, 60), s.rng.uniform(9, 18)
        wing = smooth(
            [(bx + w * dx, by - w * dy) for dx, dy in ((-1, 0.4), (-0.4, 0.5), (0, 0), (0.4, 0.5), (1, 0.4))],
            steps=4,
        )
        s.line(wing, color, 3)


def ground(s: Scene, y: float, color: Color, *, bend: float = 0) -> None:
    s.blend(
        [*smooth([(-20, y), (WIDTH / 2, y - bend), (WIDTH + 20, y)]), (1220, 700), (-20, 700)],
        color,
        mix(color, s.p.ink, 0.25),
    )
