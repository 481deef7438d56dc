"""Kinds of picture out in nature."""

from __future__ import annotations

import math

from kawaraban.ops.demo.pictures.canvas import WIDTH, Scene, mix, smooth
from kawaraban.ops.demo.pictures.land import (
    birds,
    bush,
    cedar,
    cumulus,
    ground,
    haze,
    peak,
    pine,
    ridge,
    sky,
    stars,
    sun,
    swell,
    tree,
    water,
)
from kawaraban.ops.demo.pictures.people import figure
from kawaraban.ops.demo.pictures.registry import kind
from kawaraban.ops.demo.pictures.things import boat, house, umbrella


@kind("sea")
def sea(s: Scene) -> None:
    x = s.rng.uniform(430, 770)
    sky(s, 330)
    sun(s, x, 235, 78)
    haze(s, 150, 3)
    water(s, 320, glitter=x)
    birds(s, 1200 - x, 130, 5, s.p.cream)
    swell(s, 430, 150, 20, mix(s.p.mid, s.p.pale, 0.25))
    boat(s, s.vary(600, 110), 462, s.rng.uniform(190, 250), s.any(s.p.red, s.p.wood, s.p.ink))
    for i, (y, length, height) in enumerate(((490, 210, 38), (560, 290, 62), (650, 400, 96))):
        swell(s, y, length, height, mix(s.p.mid, s.p.deep, 0.25 + 0.3 * i))


@kind("mountain", "dawn", "day", "dusk", "night")
def mountain(s: Scene) -> None:
    x = s.vary(600, 60)
    sky(s, 520)
    sun(s, x + s.any_side() * s.rng.uniform(280, 400), s.rng.uniform(130, 210), 44)
    rock = s.any(s.p.deep, s.p.mid, s.p.red)
    if s.light.dark:
        rock = mix(rock, s.p.pale, 0.4)
    peak(s, x, 520, s.rng.uniform(950, 1200), s.rng.uniform(340, 400), rock)
    haze(s, 400, 4)
    ridge(s, 500, 70, mix(s.p.pine, s.p.mid, 0.5))
    water(s, 525, 600)
    ground(s, 590, s.p.pine, bend=14)
    for _ in range(26):
        cx = s.rng.choice((s.rng.uniform(-20, 400), s.rng.uniform(800, 1220)))
        cedar(
            s,
            cx,
            s.rng.uniform(600, 690),
            s.rng.uniform(70, 150),
            mix(s.p.pine, s.p.ink, s.rng.random() * 0.5),
        )


@kind("river")
def river(s: Scene) -> None:
    sky(s, 330)
    sun(s, s.rng.uniform(300, 900), 150, 42)
    ridge(s, 300, 150, mix(s.p.mid, s.p.pale, 0.3))
    ridge(s, 330, 90, mix(s.p.pine, s.p.mid, 0.4))
    ground(s, 325, mix(s.p.leaf, s.p.gold, 0.2))
    left = smooth([(585, 325), (540, 355), (700, 410), (520, 500), (150, 690)])
    right = smooth([(1010, 690), (860, 510), (890, 410), (640, 355), (625, 325)])
    s.blend([*left, *right], mix(s.p.mid, s.light.low, 0.6), s.p.deep)
    for _ in range(26):
        t = s.rng.random()
        s.oval(s.vary(700 - 120 * t, 60 + 130 * t), 400 + 270 * t, 20 + 50 * t, 1 + t * 1.5, s.p.pale, 0.55)
    for x, y, h in ((330, 400, 70), (420, 370, 50), (1010, 400, 90), (900, 365, 50), (200, 450, 110)):
        tree(s, s.vary(x, 25), y, h, s.any(s.p.pine, s.p.leaf))
    span = smooth([(400, 500), (520, 432), (690, 408), (860, 432), (980, 500)])
    under = smooth([(950, 520), (850, 470), (690, 446), (530, 470), (430, 520)])
    s.poly([*span, *under], s.p.red)
    for i in range(4, len(span) - 2, 4):
        px, py = span[i]
        s.rect(px - 4, py - 34, 8, 36, s.p.red)
    s.line([(x, y - 34) for x, y in span], mix(s.p.red, s.p.ink, 0.25), 7)
    for x in (560, 690, 820):
        s.rect(x - 7, 448, 14, 76, mix(s.p.red, s.p.ink, 0.3))
    figure(s, s.vary(690, 90), 416, 74, s.any(s.p.cream, s.p.gold), pose="walk")
    pine(s, s.rng.choice((110, 1090)), 640, 330)


@kind("rice-field")
def rice_field(s: Scene) -> None:
    sky(s, 300)
    sun(s, s.rng.uniform(200, 1000), 140, 40)
    ridge(s, 290, 150, mix(s.p.mid, s.p.pale, 0.2))
    ridge(s, 310, 70, mix(s.p.pine, s.p.mid, 0.3))
    ripe = s.rng.random() < 0.5
    near, far = (
        (s.p.gold, mix(s.p.gold, s.p.cream, 0.4)) if ripe else (s.p.leaf, mix(s.p.leaf, s.p.pale, 0.6))
    )
    ground(s, 305, mix(s.p.pine, s.p.leaf, 0.4))
    x, rows = s.rng.choice((300, 900)), ((318, 352), (360, 412), (422, 500), (512, 680))
    for y0, y1 in rows:
        a, b = (y0 - 250) / 425, (y1 - 250) / 425
        for k in range(-4, 5):
            edges = [
                (600 + (k + dx) * 420 * t, y)
                for dx, t, y in ((0.03, a, y0), (0.97, a, y0), (0.97, b, y1), (0.03, b, y1))
            ]
            s.blend(edges, mix(far, s.light.low, 0.3), mix(far, near, 0.6))
            for j in range(1, 9):
                top, low = 600 + (k + j / 9) * 420 * a, 600 + (k + j / 9) * 420 * b
                s.line([(top, y0 + 2), (low, y1 - 2)], mix(near, s.p.pine, 0.35), 1 + 4 * b, 0.8)
    house(s, x, 330, 150, s.p.cream, s.p.deep)
    tree(s, x + 105, 332, 90, s.p.pine)
    at = s.vary(600, 60)
    figure(s, at, 540, 190, s.any(s.p.deep, s.p.mid, s.p.red), legs=s.p.ink, pose="walk", flip=at > 600)
    s.poly([(at - 42, 374), (at + 44, 374), (at + 1, 344)], mix(s.p.gold, s.p.cream, 0.4))
    birds(s, 600, 120, 4, s.p.ink)


@kind("forest", "dawn", "day", "dusk")
def forest(s: Scene) -> None:
    s.wash(0, 675, mix(s.p.leaf, s.light.low, 0.55), mix(s.p.cream, s.light.low, 0.5))
    s.glow(s.vary(600, 80), 190, 420, s.p.cream, 0.9)
    for depth in range(4):
        tone = mix(mix(s.p.pine, s.light.low, 0.75 - depth * 0.24), s.p.ink, depth * 0.1)
        y, w = 470 + depth * 45, 12 + depth * 16
        for i in range(15 - depth * 3):
            x = (i + s.rng.uniform(0.1, 0.9)) * WIDTH / (15 - depth * 3)
            if depth < 2 or abs(x - 600) > 90 * depth:
                s.poly([(x - w * 0.4, -5), (x + w * 0.4, -5), (x + w * 0.6, y), (x - w * 0.6, y)], tone)
                if depth > 1:
                    s.rect(x - w * 0.2, 0, w * 0.18, y, mix(tone, s.p.leaf, 0.25))
        ground(s, y - 6, mix(tone, s.p.leaf, 0.2), bend=-10)
        s.veil(y - 160, y, s.shaded(mix(s.p.cream, s.light.low, 0.5)), 0, 0.4 - depth * 0.1)
    path = smooth([(590, 470), (640, 510), (560, 570), (640, 690)]) + smooth(
        [(330, 690), (440, 570), (600, 510), (580, 470)]
    )
    s.poly(path, mix(s.p.cream, s.p.gold, 0.3))
    figure(s, s.vary(585, 12), 588, 130, s.any(s.p.red, s.p.gold), pose="walk", flip=s.rng.random() < 0.5)
    for i in range(9):
        x = (s.rng.uniform(0, 300), s.rng.uniform(760, 1200))[i % 2]
        bush(s, x, 690, s.rng.uniform(120, 240), mix(s.p.pine, s.p.ink, s.rng.uniform(0.1, 0.4)))
    for k in range(9):
        s.oval(
            k * 150,
            s.vary(-6, 12),
            130,
            s.rng.uniform(50, 85),
            mix(s.p.pine, s.p.ink, s.rng.uniform(0.1, 0.3)),
        )


@kind("snow", "day", "dusk", "night")
def snow(s: Scene) -> None:
    white = mix(s.p.cream, (255, 255, 255), 0.6)
    sky(s, 420)
    s.veil(0, 420, s.p.stone, 0.35, 0.1)
    ridge(s, 400, 190, mix(s.p.pale, s.p.mid, 0.35))
    s.blend(
        [*smooth([(-20, 430), (300, 395), (700, 425), (1220, 390)]), (1220, 690), (-20, 690)],
        white,
        mix(s.p.pale, white, 0.3),
    )
    for i in range(14):
        cedar(
            s,
            s.rng.choice((s.rng.uniform(0, 370), s.rng.uniform(840, 1200))),
            420 + i * 8,
            s.rng.uniform(120, 190),
            s.p.pine,
            white,
        )
    for x, y, w in ((s.vary(850, 40), 455, 200), (s.vary(560, 60), 540, 360)):
        s.rect(x - w * 0.36, y - w * 0.3, w * 0.72, w * 0.3, s.p.wood)
        s.poly(
            [(x - w * 0.4, y - w * 0.24), (x + w * 0.4, y - w * 0.24), (x, y - w * 0.74)],
            mix(s.p.wood, s.p.ink, 0.4),
        )
        s.rect(x - w * 0.1, y - w * 0.44, w * 0.2, w * 0.13, s.p.gold, lit=True)
        for dx in (-0.26, 0.06):
            s.rect(x + w * dx, y - w * 0.2, w * 0.2, w * 0.14, s.p.gold, lit=True)
        s.line([(x - w * 0.47, y - w * 0.2), (x, y - w * 0.77), (x + w * 0.47, y - w * 0.2)], white, w * 0.1)
        s.oval(x, y + w * 0.02, w * 0.5, w * 0.05, white)
    for _ in range(230):
        s.disc(
            s.rng.uniform(0, WIDTH),
            s.rng.uniform(0, 675),
            s.rng.choice((2, 2.5, 3.5, 5)),
            white,
            0.9,
            lit=True,
        )


@kind("rain", "day", "dusk")
def rain(s: Scene) -> None:
    s.wash(0, 500, mix(s.p.deep, s.p.stone, 0.35), mix(s.p.pale, s.p.stone, 0.35))
    s.veil(0, 190, s.p.ink, 0.75, 0)
    ridge(s, 430, 110, mix(s.p.mid, s.p.stone, 0.4))
    for _ in range(6):
        tree(s, s.rng.uniform(0, 1200), 440, s.rng.uniform(70, 120), mix(s.p.pine, s.p.mid, 0.4))
    s.wash(435, 675, mix(s.p.stone, s.p.pale, 0.3), mix(s.p.stone, s.p.deep, 0.6))
    people = [(s.vary(x, 35), y, h) for x, y, h in ((250, 545, 170), (950, 555, 185), (600, 650, 360))]
    for i, (x, y, h) in enumerate(people):
        tone = s.p.red if i == 2 else s.any(s.p.gold, s.p.mid, s.p.pine, s.p.blush)
        s.oval(x, y + 4, h * 0.24, h * 0.03, mix(tone, s.p.ink, 0.3), 0.45)
        figure(s, x, y, h, s.any(s.p.ink, s.p.deep, s.p.cream), pose="walk", flip=i == 1)
        umbrella(s, x + (-1 if i == 1 else 1) * h * 0.08, y - h * 0.97, h * 0.43, tone)
    for _ in range(170):
        left, top, n = s.rng.uniform(-100, WIDTH), s.rng.uniform(-80, 660), s.rng.uniform(60, 170)
        s.line([(left, top), (left + n * 0.22, top + n)], s.any(s.p.cream, s.p.pale, s.p.ink), 1.4, 0.42)
    for _ in range(30):
        s.ring(s.rng.uniform(0, WIDTH), s.rng.uniform(470, 670), s.rng.uniform(12, 26), 4, s.p.pale, 1.5)


@kind("sky")
def open_sky(s: Scene) -> None:
    sky(s, 675)
    x = s.rng.uniform(250, 950)
    sun(s, x, s.rng.uniform(120, 230), 52)
    for mx, my, w in ((120, 330, 340), (1060, 400, 420), (s.vary(600, 80), 590, 620), (180, 640, 460)):
        cumulus(s, s.vary(mx, 50), my, w)
    cx, cy, r, tone = s.vary(600, 90), s.vary(270, 25), 118, s.any(s.p.red, s.p.gold, s.p.deep)
    for k, (half, color) in enumerate(((1.0, tone), (0.62, s.p.cream), (0.24, tone))):
        bag = []
        for turn in (i * 0.13 for i in range(23)):
            # Round above, drawn out towards the basket below.
            narrow = 1 - max(0.0, turn - 1.9) * 0.62
            drop = 1 if turn < 1.57 else 1.32
            bag.append((cx + half * r * math.sin(turn) * narrow, cy - r * math.cos(turn) * drop))
        s.poly(bag + [(2 * cx - bx, by) for bx, by in reversed(bag)], mix(color, s.p.ink, 0.06 * (k == 2)))
    for dx in (-20, 20):
        s.line([(cx + dx * 1.3, cy + r * 1.28), (cx + dx, cy + r * 1.62)], s.p.ink, 2)
    s.rect(cx - 24, cy + r * 1.6, 48, 36, s.p.wood, r=6)
    s.rect(cx - 24, cy + r * 1.6, 48, 8, mix(s.p.wood, s.p.ink, 0.4), r=3)
    birds(s, 1200 - x, 200, 7, s.p.ink)


@kind("space", "night")
def space(s: Scene) -> None:
    s.wash(0, 675, mix(s.p.ink, (0, 0, 0), 0.35), mix(s.p.deep, s.p.ink, 0.35), lit=True)
    stars(s, 240, 675)
    s.glow(s.rng.uniform(100, 1100), 200, 420, s.p.mid, 0.35)
    x, y, r, tone = (
        s.vary(600, 90),
        s.vary(300, 25),
        s.rng.uniform(135, 160),
        s.any(s.p.red, s.p.gold, s.p.blush),
    )
    s.glow(x, y, r * 2.1, tone, 0.4)
    s.ring(x, y, r * 1.75, r * 0.42, mix(s.p.cream, s.p.wood, 0.2), 16, 180, 360)
    s.ring(x, y, r * 1.95, r * 0.5, mix(s.p.gold, s.p.ink, 0.3), 8, 180, 360)
    s.disc(x, y, r, tone, lit=True)
    for k in (-0.62, -0.3, 0.12, 0.5):
        half = r * math.sqrt(1 - k * k) * 0.97
        s.rect(x - half, y + r * k, half * 2, r * 0.11, mix(tone, s.p.cream, 0.28), r=r * 0.05, lit=True)
    s.ring(x, y, r * 1.75, r * 0.42, mix(s.p.cream, s.p.wood, 0.2), 16, 0, 180)
    s.ring(x, y, r * 1.95, r * 0.5, mix(s.p.gold, s.p.ink, 0.3), 8, 0, 180)
    s.disc(x + s.any_side() * 390, y - 150, 44, s.p.stone)
    s.blend(
        smooth([(-50, 690), (-50, 640), (600, 540), (1250, 640), (1250, 690)]), s.p.mid, s.p.deep, lit=True
    )
    at, base = s.rng.choice((230, 960)), 470
    s.glow(at, base + 90, 110, s.p.gold, 0.8)
    s.poly([(at - 17, base + 60), (at + 17, base + 60), (at, base + 150)], s.p.gold, lit=True)
    for side in (-1, 1):
        s.poly(
            [(at + side * 24, base), (at + side * 58, base + 76), (at + side * 20, base + 56)],
            s.p.red,
            lit=True,
        )
    s.poly(
        smooth(
            [
                (at, base - 130),
                (at + 34, base - 50),
                (at + 24, base + 64),
                (at - 24, base + 64),
                (at - 34, base - 50),
            ],
            closed=True,
        ),
        s.p.cream,
        lit=True,
    )
    s.disc(at, base - 36, 15, s.p.deep, lit=True)


@kind("garden")
def garden(s: Scene) -> None:
    sky(s, 330)
    sun(s, s.rng.uniform(300, 900), 130, 38)
    ridge(s, 320, 110, mix(s.p.pine, s.p.mid, 0.45))
    ground(s, 315, mix(s.p.leaf, s.p.gold, 0.12))
    for x in range(20, 1200, 110):
        bush(
            s,
            s.vary(x, 40),
            s.vary(350, 14),
            s.rng.uniform(120, 190),
            s.any(s.p.pine, s.p.leaf, mix(s.p.red, s.p.pine, 0.25)),
        )
    pond = smooth([(180, 520), (420, 430), (800, 420), (1060, 500), (960, 620), (520, 650)], closed=True)
    s.poly([(x, y + 12) for x, y in pond], s.p.stone)
    s.blend(pond, mix(s.p.mid, s.light.low, 0.55), s.p.deep)
    for _ in range(6):
        kx, ky, side = s.rng.uniform(400, 850), s.rng.uniform(500, 600), s.any_side()
        s.poly([(kx - side * 16, ky), (kx - side * 40, ky - 10), (kx - side * 36, ky + 9)], s.p.cream)
        s.oval(kx, ky, 25, 8, s.any(s.p.red, s.p.cream, s.p.gold))
    arch = smooth([(330, 470), (470, 405), (620, 385), (770, 405), (910, 470)])
    s.poly(arch + [(x, y + 26) for x, y in reversed(arch)], s.p.red)
    for i in range(2, len(arch), 5):
        s.rect(arch[i][0] - 4, arch[i][1] - 36, 8, 38, s.p.red)
    s.line([(x, y - 36) for x, y in arch], mix(s.p.red, s.p.ink, 0.3), 7)
    flip = s.any_side()
    lx = 600 + flip * 400
    for w, y, h in ((30, 560, 110), (90, 470, 16), (56, 420, 50), (120, 400, 20), (30, 375, 20)):
        s.rect(lx - w / 2, y, w, h, mix(s.p.stone, s.p.ink, 0.12), r=4)
    s.rect(lx - 15, 430, 30, 32, s.p.gold, lit=True)
    pine(s, 600 - flip * 420, 560, 360)
    for _ in range(16):
        s.oval(
            s.rng.uniform(0, 1200),
            s.rng.uniform(640, 690),
            s.rng.uniform(30, 70),
            s.rng.uniform(14, 30),
            mix(s.p.stone, s.p.pine, s.rng.random() * 0.5),
        )
