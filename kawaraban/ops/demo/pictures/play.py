"""Kinds of picture of sport and festival."""

from __future__ import annotations

import math

from kawaraban.ops.demo.pictures.canvas import WIDTH, Scene, mix, smooth
from kawaraban.ops.demo.pictures.land import (
    ground,
    haze,
    ridge,
    sky,
    sun,
    tree,
)
from kawaraban.ops.demo.pictures.people import crowd, figure
from kawaraban.ops.demo.pictures.registry import kind
from kawaraban.ops.demo.pictures.things import (
    lantern,
    skyline,
)


@kind("stadium", "day", "dusk", "night")
def stadium(s: Scene) -> None:
    sky(s, 330)
    haze(s, 90, 2)
    skyline(s, 330, 20, 80, mix(s.p.mid, s.light.low, 0.55), flat=True)
    ground(s, 325, mix(s.p.pine, s.p.leaf, 0.45))
    for k in range(24):
        tree(s, s.vary(k * 52, 20), s.vary(352, 10), s.rng.uniform(50, 80), s.any(s.p.pine, s.p.leaf))
    cx, cy = 600, 400
    s.oval(cx, cy + 30, 570, 250, mix(s.p.stone, s.p.ink, 0.4))
    s.oval(cx, cy, 570, 250, mix(s.p.stone, s.p.cream, 0.35))
    for k in range(6):
        s.oval(cx, cy + k * 8, 545 - k * 34, 236 - k * 20, mix(s.any(s.p.mid, s.p.deep), s.p.ink, 0.06 * k))
    for _ in range(1500):
        a, t = s.rng.uniform(0, math.tau), s.rng.uniform(0.02, 0.98)
        s.disc(
            cx + (540 - 168 * t) * math.cos(a),
            cy + 40 * t + (232 - 98 * t) * math.sin(a),
            3.2,
            s.any(s.p.cream, s.p.red, s.p.gold, s.p.pale, s.p.blush),
        )
    s.oval(cx, cy + 44, 372, 134, s.p.red if s.rng.random() < 0.5 else mix(s.p.pine, s.p.ink, 0.2))
    grass = mix(s.p.leaf, s.p.pine, 0.25)
    for k in range(8):
        a, b = (-250 + 62.5 * (k + d) for d in (0, 1))
        tone = mix(grass, s.p.cream, 0.12 * (k % 2))
        s.poly(
            [
                (cx + a * 0.9, cy - 32),
                (cx + b * 0.9, cy - 32),
                (cx + b * 1.12, cy + 126),
                (cx + a * 1.12, cy + 126),
            ],
            tone,
            lit=s.light.dark,
        )
    s.line(
        [
            (cx - 225, cy - 32),
            (cx + 225, cy - 32),
            (cx + 280, cy + 126),
            (cx - 280, cy + 126),
            (cx - 225, cy - 32),
        ],
        s.p.cream,
        3,
        lit=s.light.dark,
    )
    s.line([(cx, cy - 32), (cx, cy + 126)], s.p.cream, 3, lit=s.light.dark)
    turns = [math.tau * k / 32 for k in range(33)]
    s.line(
        [(cx + 52 * math.cos(a), cy + 42 + 26 * math.sin(a)) for a in turns], s.p.cream, 3, lit=s.light.dark
    )
    for side in (-1, 1):
        for x, y, h in ((440, 250, 190), (535, 430, 300)):
            px = cx + side * x
            s.line([(px, y), (px, y - h)], mix(s.p.stone, s.p.ink, 0.5), 9)
            s.glow(px, y - h, 150, s.p.cream, 0.75 if s.light.dark else 0.3)
            s.rect(px - 46, y - h - 30, 92, 54, mix(s.p.stone, s.p.ink, 0.5), r=4)
            for k in range(8):
                s.disc(px - 33 + k % 4 * 22, y - h - 15 + k // 4 * 24, 8, s.p.cream, lit=True)


@kind("field", "dawn", "day", "dusk")
def field(s: Scene) -> None:
    sky(s, 300)
    sun(s, s.rng.choice((220, 980)), 120, 38)
    haze(s, 150, 2)
    for k in range(15):
        tree(s, s.vary(k * 88, 25), 305, s.rng.uniform(80, 130), s.any(s.p.pine, s.p.leaf))
    for k in range(7):
        y0, y1 = (290 + 385 * ((k + d) / 7) ** 1.7 for d in (0, 1))
        s.rect(0, y0, 1200, y1 - y0 + 2, mix(mix(s.p.leaf, s.p.pine, 0.2), s.p.cream, 0.14 * (k % 2)))
    flip = s.any_side()
    gx = 600 + flip * 250
    s.line(
        [(gx - 300, 400), (gx + 300, 400), (gx + 380, 480), (gx - 380, 480), (gx - 300, 400)], s.p.cream, 4
    )
    for k in range(19):
        s.line([(gx - 180 + k * 20, 230), (gx - 180 + k * 20, 380)], s.p.cream, 1.2, 0.6)
        s.line([(gx - 180, 230 + k * 8.3), (gx + 180, 230 + k * 8.3)], s.p.cream, 1.2, 0.6)
    s.line([(gx - 190, 400), (gx - 190, 220), (gx + 190, 220), (gx + 190, 400)], s.p.cream, 9)
    figure(s, gx + s.vary(0, 60), 405, 140, s.p.gold, legs=s.p.ink, pose="raise")
    home, away = s.p.red, s.p.deep
    figure(s, 600 - flip * 330, 480, 200, away, legs=s.p.cream, pose="run", flip=flip < 0)
    x = s.vary(570, 30)
    s.oval(x, 632, 120, 12, s.p.ink, 0.25)
    figure(s, x, 632, 340, home, legs=s.p.cream, pose="kick", flip=flip < 0)
    bx = x + flip * 178
    s.disc(bx, 560, 26, mix(s.p.cream, (255, 255, 255), 0.6))
    for k in range(5):
        a = k * math.tau / 5 - 0.4
        s.disc(bx + 17 * math.cos(a), 560 + 17 * math.sin(a), 5, s.p.ink)
    s.disc(bx, 560, 7, s.p.ink)


@kind("track", "dawn", "day", "dusk")
def track(s: Scene) -> None:
    sky(s, 270)
    sun(s, s.rng.uniform(200, 1000), 120, 40)
    s.poly([(-10, 170), (1210, 120), (1210, 300), (-10, 300)], mix(s.p.deep, s.p.mid, 0.4))
    for _ in range(420):
        x = s.rng.uniform(0, WIDTH)
        s.disc(
            x, s.rng.uniform(180 - x * 0.04, 285), 5, s.any(s.p.cream, s.p.red, s.p.gold, s.p.pale, s.p.blush)
        )
    s.rect(0, 288, 1200, 60, s.p.leaf)
    lanes = mix(s.p.red, s.p.blush, 0.25)
    s.wash(340, 675, mix(lanes, s.p.cream, 0.15), mix(lanes, s.p.ink, 0.15))
    for k in range(-9, 10):
        s.poly(
            [
                (600 + k * 62 - 1.5, 340),
                (600 + k * 62 + 1.5, 340),
                (600 + k * 215 + 6, 680),
                (600 + k * 215 - 6, 680),
            ],
            s.p.cream,
        )
    runners = [(-1, 470, 190), (1, 500, 225), (-2, 560, 270), (0, 610, 350)]
    flip, tones = s.rng.random() < 0.5, s.rng.sample([s.p.deep, s.p.gold, s.p.pine, s.p.cream], 4)
    for (lane, y, h), tone in zip(runners, tones, strict=True):
        x = 600 + (lane + 0.5) * (62 + 153 * (y - 340) / 340) * (-1 if flip else 1)
        s.oval(x, y, h * 0.3, h * 0.03, s.p.ink, 0.28)
        figure(s, x, y, h, tone, legs=s.p.ink, pose="run", flip=flip)


@kind("festival", "dusk", "night")
def festival(s: Scene) -> None:
    sky(s, 520)
    for _ in range(3):
        x, y, r, tone = (
            s.rng.uniform(80, 1120),
            s.rng.uniform(90, 210),
            s.rng.uniform(70, 120),
            s.any(s.p.gold, s.p.red, s.p.blush),
        )
        s.glow(x, y, r * 1.5, tone, 0.35)
        for k in range(64):
            a, t = k * math.tau / 16, (0.35, 0.6, 0.82, 1.0)[k // 16]
            s.disc(
                x + r * t * math.cos(a),
                y + r * t * math.sin(a) + 12 * t * t,
                1.6 + 1.8 * t,
                mix(tone, s.p.cream, 0.5 - 0.4 * t),
                lit=True,
            )
    ridge(s, 500, 90, mix(s.p.pine, s.p.ink, 0.5))
    ground(s, 490, mix(s.p.wood, s.p.ink, 0.3))
    s.glow(600, 470, 420, s.p.gold, 0.45)
    gate = mix(s.p.red, s.p.gold, 0.08)
    for side in (-1, 1):
        s.poly(
            [
                (600 + side * 158, 560),
                (600 + side * 186, 560),
                (600 + side * 160, 262),
                (600 + side * 138, 262),
            ],
            gate,
            lit=True,
        )
        s.rect(600 + side * 172 - 22, 545, 44, 20, s.p.ink)
    s.rect(402, 318, 396, 24, gate, lit=True)
    s.rect(586, 270, 28, 50, gate, lit=True)
    s.poly([*smooth([(352, 222), (600, 246), (848, 222)]), (834, 274), (366, 274)], gate, lit=True)
    s.poly(
        [*smooth([(340, 208), (600, 234), (860, 208)]), *smooth([(850, 232), (600, 254), (350, 232)])],
        s.p.ink,
    )
    for y, sag, r, tone in ((300, 110, 24, s.p.red), (390, 70, 30, s.any(s.p.gold, s.p.red))):
        for side in (-1, 1):
            cord = smooth(
                [(600 + side * 170, y), (600 + side * 400, y + sag), (600 + side * 640, y - 30)], steps=4
            )
            s.line(cord, s.p.ink, 2)
            for x, cy in cord[1:-1]:
                lantern(s, x, cy + r, r, tone)
    figure(s, s.vary(560, 25), 590, 160, s.any(s.p.mid, s.p.blush), pose="raise")
    figure(s, s.vary(660, 25), 590, 150, s.any(s.p.cream, s.p.gold), pose="raise", flip=True)
    crowd(s, 600, 17, 22, s.p.ink)
