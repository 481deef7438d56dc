"""Primitives: people."""

from __future__ import annotations

from kawaraban.ops.demo.pictures.canvas import Color, Point, Scene, mix

# Joints in a space where the figure stands on (0, 0) and is 1 tall: head, neck, hip, then
# elbow and hand of each arm, knee and foot of each leg.
POSES: dict[str, tuple[Point, ...]] = {
    "stand": (
        (0, 0.92), (0, 0.79), (0, 0.48), (-0.1, 0.63), (-0.09, 0.46), (0.1, 0.63), (0.09, 0.46),
        (-0.045, 0.25), (-0.05, 0.03), (0.045, 0.25), (0.05, 0.03),
    ),
    "walk": (
        (0.02, 0.92), (0.01, 0.79), (0, 0.48), (-0.11, 0.64), (-0.08, 0.49), (0.1, 0.63),
        (0.16, 0.5), (-0.05, 0.26), (-0.15, 0.05), (0.09, 0.26), (0.1, 0.03),
    ),
    "run": (
        (0.14, 0.9), (0.09, 0.78), (0, 0.5), (-0.12, 0.68), (-0.2, 0.53), (0.2, 0.62), (0.3, 0.72),
        (-0.12, 0.29), (-0.34, 0.27), (0.18, 0.4), (0.2, 0.14),
    ),
    "kick": (
        (-0.06, 0.91), (-0.03, 0.78), (0, 0.48), (-0.17, 0.7), (-0.29, 0.75), (0.12, 0.66),
        (0.23, 0.6), (-0.03, 0.25), (-0.07, 0.03), (0.16, 0.36), (0.34, 0.25),
    ),
    "raise": (
        (0, 0.92), (0, 0.79), (0, 0.48), (-0.14, 0.7), (-0.07, 0.56), (0.13, 0.86), (0.2, 1.02),
        (-0.05, 0.25), (-0.07, 0.03), (0.05, 0.25), (0.08, 0.03),
    ),
    "sit": (
        (0.02, 0.92), (0, 0.79), (0, 0.5), (0.04, 0.62), (0.19, 0.6), (0.08, 0.63), (0.21, 0.62),
        (0.21, 0.5), (0.2, 0.27), (0.23, 0.5), (0.23, 0.27),
    ),
    "point": (
        (0, 0.92), (0, 0.79), (0, 0.48), (-0.1, 0.63), (-0.08, 0.47), (0.13, 0.74), (0.27, 0.82),
        (-0.045, 0.25), (-0.05, 0.03), (0.045, 0.25), (0.05, 0.03),
    ),
}  # fmt: skip

SKIN: tuple[Color, ...] = ((236, 196, 162), (216, 166, 128), (178, 124, 90), (226, 182, 146))


def figure(
    s: Scene,
    x: float,
    y: float,
    h: float,
    top: Color,
    *,
    legs: Color | None = None,
    pose: str = "stand",
    flip: bool = False,
    skin: Color | None = None,
) -> None:
    """A person without a face, standing at (x, y)."""
    side = -1 if flip else 1
    joints = [(x + side * h * dx, y - h * dy) for dx, dy in POSES[pose]]
    head, neck, hip, elbow1, hand1, elbow2, hand2, knee1, foot1, knee2, foot2 = joints
    if top == s.p.blush:
        # Too near to skin for a coat.
        top = mix(top, s.p.red, 0.4)
    skin, legs = skin or s.any(*SKIN), legs or s.p.ink
    sleeve = mix(top, s.p.ink, 0.22)
    for knee, foot in ((knee1, foot1), (knee2, foot2)):
        s.line([hip, knee, foot, (foot[0] + side * h * 0.045, foot[1])], legs, h * 0.08)
    s.line([neck, elbow1, hand1], sleeve, h * 0.06)
    s.line([(head[0], head[1] + h * 0.05), neck], skin, h * 0.055)
    half = h * 0.095
    s.poly(
        [
            (neck[0] - half, neck[1]),
            (neck[0] + half, neck[1]),
            (hip[0] + half * 0.85, hip[1] + h * 0.03),
            (hip[0] - half * 0.85, hip[1] + h * 0.03),
        ],
        top,
    )
    s.line([(neck[0] - half * 0.65, neck[1]), (neck[0] + half * 0.65, neck[1])], top, h * 0.07)
    s.line(
        [neck if pose in ("sit", "run") else (neck[0] + side * half, neck[1]), elbow2, hand2],
        sleeve,
        h * 0.06,
    )
    s.disc(*hand2, h * 0.032, skin)
    hair = s.any(s.p.ink, s.p.ink, mix(s.p.wood, s.p.ink, 0.5), mix(s.p.stone, s.p.ink, 0.3))
    x, y = head
    if s.rng.random() < 0.4:
        s.rect(x - h * 0.046 - side * h * 0.036, y - h * 0.03, h * 0.092, h * 0.13, hair, r=h * 0.04)
    s.disc(x - side * h * 0.014, y - h * 0.012, h * 0.081, hair)
    s.oval(x + side * h * 0.018, y + h * 0.017, h * 0.058, h * 0.064, skin)


def crowd(s: Scene, y: float, count: int, size: float, color: Color) -> None:
    """Heads and shoulders from behind, along the lower edge."""
    step = 1240 / count
    for i in range(count):
        x, r = (i + 0.5) * step - 20 + s.vary(0, step * 0.18), size * s.rng.uniform(0.9, 1.1)
        tone = mix(color, s.p.mid, s.rng.uniform(0, 0.22))
        s.pie(x, y + r * 2.7, r * 2, r * 1.9, 180, 360, tone)
        s.rect(x - r * 2, y + r * 2.65, r * 4, 200, tone)
        s.oval(x, y, r * 0.88, r, tone)
