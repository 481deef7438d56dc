"""Kinds of picture of things on a table, and the robot."""

from __future__ import annotations

import math

from kawaraban.ops.demo.pictures.canvas import Scene, mix, smooth
from kawaraban.ops.demo.pictures.registry import kind


def _desk(s: Scene) -> None:
    tone = s.any(s.p.deep, s.p.pine, s.p.mid, s.p.gold, s.p.blush)
    s.wash(0, 675, mix(tone, s.p.cream, 0.18), mix(tone, s.p.ink, 0.12))


@kind("chart", "day")
def chart(s: Scene) -> None:
    _desk(s)
    s.rect(214, 66, 800, 570, s.p.ink, 0.25, r=8)
    s.rect(200, 50, 800, 570, s.p.cream, r=8)
    for k in range(6):
        s.rect(270, 130 + k * 78, 670, 2, mix(s.p.stone, s.p.cream, 0.5))
    rise, n, tone = s.any_side(), s.rng.choice((7, 8, 9)), s.any(s.p.mid, s.p.deep, s.p.pine)
    level, step, tops = 0.28 if rise > 0 else 0.82, 650 / n, []
    for k in range(n):
        level = min(0.95, max(0.12, level + rise * 0.5 / n + s.vary(0, 0.07)))
        x, h = 285 + k * step, 390 * level
        s.blend(
            [(x, 520 - h), (x + step * 0.62, 520 - h), (x + step * 0.62, 520), (x, 520)],
            s.p.red if k == n - 1 else tone,
            mix(tone, s.p.pale, 0.45),
        )
        tops.append((x + step * 0.31, 520 - h - 28 + s.vary(0, 14)))
    s.line(tops, s.p.gold, 8)
    for x, y in tops:
        s.disc(x, y, 11, s.p.gold)
        s.disc(x, y, 5, s.p.cream)
    s.line([(270, 120), (270, 522), (945, 522)], s.p.ink, 6)
    for k in range(n):
        s.rect(290 + k * step, 545, step * 0.5, 10, mix(s.p.stone, s.p.cream, 0.3), r=5)
    s.rect(270, 80, 240, 18, s.p.ink, r=9)
    for k in range(4):
        x = s.rng.choice((90, 1105))
        s.oval(x, 590 - k * 20, 62, 24, mix(s.p.gold, s.p.wood, 0.5))
        s.oval(x, 580 - k * 20, 62, 24, s.p.gold)


@kind("map", "day")
def folded_map(s: Scene) -> None:
    s.wash(0, 675, mix(s.p.wood, s.p.cream, 0.25), s.p.wood)
    s.rect(116, 66, 990, 570, s.p.ink, 0.3)
    for k in range(4):
        x, lift = 100 + k * 250, 14 * (k % 2)
        s.poly(
            [(x, 50 + lift), (x + 250, 64 - lift), (x + 250, 624 - lift), (x, 610 + lift)],
            mix(s.p.pale, s.p.mid, 0.12 + 0.1 * (k % 2)),
        )
    cx, cy, turns = s.vary(590, 30), 345, [i * math.tau / 14 for i in range(14)]
    reach = [s.rng.uniform(0.68, 1.12) for _ in turns]
    for scale, tone in (
        (1.0, s.p.cream),
        (0.95, mix(s.p.leaf, s.p.cream, 0.35)),
        (0.52, mix(s.p.leaf, s.p.pine, 0.35)),
        (0.2, mix(s.p.wood, s.p.cream, 0.3)),
    ):
        s.poly(
            smooth(
                [
                    (
                        cx - 60 * (1 - scale) + 400 * scale * r * math.cos(a),
                        cy + 225 * scale * r * math.sin(a),
                    )
                    for r, a in zip(reach, turns, strict=True)
                ],
                closed=True,
            ),
            tone,
        )
    s.line(
        smooth([(cx - 60, cy), (cx - 150, cy + 60), (cx - 120, cy + 130), (cx - 210, cy + 260)]), s.p.mid, 9
    )
    roads = [smooth([(cx - 300, cy - 60), (cx - 80, cy - 110), (cx + 110, cy - 20), (cx + 300, cy + 40)])]
    roads.append(smooth([(cx - 90, cy + 150), (cx + 40, cy + 60), (cx + 110, cy - 20), (cx + 140, cy - 150)]))
    for road in roads:
        s.line(road, s.p.cream, 11)
        s.line(road, s.p.gold, 6)
    for k in range(1, 4):
        s.rect(100 + k * 250 - 1, 50, 3, 574, s.p.ink, 0.22)
    for y in (190, 345, 500):
        s.rect(100, y, 1000, 2, s.p.cream, 0.6)
    for dot in s.rng.sample(roads[0][2:-2] + roads[1][2:-2], 5):
        s.disc(*dot, 10, s.p.ink)
        s.disc(*dot, 5, s.p.cream)
    s.disc(1010, 540, 46, s.p.cream)
    for k in range(4):
        a = k * math.pi / 2
        s.poly(
            [
                (1010 + 58 * math.sin(a), 540 - 58 * math.cos(a)),
                (1010 + 10 * math.cos(a), 540 + 10 * math.sin(a)),
                (1010 - 10 * math.cos(a), 540 - 10 * math.sin(a)),
            ],
            s.p.red if k == 0 else s.p.ink,
        )
    px, py = cx + 110, cy - 20
    s.oval(px + 12, py + 4, 44, 13, s.p.ink, 0.3)
    s.poly(
        smooth(
            [
                (px, py),
                (px - 62, py - 108),
                (px - 54, py - 172),
                (px, py - 200),
                (px + 54, py - 172),
                (px + 62, py - 108),
            ],
            closed=True,
        ),
        s.p.red,
    )
    s.disc(px, py - 132, 25, s.p.cream)


@kind("meal", "day")
def meal(s: Scene) -> None:
    s.wash(0, 675, mix(s.p.wood, s.p.cream, 0.4), mix(s.p.wood, s.p.cream, 0.15))
    for _ in range(16):
        y = s.rng.uniform(0, 675)
        s.line(smooth([(-20, y), (400, s.vary(y, 14)), (800, s.vary(y, 14)), (1220, y)]), s.p.wood, 2, 0.4)
    tray, dish = s.any(s.p.ink, s.p.red, s.p.deep), mix(s.p.cream, (255, 255, 255), 0.35)
    s.rect(180, 62, 860, 580, s.p.ink, 0.3, r=40)
    s.rect(170, 48, 860, 580, tray, r=40)
    s.rect(188, 66, 824, 544, mix(tray, s.p.wood, 0.25), r=30)

    def plate(x: float, y: float, rx: float, ry: float, *rims: tuple[int, int, int]) -> None:
        s.oval(x + 8, y + 12, rx, ry, s.p.ink, 0.35)
        for k, tone in enumerate(rims):
            s.oval(x, y, rx - 14 * k, ry - 14 * k, tone)

    plate(600, 265, 262, 150, dish, s.any(s.p.mid, s.p.pine, s.p.deep), dish)
    skin, f = s.any(s.p.stone, mix(s.p.red, s.p.gold, 0.45), s.p.mid), s.any_side()
    body = smooth(
        [
            (600 - f * 190, 250),
            (600 - f * 90, 205),
            (600 + f * 60, 222),
            (600 + f * 130, 262),
            (600 + f * 60, 296),
            (600 - f * 90, 308),
        ],
        closed=True,
    )
    s.poly(
        [(600 + f * 110, 262), (600 + f * 190, 215), (600 + f * 170, 262), (600 + f * 190, 312)],
        mix(skin, s.p.ink, 0.25),
    )
    s.blend(body, mix(skin, s.p.ink, 0.3), mix(skin, s.p.cream, 0.5))
    s.disc(600 - f * 152, 246, 8, s.p.ink)
    s.ring(600 - f * 140, 258, 40, 44, mix(skin, s.p.ink, 0.4), 4, *((300, 60) if f > 0 else (120, 240)))
    for k in range(4):
        x = 600 + f * (-60 + k * 40)
        s.line([(x - 12, 236), (x + 12, 272)], mix(skin, s.p.ink, 0.55), 6)
    s.disc(600 + f * 120, 340, 27, s.p.gold)
    s.disc(600 + f * 120, 340, 20, mix(s.p.gold, s.p.cream, 0.55))
    for x in (0, 34):
        s.oval(600 - f * (110 + x), 345 - x * 0.4, 26, 16, s.p.pine)
    plate(350, 490, 108, 108, s.any(s.p.deep, s.p.mid, s.p.pine), dish, dish)
    for _ in range(130):
        a, r = s.rng.uniform(0, math.tau), 74 * math.sqrt(s.rng.random())
        s.oval(
            350 + r * math.cos(a),
            490 + r * math.sin(a),
            9,
            5,
            mix((255, 255, 255), s.p.cream, s.rng.random()),
        )
    s.disc(350, 490, 15, s.p.red)
    plate(850, 490, 108, 108, s.p.ink, s.p.red, mix(s.p.wood, s.p.gold, 0.35))
    for k in range(7):
        at = s.vary(850, 55), s.vary(490, 50)
        if k % 2:
            s.rect(at[0] - 13, at[1] - 13, 26, 26, dish, r=4)
        else:
            s.oval(*at, 13, 7, s.p.leaf)
    plate(600, 520, 82, 62, mix(s.p.leaf, s.p.cream, 0.5), s.p.pine)
    for _ in range(14):
        s.oval(s.vary(600, 42), s.vary(520, 26), 16, 9, s.any(s.p.leaf, s.p.gold, s.p.red, s.p.leaf))
    s.rect(950, 585, 30, 16, s.p.cream, r=6)
    for dy in (0, 16):
        s.line([(400, 612 + dy), (800, 604 + dy)], mix(s.p.red, s.p.ink, 0.25), 8)


@kind("robot", "day")
def robot(s: Scene) -> None:
    s.wash(0, 560, mix(s.any(s.p.mid, s.p.pine, s.p.blush, s.p.gold), s.p.cream, 0.55), s.p.cream)
    s.wash(555, 675, mix(s.p.stone, s.p.cream, 0.3), s.p.stone)
    for _ in range(5):
        x, y, r = (
            s.rng.choice((s.rng.uniform(60, 330), s.rng.uniform(870, 1140))),
            s.rng.uniform(100, 460),
            s.rng.uniform(44, 84),
        )
        tone = mix(s.any(), s.p.cream, 0.62)
        for k in range(10):
            a = k * math.tau / 10
            s.line([(x, y), (x + r * 1.18 * math.cos(a), y + r * 1.18 * math.sin(a))], tone, r * 0.3)
        s.disc(x, y, r, tone)
        s.disc(x, y, r * 0.42, s.p.cream)
    tone, trim = s.any(s.p.mid, s.p.red, s.p.gold, s.p.pine), s.any(s.p.cream, s.p.pale)
    dark, x, wave = mix(s.p.ink, s.p.deep, 0.3), s.vary(600, 30), s.any_side()
    s.oval(x, 622, 220, 18, s.p.ink, 0.3)
    for side in (-1, 1):
        s.line([(x + side * 62, 520), (x + side * 62, 592)], dark, 36)
        s.rect(x + side * 66 - 52, 582, 104, 40, tone, r=18)
        up = side == wave
        elbow = (x + side * 205, 395 if up else 440)
        hand = (x + side * 225, 285) if up else (x + side * 190, 530)
        s.line([(x + side * 130, 350), elbow, hand], dark, 30)
        s.disc(*elbow, 24, trim)
        s.disc(*hand, 36, tone)
        for k in (-1, 1):
            s.line([hand, (hand[0] + k * 26, hand[1] + (-44 if up else 44))], tone, 17)
    s.rect(x - 140, 312, 280, 226, tone, r=44)
    s.rect(x + 80, 340, 60, 180, mix(tone, s.p.ink, 0.15), r=24)
    s.rect(x - 92, 356, 184, 118, trim, r=16)
    s.line(
        [
            (x - 76, 430),
            (x - 40, 430),
            (x - 22, 384),
            (x + 4, 452),
            (x + 24, 412),
            (x + 44, 430),
            (x + 76, 430),
        ],
        s.p.red if tone != s.p.red else s.p.deep,
        6,
    )
    for k in range(3):
        s.disc(x - 32 + k * 32, 502, 9, (s.p.cream, s.p.gold, s.p.ink)[k])
    s.rect(x - 34, 282, 68, 40, dark)
    s.line([(x, 100), (x, 62)], dark, 9)
    s.disc(x, 54, 17, s.p.red)
    for side in (-1, 1):
        s.rect(x + side * 150 - 18, 160, 36, 74, dark, r=12)
    s.rect(x - 148, 100, 296, 196, trim, r=62)
    s.rect(x - 118, 132, 236, 128, dark, r=46)
    for side in (-1, 1):
        s.glow(x + side * 54, 188, 62, s.p.pale, 0.4)
        s.oval(x + side * 54, 188, 21, 27, mix(s.p.pale, (255, 255, 255), 0.6))
    s.ring(x, 216, 28, 20, mix(s.p.pale, (255, 255, 255), 0.6), 6, 20, 160)


@kind("document", "day")
def document(s: Scene) -> None:
    _desk(s)
    white, grey = mix(s.p.cream, (255, 255, 255), 0.35), mix(s.p.stone, s.p.cream, 0.35)

    def sheet(dx: float, dy: float, turn: float, tone: tuple[int, int, int]) -> None:
        c, t = math.cos(turn), math.sin(turn)
        corners = ((-215, -290), (215, -290), (215, 290), (-215, 290))
        for shift, color, alpha in ((12, s.p.ink, 0.25), (0, tone, 1.0)):
            s.poly(
                [(590 + dx + x * c - y * t + shift, 345 + dy + x * t + y * c + shift) for x, y in corners],
                color,
                alpha,
            )

    sheet(-60, 10, s.rng.uniform(-0.22, -0.1), mix(white, s.p.blush, 0.4))
    sheet(40, 0, s.rng.uniform(0.08, 0.18), mix(white, s.p.pale, 0.5))
    sheet(0, 0, 0, white)
    s.rect(430, 95, 210, 24, s.p.ink, r=4)
    s.rect(430, 134, 130, 12, grey, r=4)
    picture = s.rng.random() < 0.6
    if picture:
        s.blend([(640, 175), (750, 175), (750, 285), (640, 285)], s.p.mid, s.p.pale)
        s.poly([(640, 285), (680, 215), (705, 250), (722, 230), (750, 285)], s.p.pine)
        s.disc(724, 200, 12, s.p.red)
    for k in range(12):
        y = 178 + k * 29
        long = 180 if picture and y < 285 else 320
        s.rect(430, y, long * (0.55 if k % 6 == 5 else s.rng.uniform(0.9, 1)), 11, grey, r=5)
    s.ring(706, 560, 40, 40, s.p.red, 7)
    s.ring(706, 560, 29, 29, s.p.red, 3)
    for dx in (-11, 0, 11):
        s.rect(704 + dx, 542, 5, 36, s.p.red)
    s.rect(430, 590, 190, 4, s.p.ink)
    s.line(
        smooth([(440, 578), (470, 552), (480, 584), (515, 560), (530, 582), (560, 565), (600, 574)]),
        s.p.deep,
        4,
    )
    f = s.rng.choice((0, 1))
    if f:
        s.line([(905, 250), (1010, 560)], s.p.ink, 0.1 + 24, 0.25)
    s.line([(960, 170), (900, 500)], s.p.red if f else s.p.deep, 26)
    s.line([(960, 170), (948, 236)], s.p.gold, 28)
    s.poly([(887, 500), (913, 505), (890, 556)], s.p.gold)
    s.poly([(891, 530), (899, 532), (890, 556)], s.p.ink)
    s.disc(1060, 200, 74, s.p.ink, 0.25)
    s.disc(1050, 190, 74, s.p.cream)
    s.disc(1050, 190, 56, mix(s.p.wood, s.p.ink, 0.35))
    s.ring(1130, 190, 28, 26, s.p.cream, 13)
    s.rect(110, 440, 150, 170, mix(s.p.wood, s.p.ink, 0.2), r=10)
    s.rect(122, 452, 126, 146, s.p.red, r=6)
