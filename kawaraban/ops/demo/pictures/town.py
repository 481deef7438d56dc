"""Kinds of picture of the town, by day and by night."""

from __future__ import annotations

from kawaraban.ops.demo.pictures.canvas import WIDTH, Point, Scene, mix, smooth
from kawaraban.ops.demo.pictures.land import (
    ground,
    haze,
    pine,
    ridge,
    sky,
    sun,
    tree,
)
from kawaraban.ops.demo.pictures.people import figure
from kawaraban.ops.demo.pictures.registry import kind
from kawaraban.ops.demo.pictures.things import (
    house,
    skyline,
    wheel,
    windows,
)


@kind("city", "dawn", "day", "dusk", "night")
def city(s: Scene) -> None:
    sky(s, 560)
    sun(s, s.rng.choice((220, 950)), 150, 44)
    haze(s, 230, 3)
    skyline(s, 570, 130, 270, mix(s.p.mid, s.light.low, 0.6), flat=True)
    x, tone = s.vary(600, 60), s.any(s.p.red, s.p.gold)
    for i in range(22):
        a, b = i / 22, (i + 1) / 22
        wide, thin = (92 * (1 - t) ** 2.1 + 7 for t in (a, b))
        y0, y1 = 560 - 430 * a, 560 - 430 * b
        for side in (-1, 1):
            s.line([(x + side * wide, y0), (x + side * thin, y1)], tone, 6)
        s.line([(x - wide, y0), (x + thin, y1)], tone, 2.5)
        s.line([(x + wide, y0), (x - thin, y1)], tone, 2.5)
    s.rect(x - 40, 360, 80, 26, s.p.cream, r=4)
    s.rect(x - 20, 232, 40, 18, s.p.cream, r=4)
    s.line([(x, 130), (x, 70)], tone, 4)
    skyline(s, 600, 70, 200, mix(s.p.stone, s.p.cream, 0.35), flat=False)
    ground(s, 596, mix(s.p.pine, s.p.leaf, 0.3))
    for k in range(16):
        tree(
            s, s.vary(k * 80, 25), s.rng.uniform(640, 680), s.rng.uniform(90, 130), s.any(s.p.pine, s.p.leaf)
        )


def _kerb(side: int, depth: float, up: float) -> Point:
    """A point of the house fronts along a street that runs to the middle of the picture."""
    return 600 + side * 480 * depth, 400 + (190 - up) * depth


def _shop(s: Scene, side: int, near: float, far: float) -> None:
    tall, tone = s.rng.uniform(560, 960), mix(s.any(), s.p.cream, s.rng.uniform(0.4, 0.72))

    def pane(a: float, b: float, low: float, high: float) -> list[Point]:
        # Evenly spaced along a wall is not evenly spaced on the paper.
        da, db = (1 / (1 / far + (1 / near - 1 / far) * t) for t in (a, b))
        return [_kerb(side, d, up) for d, up in ((da, low), (da, high), (db, high), (db, low))]

    s.blend(pane(0, 1, 0, tall), tone, mix(tone, s.p.ink, 0.2))
    s.poly(pane(0, 1, tall - 22, tall), mix(tone, s.p.ink, 0.3))
    for up in range(250, int(tall) - 110, 125):
        for k in (0.12, 0.42, 0.72):
            lit = s.light.dark and s.rng.random() < 0.6
            s.poly(pane(k, k + 0.17, up, up + 70), s.p.gold if lit else mix(tone, s.p.deep, 0.5), lit=lit)
    s.poly(pane(0.06, 0.94, 8, 150), mix(s.p.wood, s.p.ink, 0.4))
    s.poly(pane(0.1, 0.55, 30, 130), mix(s.p.gold, s.p.cream, 0.5), lit=s.light.dark)
    s.poly(pane(0.64, 0.88, 8, 130), mix(s.p.gold, s.p.cream, 0.25), lit=s.light.dark)
    shade, (c, d) = s.any(), pane(0.04, 0.96, 185, 185)[1:3]
    drops = [(x - side * 55 * t, y + 50 * t) for (x, y), t in ((c, far), (d, near))]
    s.poly([c, d, drops[1], drops[0]], shade)
    s.line(drops, mix(shade, s.p.cream, 0.5), 6 * near)
    x, y = pane(0.5, 1, 0, 430)[1]
    w = 46 * near
    s.rect(x - (w if side > 0 else 0), y, w, 130 * near, s.any(), r=3)


@kind("street", "dawn", "day", "dusk", "night")
def street(s: Scene) -> None:
    sky(s, 420)
    sun(s, s.vary(600, 60), 190, 40)
    skyline(s, 420, 20, 90, mix(s.p.mid, s.light.low, 0.5), flat=True)
    s.wash(415, 675, s.p.stone, mix(s.p.stone, s.p.ink, 0.4))
    for side in (-1, 1):
        edges = [0.14, 0.18, 0.235, 0.31, 0.41, 0.54, 0.72, 0.96, 1.32]
        for near, far in zip(edges[1:], edges, strict=False):
            _shop(s, side, near, far)
        s.poly(
            [_kerb(side, 0.1, 0), _kerb(side, 1.6, 0), (600 + side * 560, 700), (600 + side * 34, 420)],
            mix(s.p.stone, s.p.cream, 0.4),
        )
    for k in range(6):
        t = 0.2 * 1.42**k
        s.poly(
            [
                (600 - 7 * t, 400 + 190 * t),
                (600 + 7 * t, 400 + 190 * t),
                (600 + 9 * t, 400 + 240 * t),
                (600 - 9 * t, 400 + 240 * t),
            ],
            s.p.cream,
        )
    for x, y, h in (
        (520, 470, 70),
        (690, 485, 84),
        (430, 560, 165),
        (790, 590, 200),
        (s.vary(590, 40), 620, 240),
    ):
        figure(
            s,
            s.vary(x, 12),
            y,
            h,
            s.any(),
            legs=s.any(s.p.ink, s.p.deep),
            pose="walk",
            flip=s.rng.random() < 0.5,
        )


@kind("night-city", "night")
def night_city(s: Scene) -> None:
    x = s.rng.uniform(250, 950)
    sky(s, 470)
    sun(s, x, s.rng.uniform(90, 150), 42)
    s.glow(600, 470, 620, s.p.gold, 0.35)
    skyline(s, 470, 150, 330, mix(s.p.deep, s.p.mid, 0.3), flat=True)
    skyline(s, 475, 60, 250, mix(s.p.deep, s.p.ink, 0.2), flat=False)
    s.wash(474, 675, mix(s.p.deep, s.p.ink, 0.25), mix(s.p.ink, (0, 0, 0), 0.2))
    for _ in range(130):
        cx, y = s.rng.uniform(0, WIDTH), s.rng.uniform(482, 640)
        s.oval(
            cx, y, s.rng.uniform(8, 30), 1.8, s.any(s.p.gold, s.p.gold, s.p.blush, s.p.red), 0.55, lit=True
        )
    deck = smooth([(-20, 520), (600, 486), (1220, 520)])
    for side in (-1, 1):
        tx = 600 + side * 210
        for hang in (
            smooth([(tx, 300), (tx + side * 190, 440), (tx + side * 420, 512)]),
            smooth([(600, 462), (600 + side * 110, 430), (tx, 300)]),
        ):
            s.line(hang, s.p.cream, 3.5, lit=True)
            for hx, hy in hang[::2]:
                s.line([(hx, hy), (hx, 500)], s.p.pale, 1, 0.6)
                s.disc(hx, hy, 3.2, s.p.gold, lit=True)
        for dx in (-13, 13):
            s.rect(tx + dx - 6, 290, 12, 270, mix(s.p.pale, s.p.mid, 0.4), lit=True)
        for y in (300, 380, 460):
            s.rect(tx - 16, y, 32, 8, mix(s.p.pale, s.p.mid, 0.4), lit=True)
    s.line(deck, s.p.red, 13, lit=True)
    s.line([(dx, dy - 9) for dx, dy in deck], s.p.gold, 3, lit=True)


@kind("train", "dawn", "day", "dusk")
def train(s: Scene) -> None:
    sky(s, 420)
    sun(s, s.rng.uniform(200, 1000), 130, 42)
    ridge(s, 390, 170, mix(s.p.mid, s.p.pale, 0.25))
    ridge(s, 420, 80, mix(s.p.pine, s.p.mid, 0.3))
    ground(s, 410, s.p.leaf)
    for k in range(9):
        tree(s, s.vary(k * 150, 40), 450, s.rng.uniform(70, 120), s.any(s.p.pine, s.p.leaf, s.p.gold))
    s.rect(0, 540, 1200, 150, mix(s.p.stone, s.p.cream, 0.25))
    s.rect(0, 530, 1200, 16, mix(s.p.stone, s.p.ink, 0.35))
    for k in range(6):
        s.pie(s.vary(100 + k * 220, 1), 690, 88, 108, 180, 360, mix(s.p.pine, s.p.ink, 0.25))
    for k in range(-1, 5):
        s.rect(150 + k * 300, 270, 8, 262, mix(s.p.stone, s.p.ink, 0.45))
        s.rect(150 + k * 300, 285, 90, 5, mix(s.p.stone, s.p.ink, 0.45))
    s.rect(0, 300, 1200, 2, s.p.ink)
    flip, tone = s.any_side(), s.any(s.p.red, s.p.deep, s.p.pine, s.p.gold)
    body = mix(s.p.cream, (255, 255, 255), 0.4)

    def m(x: float) -> float:
        return 600 + flip * (x - 600)

    nose = smooth([(560, 372), (700, 376), (800, 400), (905, 462), (930, 500), (905, 522)])
    s.poly([(m(x), y) for x, y in [(-300, 372), *nose, (-300, 522)]], body)
    s.poly([(m(x), y) for x, y in ((-300, 470), (922, 480), (932, 500), (-300, 490))], tone)
    s.poly(
        [(m(x), y) for x, y in smooth([(735, 386), (792, 399), (838, 424), (760, 424)], closed=True)], s.p.ink
    )
    for k in range(13):
        x = 690 - k * 66
        if k % 5 == 4:
            s.rect(min(m(x), m(x + 40)), 400, 40, 112, mix(body, s.p.stone, 0.45), r=6)
        else:
            s.rect(min(m(x), m(x + 44)), 410, 44, 40, s.p.deep, r=7)
    s.rect(min(m(-300), m(890)), 518, 1190, 14, mix(s.p.stone, s.p.ink, 0.6))
    s.line([(m(330), 372), (m(360), 336), (m(330), 302)], s.p.ink, 5)
    s.line([(m(300), 302), (m(360), 302)], s.p.ink, 5)


@kind("house", "dawn", "day", "dusk", "night")
def home(s: Scene) -> None:
    sky(s, 500)
    sun(s, s.rng.choice((200, 1000)), 140, 42)
    haze(s, 170, 3)
    ridge(s, 490, 130, mix(s.p.pine, s.p.mid, 0.5))
    ground(s, 500, mix(s.p.leaf, s.p.gold, 0.15), bend=12)
    flip = s.any_side()
    tree(s, 600 - flip * 440, 540, 300, s.any(s.p.leaf, s.p.pine, s.p.gold, s.p.blush))
    house(
        s,
        s.vary(600, 20),
        560,
        560,
        mix(s.p.cream, s.any(s.p.blush, s.p.pale, s.p.gold), 0.3),
        s.any(s.p.deep, s.p.ink, s.p.mid),
    )
    pine(s, 600 + flip * 420, 580, 290)
    path = smooth([(606, 556), (640, 600), (600, 690)]) + smooth([(440, 690), (560, 610), (588, 556)])
    s.poly(path, mix(s.p.cream, s.p.stone, 0.35))
    for x in range(0, 460, 34):
        for fx in (x, 1180 - x):
            s.rect(fx, 590, 14, 75, mix(s.p.wood, s.p.cream, 0.25), r=3)
    for fx in (0, 730):
        s.rect(fx, 606, 470, 9, s.p.wood)
        s.rect(fx, 640, 470, 9, s.p.wood)


@kind("hospital", "dawn", "day", "dusk", "night")
def hospital(s: Scene) -> None:
    sky(s, 520)
    haze(s, 130, 3)
    skyline(s, 520, 60, 180, mix(s.p.mid, s.light.low, 0.6), flat=True)
    ground(s, 515, mix(s.p.leaf, s.p.pine, 0.2))
    s.wash(575, 675, mix(s.p.stone, s.p.ink, 0.2), mix(s.p.stone, s.p.ink, 0.45))
    wall, tone = mix(s.p.cream, (255, 255, 255), 0.4), s.any(s.p.pine, s.p.mid, s.p.deep)
    for x, w, h, cols in ((270, 300, 240, 7), (630, 300, 240, 7), (430, 340, 400, 0)):
        s.rect(x, 575 - h, w, h, mix(wall, s.p.pale, 0.35 if cols else 0))
        s.rect(x - 8, 575 - h - 12, w + 16, 14, mix(tone, s.p.cream, 0.2))
        if cols:
            windows(s, x, 590 - h, w, h - 30, cols, 5, mix(s.p.mid, s.p.pale, 0.4))
    windows(s, 440, 330, 320, 150, 7, 4, mix(s.p.mid, s.p.pale, 0.4))
    s.disc(600, 256, 62, tone, lit=s.light.dark)
    for w, h in ((28, 84), (84, 28)):
        s.rect(600 - w / 2, 256 - h / 2, w, h, wall, r=3, lit=s.light.dark)
    s.rect(505, 490, 190, 85, mix(s.p.gold, s.p.cream, 0.6), lit=s.light.dark)
    for x in (505, 566, 628, 689):
        s.rect(x, 490, 6, 85, tone)
    s.rect(480, 476, 240, 18, tone, r=4)
    for x in (180, 1010, 110, 1090):
        tree(s, s.vary(x, 20), 570, s.rng.uniform(130, 180), s.any(s.p.pine, s.p.leaf))
    x, side = s.rng.choice((240, 830)), s.rng.choice((0, 1))
    s.rect(x, 520, 190, 100, wall, r=12)
    s.poly([(x + 186, 620), (x + 186, 540), (x + 214, 545), (x + 238, 582), (x + 244, 620)], wall)
    s.poly([(x + 172, 546), (x + 208, 548), (x + 226, 580), (x + 172, 580)], s.p.deep)
    s.rect(x, 588, 240, 12, s.p.red)
    s.rect(x + 20 + side * 60, 540, 56, 32, s.p.deep, r=5)
    s.rect(x + 150, 508, 30, 14, s.p.red, r=4, lit=True)
    for dx in (46, 196):
        wheel(s, x + dx, 622, 22)
