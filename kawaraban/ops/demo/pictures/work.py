"""Kinds of picture of trade and industry."""

from __future__ import annotations

from kawaraban.ops.demo.pictures.canvas import Scene, mix, smooth
from kawaraban.ops.demo.pictures.land import (
    bush,
    cumulus,
    ground,
    haze,
    ridge,
    sky,
    sun,
    tree,
    water,
)
from kawaraban.ops.demo.pictures.people import figure
from kawaraban.ops.demo.pictures.registry import kind
from kawaraban.ops.demo.pictures.things import (
    block,
    boat,
    container,
    gantry,
    ship,
    skyline,
    smoke,
    wheel,
    windows,
)


@kind("harbor", "dawn", "day", "dusk", "night")
def harbor(s: Scene) -> None:
    x = s.rng.uniform(180, 700)
    sky(s, 400)
    sun(s, x, s.rng.uniform(150, 230), 46)
    haze(s, 190, 3)
    ridge(s, 390, 80, mix(s.p.mid, s.p.pale, 0.3))
    water(s, 392, glitter=x)
    ship(s, s.vary(500, 40), 520, s.rng.uniform(560, 640))
    boom = s.any(s.p.red, s.p.ink, s.p.gold if s.light.time == "day" else s.p.red)
    for gx in (830, 1020):
        gantry(s, s.vary(gx, 25), 588, s.rng.uniform(440, 480), boom)
    boat(s, s.rng.uniform(90, 330), 590, 110, s.p.wood)
    s.rect(640, 586, 600, 100, mix(s.p.stone, s.p.ink, 0.35))
    s.rect(640, 586, 600, 9, s.p.stone)
    for k in range(5):
        container(s, 700 + k * 100, 548, 92, 38, s.any())


@kind("market", "dawn", "day", "dusk")
def market(s: Scene) -> None:
    sky(s, 400)
    sun(s, s.rng.choice((150, 1050)), 100, 34)
    skyline(s, 470, 120, 250, mix(s.p.stone, s.p.cream, 0.5), flat=False)
    s.wash(465, 675, mix(s.p.cream, s.p.stone, 0.35), s.p.stone)
    tones = s.rng.sample([s.p.red, s.p.pine, s.p.deep, s.p.gold], 3)
    for (x, y, w), tone in zip(((190, 545, 300), (1020, 545, 300), (600, 610, 470)), tones, strict=True):
        s.rect(x - w / 2, y - w * 0.62, w, w * 0.4, mix(s.p.wood, s.p.ink, 0.45))
        for dx in (-0.5, 0.48):
            s.rect(x + w * dx, y - w * 0.72, w * 0.02, w * 0.72, s.p.wood)
        figure(
            s,
            x + s.vary(0, w * 0.2),
            y + w * 0.02,
            w * 0.56,
            s.any(s.p.cream, s.p.mid, s.p.blush),
            pose="raise",
        )
        for k in range(5):
            left, fruit = x - w * 0.5 + k * w * 0.2, s.any(s.p.red, s.p.gold, s.p.leaf, s.p.pine, s.p.blush)
            for j in range(15):
                s.disc(
                    left + w * (0.03 + 0.036 * (j % 5)),
                    y - w * (0.27 + 0.028 * (j // 5)),
                    w * 0.022,
                    mix(fruit, s.p.cream, s.rng.random() * 0.3),
                )
            s.rect(left + 2, y - w * 0.26, w * 0.2 - 4, w * 0.13, mix(s.p.wood, s.p.cream, 0.3))
            s.rect(left + 2, y - w * 0.205, w * 0.2 - 4, w * 0.012, s.p.wood)
        s.rect(x - w / 2, y - w * 0.13, w, w * 0.13, mix(tone, s.p.ink, 0.3))
        for k in range(10):
            a, b = x - w * 0.5 + w * 0.1 * k, x - w * 0.5 + w * 0.1 * (k + 1)
            stripe = s.p.cream if k % 2 else tone
            c, d = (x + (v - x) * 1.16 for v in (a, b))
            s.poly([(a, y - w * 0.84), (b, y - w * 0.84), (d, y - w * 0.66), (c, y - w * 0.66)], stripe)
            s.pie((c + d) / 2, y - w * 0.662, (d - c) / 2, w * 0.045, 0, 180, mix(stripe, s.p.ink, 0.12))
    for px, h in ((s.vary(370, 40), 215), (s.vary(850, 40), 225)):
        figure(s, px, 650, h, s.any(), legs=s.any(s.p.ink, s.p.deep), pose="walk", flip=px > 600)


@kind("factory", "dawn", "day", "dusk", "night")
def factory(s: Scene) -> None:
    sky(s, 520)
    sun(s, s.rng.uniform(200, 500), 170, 46)
    ridge(s, 520, 90, mix(s.p.mid, s.light.low, 0.4))
    tone = s.any(s.p.red, s.p.wood, s.p.deep, s.p.pine)
    for x, h in ((s.vary(700, 15), 430), (s.vary(800, 15), 380), (s.vary(890, 15), 330)):
        smoke(s, x, 560 - h, mix(s.p.cream, s.light.top, 0.25))
        s.poly(
            [(x - 19, 560 - h), (x + 19, 560 - h), (x + 29, 560), (x - 29, 560)], mix(tone, s.p.cream, 0.25)
        )
        for k in (0.03, 0.14):
            s.rect(x - 22, 560 - h * (1 - k), 44, 18, s.p.cream if k > 0.1 else s.p.red)
    body = mix(tone, s.p.cream, 0.5)
    for k in range(5):
        left = 190 + k * 110
        s.poly([(left, 390), (left, 310), (left + 110, 390)], mix(tone, s.p.ink, 0.1))
        s.poly(
            [(left + 8, 384), (left + 8, 332), (left + 80, 384)],
            mix(s.p.pale, s.p.gold, 0.8 * s.light.dark),
            lit=s.light.dark,
        )
    s.rect(190, 388, 550, 190, body)
    s.rect(190, 388, 550, 12, mix(tone, s.p.ink, 0.25))
    windows(s, 205, 405, 370, 90, 9, 2, mix(s.p.deep, s.p.pale, 0.3))
    s.rect(600, 470, 110, 108, mix(s.p.stone, s.p.ink, 0.45))
    for k in range(7):
        s.rect(600, 476 + k * 15, 110, 3, s.p.stone)
    block(s, 740, 578, 220, 120, mix(body, s.p.pale, 0.4))
    for x in (1000, 1100):
        s.rect(x - 42, 420, 84, 160, mix(s.p.pale, s.p.stone, 0.3))
        s.pie(x, 422, 42, 26, 180, 360, mix(s.p.pale, s.p.cream, 0.4))
        s.rect(x + 14, 420, 28, 160, mix(s.p.stone, s.p.mid, 0.3))
    s.line([(740, 440), (860, 410), (1000, 410)], s.p.gold, 9)
    ground(s, 576, mix(s.p.stone, s.p.ink, 0.3))
    for x in (60, 130, 1160):
        tree(s, x, 600, 120, s.p.pine)
    for x in (330, 420):
        figure(s, s.vary(x, 30), 640, 105, s.any(s.p.mid, s.p.gold), pose="walk", flip=x > 400)
    for x in range(0, 1200, 150):
        bush(s, s.vary(x, 50), 680, 110, s.p.pine)


@kind("cargo", "dawn", "day", "dusk")
def cargo(s: Scene) -> None:
    sky(s, 460)
    sun(s, s.rng.uniform(200, 1000), 130, 42)
    cumulus(s, s.rng.uniform(200, 1000), 260, 300)
    skyline(s, 460, 20, 70, mix(s.p.mid, s.light.low, 0.6), flat=True)
    for col in range(8):
        for row in range(s.rng.choice((2, 3, 4)) if abs(col - 3.5) > 3 else s.rng.choice((1, 2, 3))):
            container(s, col * 152 - 6, 430 - row * 62, 148, 60, mix(s.any(), s.light.low, 0.25))
    s.wash(488, 675, mix(s.p.stone, s.p.cream, 0.15), mix(s.p.stone, s.p.ink, 0.4))
    for x in range(-40, 1200, 160):
        s.poly([(x, 655), (x + 80, 655), (x + 72, 665), (x - 8, 665)], s.p.cream)
    flip, cab = s.any_side(), s.any(s.p.red, s.p.deep, s.p.gold)

    def m(x: float, w: float = 0) -> float:
        return x if flip > 0 else 1200 - x - w

    s.oval(600, 622, 420, 14, s.p.ink, 0.3)
    container(s, m(240, 500), 352, 500, 200, s.any(s.p.red, s.p.pine, s.p.mid, s.p.gold))
    s.rect(m(230, 640), 552, 640, 26, s.p.ink)
    front = smooth([(780, 380), (870, 380), (905, 400), (930, 480), (940, 592)], steps=5)
    s.poly([(m(x), y) for x, y in [(770, 592), (770, 390), *front]], cab)
    s.poly([(m(x), y) for x, y in ((815, 410), (888, 410), (912, 480), (815, 480))], s.p.pale)
    s.rect(m(850, 90), 560, 90, 32, s.p.ink, r=6)
    s.disc(m(920), 545, 10, s.p.gold, lit=True)
    for x in (300, 375, 680, 755, 868):
        wheel(s, m(x), 588, 36)
    figure(s, m(1040), 640, 170, s.p.gold, legs=s.p.deep, pose="point", flip=flip > 0)
    s.pie(m(1040), 640 - 158, 16, 16, 180, 360, s.p.cream)
