"""The lead pictures of the demo publication: flat woodblock-like scenes, the same for a seed."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageOps

from kawaraban.ops.demo.pictures import indoors, nature, objects, play, town, work
from kawaraban.ops.demo.pictures.canvas import HEIGHT, WIDTH, Scene
from kawaraban.ops.demo.pictures.registry import ONE_WAY, PAINTERS

__all__ = ["KINDS", "draw"]

# Named here so that importing the package is what fills the registry.
_MODULES = (nature, town, work, play, indoors, objects)

KINDS: tuple[str, ...] = tuple(PAINTERS)


def draw(kind: str, seed: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    """The picture of that kind and seed, RGB, always the same for the same three arguments."""
    if kind not in PAINTERS:
        raise ValueError(f"unknown kind of picture: {kind!r}")
    painter, times = PAINTERS[kind]
    rng = Random(f"{kind}:{seed}")  # noqa: S311 - a picture, not a secret
    scene = Scene(rng, rng.choice(times), size)
    painter(scene)
    image = scene.finished()
    if kind not in ONE_WAY and rng.random() < 0.5:
        return ImageOps.mirror(image)
    return image
