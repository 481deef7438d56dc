"""Primitives that people make: buildings, vehicles, furniture."""

from __future__ import annotations

from kawaraban.ops.demo.pictures.canvas import Color, Scene, mix, smooth


def windows(s: Scene, x: float, y: float, w: float, h: float, cols: int, rows: int, color: Color) -> None:
    """A grid of windows; after dark some of them are lit."""
    cw, rh = w / cols, h / rows
    for i in range(cols):
        for j in range(rows):
            lit = s.light.dark and s.rng.random() < 0.45
            s.rect(
                x + cw * (i + 0.22),
                y + rh * (j + 0.22),
                cw * 0.56,
                rh * 0.56,
                mix(s.p.gold, s.p.cream, s.rng.uniform(0.1, 0.6)) if lit else color,
                lit=lit,
            )


def block(s: Scene, x: float, y: float, w: float, h: float, color: Color) -> None:
    """An office or flat building standing on y."""
    s.rect(x, y - h, w, h, color)
    s.rect(x + w * 0.78, y - h, w * 0.22, h, mix(color, s.p.ink, 0.16))
    glass = mix(color, s.p.ink, 0.32) if s.light.dark else mix(color, s.p.deep, 0.4)
    windows(s, x + w * 0.06, y - h + 8, w * 0.7, h - 16, max(2, int(w / 22)), max(2, int(h / 26)), glass)
    if s.rng.random() < 0.4:
        s.rect(x + w * 0.3, y - h - 14, w * 0.3, 14, mix(color, s.p.ink, 0.2))


def skyline(s: Scene, y: float, low: float, high: float, color: Color, *, flat: bool) -> None:
    """A row of buildings from edge to edge; a flat one is a silhouette far away."""
    x = -s.rng.uniform(0, 40)
    while x < 1200:
        w, h = s.rng.uniform(55, 120), s.rng.uniform(low, high)
        tone = mix(color, s.any(s.p.cream, s.p.mid, s.p.blush), s.rng.uniform(0, 0.35))
        if flat:
            s.rect(x, y - h, w + 1, h, mix(color, s.p.mid, s.rng.uniform(0, 0.12)))
        else:
            block(s, x, y, w, h, tone)
        x += w + (0 if flat else s.rng.choice((0, 0, 6, 14)))


def roof(s: Scene, x: float, y: float, w: float, h: float, color: Color) -> None:
    """A tiled roof with eaves turned up a little; (x, y) is the middle of the eaves."""
    half = w / 2
    left = smooth([(x - half, y - h * 0.04), (x - half * 0.78, y - h * 0.4), (x - half * 0.52, y - h)])
    right = [(2 * x - qx, qy) for qx, qy in reversed(left)]
    s.poly([*left, *right, (x + half * 0.9, y + h * 0.08), (x - half * 0.9, y + h * 0.08)], color)
    for k in range(-6, 7):
        t = k / 7
        s.line([(x + half * 0.52 * t, y - h * 0.95), (x + half * 0.9 * t, y)], mix(color, s.p.ink, 0.25), 2)
    s.rect(x - half * 0.56, y - h * 1.07, w * 0.56, h * 0.13, mix(color, s.p.ink, 0.3), r=3)
    s.rect(x - half * 0.9, y + h * 0.05, w * 0.9, h * 0.07, mix(color, s.p.ink, 0.35))


def lattice(s: Scene, x: float, y: float, w: float, h: float, cols: int, rows: int) -> None:
    """A paper screen, lit from within after dark."""
    s.rect(x, y, w, h, mix(s.p.cream, s.p.gold, 0.45) if s.light.dark else s.p.cream, lit=s.light.dark)
    bar = mix(s.p.wood, s.p.ink, 0.35)
    for i in range(cols + 1):
        s.rect(x + w * i / cols - 2, y, 4, h, bar)
    for j in range(rows + 1):
        s.rect(x, y + h * j / rows - 2, w, 4, bar)


def house(s: Scene, x: float, y: float, w: float, wall: Color, tiles: Color) -> None:
    """A two-storied house in the old manner, standing on y about x."""
    h = w * 0.3
    timber = mix(s.p.wood, s.p.ink, 0.3)
    s.rect(x - w * 0.3, y - h * 2.05, w * 0.6, h * 0.9, wall)
    lattice(s, x - w * 0.2, y - h * 1.8, w * 0.4, h * 0.42, 6, 2)
    roof(s, x, y - h * 1.95, w * 0.8, h * 0.6, tiles)
    s.rect(x - w * 0.43, y - h, w * 0.86, h, wall)
    s.rect(x - w * 0.43, y - h * 0.14, w * 0.86, h * 0.14, timber)
    lattice(s, x - w * 0.37, y - h * 0.78, w * 0.3, h * 0.6, 4, 3)
    lattice(s, x + w * 0.17, y - h * 0.78, w * 0.2, h * 0.6, 3, 3)
    s.rect(x - w * 0.02, y - h * 0.82, w * 0.14, h * 0.82, timber)
    s.rect(x + w * 0.005, y - h * 0.76, w * 0.09, h * 0.7, mix(s.p.wood, s.p.cream, 0.2))
    roof(s, x, y - h * 0.95, w * 1.04, h * 0.36, tiles)


def boat(s: Scene, x: float, y: float, w: float, color: Color, *, sail: bool = True) -> None:
    if sail:
        s.rect(x - w * 0.015, y - w * 0.95, w * 0.03, w * 0.95, s.p.wood)
        cloth = smooth([(x + w * 0.03, y - w * 0.9), (x + w * 0.3, y - w * 0.5), (x + w * 0.44, y - w * 0.2)])
        s.poly([*cloth, (x + w * 0.03, y - w * 0.17)], s.p.cream)
        s.poly(
            [(x - w * 0.04, y - w * 0.82), (x - w * 0.04, y - w * 0.17), (x - w * 0.36, y - w * 0.17)],
            mix(s.p.cream, s.p.blush, 0.5),
        )
    hull = [(x - w * 0.5, y - w * 0.15), (x + w * 0.5, y - w * 0.13), (x + w * 0.36, y + w * 0.02)]
    s.poly([*hull, (x - w * 0.34, y + w * 0.02)], color)
    s.line(hull[:2], s.p.cream, w * 0.02)
    s.oval(x, y + w * 0.03, w * 0.5, w * 0.02, s.p.pale, 0.5)


def container(s: Scene, x: float, y: float, w: float, h: float, color: Color) -> None:
    s.rect(x, y, w, h, color)
    n = max(4, int(w / 11))
    for i in range(1, n):
        s.rect(x + w * i / n - 1, y + h * 0.1, 2, h * 0.8, mix(color, s.p.ink, 0.22))
    s.rect(x, y + h - 2, w, 2, mix(color, s.p.ink, 0.4))


def ship(s: Scene, x: float, y: float, w: float) -> None:
    """A container ship, bow to the left."""
    cell, tall = w / 18, w / 30
    for col in range(11):
        for row in range(s.rng.choice((3, 4, 4, 5))):
            container(
                s, x - w * 0.38 + col * cell, y - w * 0.1 - (row + 1) * tall, cell - 1.5, tall - 1.5, s.any()
            )
    left = x + w * 0.26
    s.rect(left, y - w * 0.36, w * 0.12, w * 0.27, s.p.cream)
    s.rect(left - w * 0.02, y - w * 0.36, w * 0.16, w * 0.035, s.p.cream)
    for k in range(4):
        s.rect(left + w * 0.01, y - w * (0.348 - 0.055 * k), w * 0.1, w * 0.018, s.p.deep)
    s.rect(x + w * 0.4, y - w * 0.24, w * 0.05, w * 0.14, s.p.red)
    s.rect(x + w * 0.4, y - w * 0.21, w * 0.05, w * 0.03, s.p.cream)
    s.poly(
        [
            (x - w * 0.52, y - w * 0.13),
            (x - w * 0.4, y - w * 0.1),
            (x + w * 0.48, y - w * 0.1),
            (x + w * 0.46, y),
            (x - w * 0.44, y),
        ],
        s.p.deep,
    )
    s.poly(
        [
            (x - w * 0.455, y - w * 0.022),
            (x + w * 0.464, y - w * 0.022),
            (x + w * 0.455, y + w * 0.012),
            (x - w * 0.44, y + w * 0.012),
        ],
        s.p.red,
    )
    s.oval(x, y + w * 0.014, w * 0.5, w * 0.008, s.p.cream, 0.8)


def gantry(s: Scene, x: float, y: float, h: float, color: Color) -> None:
    """A quay crane, its boom out to the left."""
    far, top = x + h * 0.3, y - h * 0.62
    for leg in (x, far):
        s.line([(leg, y), (leg, top)], color, h * 0.03)
        s.rect(leg - h * 0.05, y - h * 0.03, h * 0.1, h * 0.03, s.p.ink)
    s.line([(x, y - h * 0.3), (far, y - h * 0.3)], color, h * 0.025)
    s.line([(x, y - h * 0.3), (far, top)], color, h * 0.012)
    s.line([(x - h * 0.62, top), (far + h * 0.16, top)], color, h * 0.035)
    mast = (x + h * 0.05, y - h * 0.95)
    s.line([(x, top), mast, (far, top)], color, h * 0.022)
    for end in (x - h * 0.6, x - h * 0.3, far + h * 0.14):
        s.line([mast, (end, top)], color, h * 0.008)
    s.rect(x - h * 0.27, top + h * 0.015, h * 0.07, h * 0.06, s.p.ink)
    for dx in (-0.41, -0.34):
        s.line([(x + h * dx, top), (x + h * dx, top + h * 0.19)], s.p.ink, h * 0.005)
    container(s, x - h * 0.46, top + h * 0.19, h * 0.17, h * 0.08, s.any(s.p.gold, s.p.pine, s.p.blush))


def lantern(s: Scene, x: float, y: float, r: float, color: Color) -> None:
    s.glow(x, y, r * 3, s.p.gold, 0.45 if s.light.dark else 0.12)
    s.oval(x, y, r * 0.82, r, color, lit=True)
    s.oval(x - r * 0.1, y, r * 0.4, r * 0.9, mix(color, s.p.gold, 0.45), lit=True)
    for k in (-0.5, 0.0, 0.5):
        half = r * 0.8 * (1 - k * k) ** 0.5
        s.line([(x - half, y + r * k), (x + half, y + r * k)], mix(color, s.p.ink, 0.25), 1.5)
    for dy in (-1.05, 0.85):
        s.rect(x - r * 0.36, y + r * dy, r * 0.72, r * 0.2, s.p.ink)


def bookshelf(s: Scene, x: float, y: float, w: float, h: float, rows: int) -> None:
    frame = mix(s.p.wood, s.p.ink, 0.25)
    s.rect(x, y, w, h, frame)
    tall = h / rows
    for j in range(rows):
        s.rect(x + 6, y + j * tall + 6, w - 12, tall - 10, mix(frame, s.p.ink, 0.45))
        at = x + 9
        while at < x + w - 24:
            bw, bh = s.rng.uniform(9, 20), tall * s.rng.uniform(0.6, 0.84)
            if s.rng.random() < 0.93:
                tone = mix(s.any(), s.p.cream, s.rng.uniform(0, 0.4))
                s.rect(at, y + (j + 1) * tall - 4 - bh, bw, bh, tone)
                s.rect(at + 2, y + (j + 1) * tall - 4 - bh * 0.85, bw - 4, 3, mix(tone, s.p.cream, 0.5))
            at += bw + 1.5


def room(s: Scene, wall: Color, floor: Color, at: float) -> None:
    s.wash(0, at, mix(wall, s.p.cream, 0.1), wall)
    s.wash(at, 675, floor, mix(floor, s.p.ink, 0.25))
    s.rect(0, at - 8, 1200, 10, mix(floor, s.p.ink, 0.35))


def window(s: Scene, x: float, y: float, w: float, h: float) -> None:
    """A window with a bit of the day outside."""
    frame = mix(s.p.wood, s.p.ink, 0.2)
    s.rect(x - 9, y - 9, w + 18, h + 18, frame)
    s.blend([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], s.light.top, s.light.low, lit=True)
    hill = smooth(
        [(x, y + h * 0.8), (x + w * 0.3, y + h * 0.62), (x + w * 0.65, y + h * 0.78), (x + w, y + h * 0.66)]
    )
    s.poly([*hill, (x + w, y + h), (x, y + h)], mix(s.p.pine, s.light.low, 0.35))
    s.disc(x + w * 0.72, y + h * 0.3, min(w, h) * 0.1, s.light.disc, lit=True)
    s.rect(x + w / 2 - 4, y, 8, h, frame)
    s.rect(x, y + h * 0.48, w, 6, frame)
    s.rect(x - 16, y + h + 9, w + 32, 12, mix(frame, s.p.cream, 0.2))


def plant(s: Scene, x: float, y: float, h: float) -> None:
    for k in range(-3, 4):
        tip = (x + k * h * 0.13, y - h * (1 - abs(k) * 0.12))
        s.line(
            smooth([(x, y - h * 0.3), (x + k * h * 0.04, y - h * 0.65), tip]),
            s.any(s.p.pine, s.p.leaf),
            h * 0.045,
        )
    s.poly(
        [(x - h * 0.19, y - h * 0.36), (x + h * 0.19, y - h * 0.36), (x + h * 0.13, y), (x - h * 0.13, y)],
        s.p.red,
    )


def steam(s: Scene, x: float, y: float, h: float) -> None:
    for k in (-1, 0, 1):
        base = x + k * h * 0.3
        wave = [(base + h * 0.09 * (-1) ** i, y - h * i / 4) for i in range(5)]
        s.line(smooth(wave), s.p.cream, h * 0.05, 0.7)


def smoke(s: Scene, x: float, y: float, color: Color) -> None:
    lean = s.rng.choice((-1, 1))
    for i in range(7):
        tone = mix(color, s.light.low, i * 0.1)
        s.disc(x + lean * i * 21, y - 8 - i * 19 + i * i * 0.8, 12 + i * 5, tone, lit=True)


def wheel(s: Scene, x: float, y: float, r: float) -> None:
    s.disc(x, y, r, s.p.ink)
    s.disc(x, y, r * 0.5, s.p.stone)


def umbrella(s: Scene, x: float, y: float, r: float, color: Color) -> None:
    """Open, seen from the side; (x, y) is the middle of its rim."""
    s.line([(x, y - r * 0.7), (x, y + r * 0.75)], s.p.wood, r * 0.05)
    s.pie(x, y, r, r * 0.72, 180, 360, color)
    for k in (-0.62, 0.0, 0.62):
        s.pie(x + r * k, y, r * 0.31, r * 0.12, 180, 360, mix(color, s.p.ink, 0.35))
    for k in (-0.36, 0.36):
        s.line(
            smooth([(x, y - r * 0.7), (x + r * k * 0.7, y - r * 0.45), (x + r * k, y - r * 0.02)]),
            mix(color, s.p.cream, 0.35),
            r * 0.025,
        )
