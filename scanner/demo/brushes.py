"""What the demo's pictures are painted with: gradients, fractal noise, skylines, trees, soft light.

Everything takes its randomness from the generator that is handed in, so that the same seed paints the same picture.
It knows nothing of what the pictures show; `scenes` does.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Colour: TypeAlias = tuple[int, int, int]
Field: TypeAlias = NDArray[np.float32]
Edge: TypeAlias = NDArray[np.int64]
"""A row for each of WIDTH columns."""

WIDTH = 1280
HEIGHT = 720


def canvas(*stops: Colour) -> Image.Image:
    """A picture of WIDTH x HEIGHT that goes through the colours from top to bottom, evenly spaced."""
    places = np.linspace(0, HEIGHT - 1, len(stops))
    rows = np.stack([np.interp(np.arange(HEIGHT), places, [stop[i] for stop in stops]) for i in range(3)], axis=-1)
    return Image.fromarray(np.broadcast_to(rows[:, None, :], (HEIGHT, WIDTH, 3)).astype(np.uint8).copy())


def noise(rng: np.random.Generator, across: int, down: int, octaves: int = 4) -> Field:
    """Fractal noise, float32 (HEIGHT, WIDTH) from -1 to 1, whose largest cells are `across` x `down` to a picture."""
    total: Field = np.zeros((HEIGHT, WIDTH), np.float32)
    for octave in range(octaves):
        cells = rng.uniform(-1, 1, (down << octave, across << octave)).astype(np.float32)
        grown = Image.fromarray(cells).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        total += np.asarray(grown) / 2**octave
    return total / np.float32(np.abs(total).max())


def texture(picture: Image.Image, field: Field, amount: float) -> Image.Image:
    """The picture made lighter and darker by a field, `amount` levels of 255 at most."""
    pixels = np.asarray(picture).astype(np.float32) + field[:, :, None] * amount
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def skyline(rng: np.random.Generator, base: float, height: float, bumps: int = 5) -> Edge:
    """The upper edge of hills, around `base`, at most `height` above or below it."""
    total = np.zeros(WIDTH)
    for octave in range(5):
        points = rng.uniform(-1, 1, (bumps << octave) + 2)
        total += np.interp(np.linspace(0, len(points) - 1, WIDTH), np.arange(len(points)), points) / 1.9**octave
    edge: Edge = (base + total / np.abs(total).max() * height).astype(np.int64)
    return edge


def below(picture: Image.Image, edge: Edge, colour: Colour) -> None:
    """Fill everything under an edge."""
    corners = [(x, int(y)) for x, y in enumerate(edge)]
    ImageDraw.Draw(picture).polygon([(0, HEIGHT), *corners, (WIDTH, HEIGHT)], fill=colour)


def conifer(picture: Image.Image, foot: tuple[float, float], height: float, colour: Colour) -> None:
    """A spruce standing on `foot`."""
    draw = ImageDraw.Draw(picture)
    x, y = foot
    draw.rectangle((x - height * 0.03, y - height * 0.2, x + height * 0.03, y), fill=colour)
    for tier in range(4):
        top, wide = y - height * (1 - 0.2 * tier), height * (0.12 + 0.06 * tier)
        draw.polygon([(x, top), (x - wide, top + height * 0.32), (x + wide, top + height * 0.32)], fill=colour)


def glow(picture: Image.Image, lamps: Sequence[tuple[float, float, float]], colour: Colour) -> Image.Image:
    """Light spilling around lamps `(x, y, radius)`: a soft screen over the picture, with a bright core."""
    light = Image.new("L", picture.size)
    draw = ImageDraw.Draw(light)
    for x, y, radius in lamps:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    soft = light.resize((WIDTH // 4, HEIGHT // 4)).filter(ImageFilter.GaussianBlur(9)).resize(picture.size)
    lit = Image.composite(Image.new("RGB", picture.size, colour), picture, soft.point(lambda level: int(level * 0.8)))
    core = Image.new("RGB", picture.size, (255, 246, 214))
    return Image.composite(core, lit, light.resize((WIDTH // 2, HEIGHT // 2)).resize(picture.size))


def snowfall(rng: np.random.Generator, flakes: int, size: tuple[int, int]) -> Image.Image:
    """Falling snow with a transparent ground, twice as high as `size`: its halves are equal, so that it can scroll."""
    wide, high = size
    half = Image.new("L", size)
    draw = ImageDraw.Draw(half)
    for x, y, radius in zip(
        rng.uniform(4, wide - 4, flakes), rng.uniform(4, high - 4, flakes), rng.uniform(1, 3, flakes), strict=True
    ):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=230)
    soft = half.filter(ImageFilter.GaussianBlur(0.8))
    sheet = Image.new("RGBA", (wide, 2 * high), (255, 255, 255, 0))
    for top in (0, high):
        sheet.paste(Image.merge("RGBA", (*Image.new("RGB", size, (244, 248, 255)).split(), soft)), (0, top))
    return sheet
