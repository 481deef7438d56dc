"""Kinds of picture under a roof."""

from __future__ import annotations

import math

from kawaraban.ops.demo.pictures.canvas import Scene, mix, smooth
from kawaraban.ops.demo.pictures.people import crowd, figure
from kawaraban.ops.demo.pictures.registry import kind
from kawaraban.ops.demo.pictures.things import (
    bookshelf,
    plant,
    room,
    steam,
    window,
)


@kind("classroom", "dawn", "day", "dusk")
def classroom(s: Scene) -> None:
    wood = mix(s.p.wood, s.p.cream, 0.35)
    room(s, mix(s.p.cream, s.p.pale, 0.35), wood, 470)
    window(s, 40, 110, 190, 250)
    s.rect(298, 78, 664, 304, s.p.wood, r=6)
    s.rect(312, 92, 636, 276, s.p.pine)
    s.rect(312, 372, 636, 14, mix(s.p.wood, s.p.cream, 0.3))
    chalk = mix(s.p.cream, s.p.pine, 0.12)
    x, y = s.vary(460, 30), 220
    s.line([(x - 80, y + 80), (x + 80, y + 80), (x + 20, y - 70), (x - 80, y + 80)], chalk, 4)
    s.ring(x + 200, y + 10, 68, 68, chalk, 4)
    s.line([(x + 200, y + 10), (x + 248, y - 38)], chalk, 4)
    s.line([(x + 200, y + 10), (x + 268, y + 10)], s.p.gold, 4)
    s.line(smooth([(800, 300), (840, 160), (880, 250), (925, 130)]), s.p.blush, 4)
    figure(
        s,
        s.vary(735, 20),
        510,
        330,
        s.any(s.p.red, s.p.deep, s.p.gold),
        pose="point",
        flip=s.rng.random() < 0.5,
    )
    s.disc(1085, 150, 46, s.p.cream)
    s.ring(1085, 150, 46, 46, s.p.ink, 6)
    s.line([(1085, 120), (1085, 150), (1108, 162)], s.p.ink, 4)
    plant(s, 1090, 475, 150)
    for row, (y, r, n) in enumerate(((505, 26, 5), (590, 36, 4))):
        for k in range(n):
            cx = 600 + (k - (n - 1) / 2) * (230 + row * 60)
            tone = s.any()
            s.rect(cx - r * 2.7, y + r * 1.2, r * 5.4, r * 0.5, wood, r=4)
            s.pie(cx, y + r * 3.4, r * 1.65, r * 2.3, 180, 360, tone)
            s.oval(cx, y, r * 0.9, r, s.p.ink)
            s.rect(cx - r * 1.8, y + r * 2.6, r * 3.6, r * 1.4, mix(wood, s.p.ink, 0.2), r=6)


@kind("library", "dawn", "day", "dusk")
def library(s: Scene) -> None:
    room(s, mix(s.p.gold, s.p.cream, 0.6), mix(s.p.wood, s.p.cream, 0.2), 540)
    for x in (0, 820):
        bookshelf(s, x, 40, 380, 505, 5)
    window(s, 470, 70, 260, 280)
    flip = s.any_side()
    x = 600 + flip * 320
    for dx in (-40, 40):
        s.line([(x + dx - flip * 50, 600), (x + dx, 60)], mix(s.p.wood, s.p.cream, 0.4), 11)
    for k in range(9):
        t = k / 9
        s.line(
            [(x - 40 - flip * 50 * t, 90 + 540 * t), (x + 40 - flip * 50 * t, 90 + 540 * t)],
            mix(s.p.wood, s.p.cream, 0.4),
            8,
        )
    figure(s, 600 - flip * 260, 625, 270, s.any(), pose="stand", flip=flip < 0)
    figure(s, 600 + flip * 40, 702, 330, s.any(s.p.red, s.p.deep, s.p.pine), pose="sit", flip=flip > 0)
    s.rect(430, 515, 340, 18, mix(s.p.wood, s.p.ink, 0.15), r=4)
    for dx in (450, 735):
        s.rect(dx, 530, 14, 130, mix(s.p.wood, s.p.ink, 0.3))
    bx = 600 - flip * 45
    for side in (-1, 1):
        s.poly(
            [(bx, 512), (bx + side * 56, 500), (bx + side * 56, 474), (bx, 486)],
            mix(s.p.cream, s.p.blush, 0.15 * (side > 0)),
        )
    for k in range(4):
        s.rect(600 - flip * 130 - 45, 502 - k * 15, 88 - k * 6, 14, s.any(), r=2)
    lx = 600 + flip * 140
    s.glow(lx, 450, 170, s.p.gold, 0.5)
    s.rect(lx - 4, 430, 8, 86, s.p.ink)
    s.poly([(lx - 22, 400), (lx + 22, 400), (lx + 46, 444), (lx - 46, 444)], s.p.pine)


@kind("laboratory", "dawn", "day", "dusk")
def laboratory(s: Scene) -> None:
    room(s, mix(s.p.pale, s.p.cream, 0.35), mix(s.p.stone, s.p.cream, 0.3), 560)
    window(s, 70, 90, 190, 220)
    for y in (150, 270):
        s.rect(720, y, 430, 12, s.p.wood)
        for k in range(9):
            h, left = s.rng.uniform(40, 80), 735 + k * 46
            s.rect(left, y - h, 32, h, mix(s.any(), s.p.cream, 0.35), r=6)
            s.rect(left + 8, y - h - 10, 16, 12, s.p.ink, r=2)
    tone = s.any(s.p.mid, s.p.pine, s.p.red, s.p.gold)
    figure(s, s.vary(430, 20), 640, 430, mix(s.p.cream, (255, 255, 255), 0.5), pose="point")
    s.rect(0, 490, 1200, 26, s.p.cream)
    s.rect(0, 514, 1200, 170, mix(s.p.deep, s.p.mid, 0.3))
    for left in range(20, 1200, 200):
        s.rect(left, 540, 180, 120, mix(s.p.deep, s.p.mid, 0.5), r=4)
        s.rect(left + 70, 560, 40, 8, s.p.pale, r=4)
    glass = mix(s.p.pale, (255, 255, 255), 0.6)
    x = s.vary(660, 15)
    s.poly(
        [(x - 17, 290), (x + 17, 290), (x + 17, 350), (x + 84, 490), (x - 84, 490), (x - 17, 350)], glass, 0.8
    )
    s.poly([(x - 46, 412), (x + 46, 412), (x + 84, 490), (x - 84, 490)], tone)
    s.rect(x - 25, 282, 50, 12, glass, r=5)
    for _ in range(9):
        s.disc(s.vary(x, 40), s.rng.uniform(420, 480), s.rng.uniform(4, 9), mix(tone, s.p.cream, 0.55))
    for _ in range(5):
        s.disc(s.vary(x, 14), s.rng.uniform(190, 400), s.rng.uniform(4, 9), mix(tone, s.p.cream, 0.5), 0.8)
    for k in range(5):
        tx, level = 800 + k * 34, s.rng.uniform(30, 80)
        s.rect(tx, 380, 20, 106, glass, 0.85, r=9)
        s.rect(tx, 486 - level, 20, level, s.any(s.p.red, s.p.gold, s.p.leaf, s.p.mid), r=9)
    s.rect(786, 420, 184, 12, s.p.wood)
    s.rect(786, 476, 184, 14, s.p.wood)
    mx = 1060
    s.rect(mx - 60, 470, 120, 20, s.p.ink, r=6)
    s.ring(mx - 5, 390, 70, 85, s.p.ink, 18, 280, 80)
    s.line([(mx - 52, 290), (mx - 10, 400)], s.p.cream, 32)
    s.line([(mx - 6, 408), (mx + 2, 428)], s.p.ink, 20)
    s.line([(mx - 62, 268), (mx - 54, 288)], s.p.ink, 24)
    s.rect(mx - 50, 442, 95, 10, s.p.ink, r=3)


@kind("kitchen", "dawn", "day", "dusk")
def kitchen(s: Scene) -> None:
    room(s, mix(s.p.cream, s.p.blush, 0.2), mix(s.p.wood, s.p.cream, 0.3), 610)
    for x in range(0, 1200, 60):
        for y in range(300, 430, 44):
            s.rect(x + 1, y + 1, 58, 42, mix(s.p.pale, s.p.cream, s.rng.uniform(0.2, 0.7)))
    window(s, 90, 70, 220, 180)
    s.poly(
        [(480, 20), (720, 20), (740, 160), (780, 200), (420, 200), (460, 160)], mix(s.p.stone, s.p.cream, 0.3)
    )
    s.rect(415, 196, 370, 20, mix(s.p.stone, s.p.ink, 0.3))
    tone = s.any(s.p.deep, s.p.pine, s.p.mid, s.p.red)
    s.rect(850, 60, 350, 170, tone)
    for x in (862, 978, 1094):
        s.rect(x, 72, 104, 146, mix(tone, s.p.cream, 0.2), r=4)
    s.rect(840, 270, 360, 7, s.p.ink)
    for k in range(6):
        x = 860 + k * 52
        s.line([(x, 274), (x, 350)], s.p.wood, 6)
        s.oval(x, 366, 16, 22, s.any(s.p.ink, s.p.stone, s.p.gold))
    s.rect(0, 448, 1200, 24, mix(s.p.wood, s.p.cream, 0.45))
    s.rect(0, 470, 1200, 150, tone)
    for x in (20, 220, 820, 1010):
        s.rect(x, 490, 175, 120, mix(tone, s.p.cream, 0.2), r=4)
        s.rect(x + 62, 505, 50, 8, s.p.gold, r=4)
    s.rect(420, 446, 370, 176, mix(s.p.stone, s.p.ink, 0.5))
    s.rect(470, 510, 270, 90, s.p.ink, r=8)
    for k in range(5):
        s.disc(500 + k * 52, 486, 10, s.p.pale)
    steam(s, 600, 296, 110)
    pot, side = s.p.gold if tone == s.p.red else s.p.red, s.any_side()
    apron = s.any(s.p.cream, s.p.blush, s.p.mid)
    figure(s, 600 - side * 215, 664, 430, apron, pose="point", flip=side < 0)
    s.line([(600 - side * 110, 296), (600 - side * 30, 350)], s.p.wood, 9)
    s.rect(510, 320, 180, 122, pot, r=16)
    s.rect(500, 316, 200, 16, mix(pot, s.p.ink, 0.25), r=8)
    for x in (478, 690):
        s.rect(x, 350, 32, 14, s.p.ink, r=6)
    for k in range(9):
        s.poly([(450 + k * 34, 448), (462 + k * 34, 448), (456 + k * 34, 434)], s.p.mid)
    s.rect(190, 428, 160, 20, s.p.wood, r=5)
    s.poly(smooth([(200, 428), (230, 400), (300, 408), (320, 428)]), s.any(s.p.leaf, s.p.gold, s.p.red))
    for k in range(4):
        s.disc(340 + k * 16, 420, 11, s.any(s.p.red, s.p.gold))
    plant(s, 60, 448, 110)


@kind("stage", "dusk")
def stage(s: Scene) -> None:
    s.wash(0, 500, s.p.ink, mix(s.p.deep, s.p.ink, 0.3), lit=True)
    for top, lean in ((330, 250), (600, 0), (870, -250)):
        s.poly(
            [(top - 18, 0), (top + 18, 0), (top + lean + 150, 530), (top + lean - 150, 530)],
            mix(s.p.gold, s.p.cream, 0.6),
            0.17,
            lit=True,
        )
    s.wash(490, 675, mix(s.p.wood, s.p.gold, 0.3), mix(s.p.wood, s.p.ink, 0.5), lit=True)
    for k in range(-8, 9):
        s.line([(600 + k * 90, 490), (600 + k * 160, 680)], mix(s.p.wood, s.p.ink, 0.5), 2, 0.6)
    s.oval(600, 545, 230, 40, mix(s.p.gold, s.p.cream, 0.6), 0.75, lit=True)
    tone = s.any(s.p.red, s.p.pine, mix(s.p.red, s.p.deep, 0.4))
    for side in (-1, 1):
        for k in range(7):
            a, b = (600 + side * (610 - 46 * (k + d)) for d in (0, 1))
            hem = 600 - k * 16
            s.poly(
                [(a, 0), (b, 0), (b + side * 30 * (k > 3), hem), (a, hem + 10)],
                mix(tone, s.p.ink, 0.12 + 0.3 * (k % 2)),
                lit=True,
            )
    for k in range(12):
        s.pie(50 + k * 100, 60, 56, 74, 0, 180, mix(tone, s.p.ink, 0.1 + 0.2 * (k % 2)))
    s.rect(0, 0, 1200, 64, tone, lit=True)
    s.rect(0, 58, 1200, 8, s.p.gold, lit=True)
    x = s.vary(600, 30)
    dress = s.any(s.p.cream, s.p.gold, s.p.blush)
    figure(s, x, 548, 300, dress, legs=s.p.deep, pose="raise", flip=s.rng.random() < 0.5)
    if s.rng.random() < 0.6:
        s.poly([(x - 26, 395), (x + 26, 395), *smooth([(x + 72, 535), (x, 548), (x - 72, 535)])], dress)
    s.line([(x + 60, 545), (x + 60, 300), (x + 34, 290)], s.p.stone, 5)
    s.disc(x + 30, 288, 11, s.p.stone)
    crowd(s, 596, 13, 30, s.p.ink)


@kind("assembly", "day")
def assembly(s: Scene) -> None:
    wood = mix(s.p.wood, s.p.cream, 0.25)
    room(s, mix(s.p.gold, s.p.cream, 0.65), mix(s.p.red, s.p.wood, 0.45), 330)
    s.rect(0, 0, 1200, 40, wood)
    for x in range(30, 1200, 190):
        s.rect(x, 40, 44, 290, mix(s.p.cream, s.p.stone, 0.2))
        s.rect(x - 8, 40, 60, 18, s.p.cream)
        s.rect(x + 30, 58, 14, 272, mix(s.p.stone, s.p.cream, 0.4))
    s.rect(440, 60, 320, 270, mix(s.p.wood, s.p.ink, 0.2))
    s.poly([(420, 66), (780, 66), (600, 14)], wood)
    s.poly([(480, 80), (720, 80), (700, 250), (500, 250)], s.any(s.p.deep, s.p.pine, s.p.red))
    for x in range(500, 700, 24):
        s.rect(x, 80, 8, 170, s.p.ink, 0.25)
    figure(s, 600, 340, 150, s.p.ink, pose="stand")
    s.rect(460, 268, 280, 74, wood, r=4)
    s.rect(446, 260, 308, 14, mix(s.p.wood, s.p.ink, 0.3), r=4)
    figure(
        s,
        s.vary(600, 15),
        452,
        150,
        s.any(s.p.deep, s.p.red, s.p.mid),
        pose="raise",
        flip=s.rng.random() < 0.5,
    )
    s.poly([(545, 388), (655, 388), (644, 462), (556, 462)], mix(s.p.wood, s.p.ink, 0.1))
    s.rect(538, 380, 124, 12, mix(s.p.wood, s.p.ink, 0.4), r=4)
    for row in range(5):
        r, n = 330 + row * 112, 13 + row * 3
        y = 380
        s.ring(600, y - 20, r, r * 0.44, mix(wood, s.p.ink, 0.1 + 0.08 * row), 26 + row * 5, 0, 180)
        for k in range(n):
            a = math.pi * (k + 0.5) / n
            hx, cy, head = 600 + r * math.cos(a), y + r * 0.44 * math.sin(a) - 30, 11 + row * 2.2
            s.pie(
                hx,
                cy + head * 3.2,
                head * 1.7,
                head * 2.4,
                180,
                360,
                s.any(s.p.ink, s.p.deep, s.p.ink, s.p.stone, s.p.mid, s.p.wood),
            )
            s.disc(hx, cy, head, s.any(s.p.ink, s.p.ink, mix(s.p.wood, s.p.ink, 0.4), s.p.stone))


@kind("cat", "dawn", "day", "dusk")
def cat(s: Scene) -> None:
    room(s, mix(s.p.cream, s.any(s.p.pale, s.p.blush, s.p.gold), 0.45), mix(s.p.wood, s.p.cream, 0.35), 570)
    window(s, 330, 60, 540, 420)
    s.rect(0, 520, 1200, 40, mix(s.p.wood, s.p.cream, 0.2))
    s.rect(0, 556, 1200, 130, mix(s.p.wood, s.p.ink, 0.15))
    plant(s, s.rng.choice((170, 1030)), 520, 240)
    coat, patch = s.rng.choice(
        (
            (s.p.ink, s.p.ink),
            (s.p.cream, s.p.gold),
            (s.p.gold, mix(s.p.gold, s.p.wood, 0.6)),
            (s.p.cream, s.p.ink),
            (s.p.stone, s.p.ink),
        )
    )
    x, f = s.vary(600, 40), s.any_side()
    tail = smooth(
        [(x + f * 80, 490), (x + f * 170, 510), (x + f * 215, 440), (x + f * 180, 380), (x + f * 205, 345)]
    )
    s.line(tail, coat if coat != s.p.cream else patch, 30)
    s.poly(
        smooth(
            [
                (x - 66, 300),
                (x - 90, 420),
                (x - 112, 490),
                (x - 90, 528),
                (x + 90, 528),
                (x + 112, 490),
                (x + 90, 420),
                (x + 66, 300),
            ],
            closed=True,
        ),
        coat,
    )
    s.poly(
        smooth([(x + f * 40, 330), (x + f * 100, 420), (x + f * 102, 500), (x + f * 50, 450)], closed=True),
        patch,
    )
    for side in (-1, 1):
        s.poly(
            [(x + side * 84, 222), (x + side * 76, 116), (x + side * 14, 168)], patch if side == f else coat
        )
        s.poly([(x + side * 72, 200), (x + side * 69, 142), (x + side * 34, 172)], s.p.blush)
    s.oval(x, 232, 98, 82, coat)
    s.poly(
        smooth(
            [(x + f * 10, 156), (x + f * 60, 168), (x + f * 94, 222), (x + f * 50, 232), (x + f * 22, 200)],
            closed=True,
        ),
        patch,
    )
    for side in (-1, 1):
        s.oval(x + side * 40, 228, 17, 19, s.p.leaf if coat != s.p.leaf else s.p.gold)
        s.oval(x + side * 40, 228, 6, 17, (16, 18, 24))
        for k in (-1, 0, 1):
            s.line(
                [(x + side * 46, 264 + k * 4), (x + side * 126, 262 + k * 16)],
                mix(s.p.stone, s.p.cream, 0.4),
                2,
            )
        s.oval(x + side * 34, 516, 30, 20, mix(coat, s.p.cream, 0.35))
    s.poly([(x - 11, 254), (x + 11, 254), (x, 266)], s.p.red)
    for side in (-1, 1):
        s.ring(x + side * 12, 266, 12, 12, mix(s.p.stone, s.p.ink, 0.4), 3, 0, 180)
    s.rect(x - 62, 306, 124, 16, s.p.red, r=8)
    s.disc(x, 326, 13, s.p.gold)
