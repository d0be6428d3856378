"""The pictures of the demo, painted from a seed: three shots of an invented series, its stills, a reference library.

They hold enough structure for perceptual hashes to mean something, and none resembles another. No picture is stored in
the package, none was made by a model or by a camera.
"""

import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from scanner.demo import brushes
from scanner.demo.brushes import HEIGHT, WIDTH


def paint(name: str) -> Image.Image:
    """The picture of this name, RGB, 1280 x 720.

    Raises:
        KeyError: there is no such picture.
    """
    return SCENES[name](np.random.default_rng(zlib.crc32(name.encode())))


def _ridge(rng: np.random.Generator) -> Image.Image:
    """A mountain range at first light, spruces before it."""
    picture = brushes.canvas((38, 54, 96), (120, 128, 168), (244, 190, 150), (250, 220, 190))
    picture = brushes.texture(picture, brushes.noise(rng, 3, 9), 26)
    picture = brushes.glow(picture, [(930, 250, 46)], (255, 214, 160))
    for depth, colour in enumerate([(150, 160, 196), (104, 118, 160), (62, 78, 118), (226, 232, 242)]):
        edge = brushes.skyline(rng, 290 + depth * 105, 130 - depth * 28, 3 + depth)
        brushes.below(picture, edge, colour)
        if depth < 3:  # noqa: PLR2004 - the last one is the snow field in front
            brushes.below(picture, edge + 60 + (30 * np.sin(np.arange(WIDTH) / 17)).astype(np.int64), _dim(colour))
    picture = brushes.texture(picture, brushes.noise(rng, 20, 12), 30)
    for x, size in zip(rng.uniform(0, WIDTH, 26), rng.uniform(90, 260, 26), strict=True):
        brushes.conifer(picture, (x, 640 + size * 0.25), size, (22, 38, 44))
    return picture


def _halt(rng: np.random.Generator) -> Image.Image:
    """A railway halt at night with lit windows: the shot whose sky was finished with an AI tool."""
    picture = brushes.canvas((6, 10, 30), (20, 34, 66), (44, 60, 92), (30, 36, 52))
    veils = brushes.noise(rng, 7, 1, 3)
    pixels = np.asarray(picture).astype(np.float32)
    pixels[:330, :, 1] += np.maximum(0, veils[:330]) * 190 * np.linspace(0.3, 1, 330)[:, None]
    pixels[:330, :, 0] += np.maximum(0, -veils[:330]) * 90
    picture = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    brushes.below(picture, brushes.skyline(rng, 400, 50), (16, 22, 38))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((120, 330, 640, 560), fill=(58, 42, 38))
    draw.polygon([(90, 340), (380, 220), (670, 340)], fill=(206, 214, 228))
    for column in range(6):
        draw.rectangle((150 + column * 82, 380, 196 + column * 82, 450), fill=(255, 206, 120))
        draw.line((173 + column * 82, 380, 173 + column * 82, 450), fill=(58, 42, 38), width=5)
    draw.rectangle((0, 560, WIDTH, HEIGHT), fill=(182, 192, 212))
    for rail in (600, 650, 705):
        draw.line((0, rail, WIDTH, rail - 34), fill=(46, 48, 58), width=9)
    for sleeper in range(0, WIDTH, 52):
        draw.line((sleeper, 590, sleeper - 60, HEIGHT), fill=(84, 78, 82), width=12)
    draw.rectangle((860, 410, WIDTH, 575), fill=(92, 26, 32))
    for column in range(5):
        draw.rectangle((885 + column * 84, 440, 935 + column * 84, 496), fill=(240, 226, 176))
    lamps = (60, 760, 1180)
    for lamp in lamps:
        draw.line((lamp, 300, lamp, 580), fill=(20, 20, 26), width=8)
    picture = brushes.glow(picture, [(lamp, 300, 17) for lamp in lamps], (255, 190, 96))
    return brushes.texture(picture, brushes.noise(rng, 30, 20), 20)


def _river(rng: np.random.Generator) -> Image.Image:
    """A half-frozen river under a footbridge: the shot that was only photographed."""
    picture = brushes.canvas((188, 198, 204), (214, 220, 220), (132, 148, 156), (70, 88, 100))
    brushes.below(picture, brushes.skyline(rng, 280, 44), (128, 140, 146))
    for x in rng.uniform(0, WIDTH, 40):
        brushes.conifer(picture, (x, rng.uniform(330, 370)), rng.uniform(70, 150), (56, 70, 72))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, 370), (560, 350), (210, HEIGHT), (0, HEIGHT)], fill=(232, 236, 238))
    draw.polygon([(WIDTH, 350), (720, 350), (1080, HEIGHT), (WIDTH, HEIGHT)], fill=(220, 226, 230))
    for _ in range(34):
        y = rng.uniform(380, 700)
        x, wide = rng.uniform(640 - (y - 300), 640 + (y - 300)), (y - 300) * rng.uniform(0.1, 0.4)
        draw.ellipse((x - wide, y - wide * 0.2, x + wide, y + wide * 0.2), fill=(206, 216, 222))
    draw.arc((160, 300, 1120, 760), 190, 350, fill=(64, 44, 34), width=24)
    draw.arc((160, 226, 1120, 690), 190, 350, fill=(84, 58, 44), width=11)
    for post in range(-7, 8):
        x = 640 + post * 62
        rise = 235 * (1 - (post / 7.6) ** 2) ** 0.5
        draw.line((x, 532 - rise, x, 462 - rise), fill=(70, 48, 38), width=9)
    picture = brushes.texture(picture, brushes.noise(rng, 14, 10), 34)
    for x, size in ((90, 420), (210, 300), (1190, 460)):
        brushes.conifer(picture, (x, 700), size, (26, 34, 34))
    return picture


def _harbour(rng: np.random.Generator) -> Image.Image:
    """Reference: a travel poster of the thirties in flat colours, a liner under a lighthouse."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (24, 60, 92))
    draw = ImageDraw.Draw(picture)
    for ray in range(0, 24, 2):
        angles = np.deg2rad([180 + ray * 7.5, 180 + (ray + 1) * 7.5])
        ends = [(1010 + 1500 * np.cos(a), 250 + 1500 * np.sin(a)) for a in angles]
        draw.polygon([(1010, 250), *ends], fill=(238, 176, 70))
    draw.polygon([(955, 520), (985, 220), (1035, 220), (1065, 520)], fill=(244, 236, 214))
    for band in range(3):
        draw.rectangle((962 - 4 * band, 290 + band * 80, 1058 + 4 * band, 326 + band * 80), fill=(186, 42, 38))
    draw.rectangle((975, 170, 1045, 225), fill=(60, 30, 34))
    draw.ellipse((985, 178, 1035, 222), fill=(255, 246, 200))
    draw.rectangle((0, 500, WIDTH, HEIGHT), fill=(16, 92, 104))
    draw.polygon([(60, 420), (800, 360), (740, 590), (150, 590)], fill=(28, 24, 32))
    draw.polygon([(220, 404), (680, 366), (660, 310), (250, 338)], fill=(240, 232, 216))
    for funnel in range(3):
        draw.polygon(
            [
                (310 + funnel * 118, 328),
                (330 + funnel * 118, 180),
                (388 + funnel * 118, 176),
                (378 + funnel * 118, 320),
            ],
            fill=(200, 58, 40),
        )
        draw.rectangle((326 + funnel * 118, 180, 390 + funnel * 118, 206), fill=(28, 24, 32))
    for wave in range(7):
        top = 560 + wave * 26
        swell = [(x, top + 14 * np.sin(x / 60 + wave)) for x in range(0, WIDTH + 40, 20)]
        draw.line(swell, fill=(120, 196, 190), width=8)
    draw.rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline=(244, 236, 214), width=26)
    return brushes.texture(picture, brushes.noise(rng, 40, 24, 3), 12)


def _mill(rng: np.random.Generator) -> Image.Image:
    """Reference: a painting of a windmill on a frozen mere, in visible strokes."""
    picture = brushes.canvas((96, 116, 132), (176, 170, 150), (214, 196, 160), (150, 150, 144), (96, 104, 108))
    brushes.below(picture, brushes.skyline(rng, 430, 24), (110, 100, 80))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, 470), (WIDTH, 440), (WIDTH, HEIGHT), (0, HEIGHT)], fill=(176, 186, 188))
    draw.polygon([(330, 560), (380, 260), (500, 260), (550, 560)], fill=(86, 58, 42))
    draw.pieslice((376, 200, 504, 330), 180, 360, fill=(52, 40, 36))
    for turn in (24, 114, 204, 294):
        angle = np.deg2rad(turn)
        along, aside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        hub = np.array([440.0, 250.0])
        blade = [hub + along * 30, hub + along * 245, hub + along * 245 + aside * 54, hub + along * 60 + aside * 54]
        draw.polygon([tuple(corner) for corner in blade], fill=(222, 206, 170), outline=(60, 44, 36))
    for x, high in ((820, 210), (905, 300), (1010, 180), (1120, 260)):
        draw.line((x, 520, x + 12, 520 - high), fill=(58, 48, 44), width=16)
        draw.ellipse((x - 70, 480 - high, x + 94, 600 - high), fill=(122, 88, 56))
    draw.ellipse((700, 560, 1180, 660), fill=(132, 150, 160))
    return brushes.texture(picture, brushes.noise(rng, 90, 14, 2), 34)


def _orchard(rng: np.random.Generator) -> Image.Image:
    """Reference: a painting of an orchard in summer. It occurs nowhere in the drop."""
    picture = brushes.canvas((140, 190, 226), (226, 232, 210), (150, 176, 84), (96, 140, 60))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(560, 300), (720, 300), (1100, HEIGHT), (180, HEIGHT)], fill=(206, 184, 130))
    for row in range(5):
        size = 40 + row * 34
        for side in (-1, 1):
            x, y = 640 + side * (110 + row * 118), 300 + row * 74
            draw.rectangle((x - size * 0.14, y, x + size * 0.14, y + size * 1.1), fill=(92, 62, 42))
            draw.ellipse((x - size * 1.3, y - size * 1.7, x + size * 1.3, y + size * 0.3), fill=(44 + row * 8, 104, 44))
            for fruit in rng.uniform(-1, 1, (9, 2)):
                fx, fy = x + fruit[0] * size * 0.9, y - size * 0.7 + fruit[1] * size * 0.7
                draw.ellipse((fx - size / 9, fy - size / 9, fx + size / 9, fy + size / 9), fill=(206, 52, 40))
    draw.rectangle((60, 210, 260, 330), fill=(190, 90, 70))
    draw.polygon([(40, 214), (160, 120), (280, 214)], fill=(110, 50, 46))
    return brushes.texture(picture, brushes.noise(rng, 60, 40, 2), 30)


def _ice_hall(rng: np.random.Generator) -> Image.Image:
    """Still: concept art of a hall of ice, the kind that a picture generator is asked for."""
    picture = brushes.canvas((20, 60, 90), (70, 150, 180), (200, 236, 240), (90, 150, 170))
    draw = ImageDraw.Draw(picture)
    for depth in range(6):
        inset, top = depth * 92, 30 + depth * 50
        tone = 40 + depth * 34
        draw.rectangle((inset, top + 160, inset + 64, HEIGHT - depth * 44), fill=(tone // 2, tone, tone + 26))
        draw.rectangle(
            (WIDTH - inset - 64, top + 160, WIDTH - inset, HEIGHT - depth * 44), fill=(tone // 3, tone - 16, tone + 20)
        )
        draw.arc((inset, top, WIDTH - inset, top + 420), 180, 360, fill=(tone // 2, tone, tone + 36), width=54)
    draw.polygon([(540, 470), (740, 470), (1180, HEIGHT), (100, HEIGHT)], fill=(214, 240, 246))
    for _ in range(26):
        x, drop = rng.uniform(60, WIDTH - 60), rng.uniform(60, 230)
        draw.polygon([(x - 15, 0), (x + 15, 0), (x + rng.uniform(-6, 6), drop)], fill=(216, 244, 252))
    picture = brushes.glow(picture, [(640, 390, 34)], (255, 240, 220))
    return brushes.texture(picture, brushes.noise(rng, 16, 10), 34)


def _front_page(rng: np.random.Generator) -> Image.Image:
    """Still: the front page of a newspaper that a character reads, masthead, columns and a picture."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (214, 204, 176))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 40, WIDTH - 60, 128), fill=(34, 30, 28))
    for letter in range(13):
        draw.rectangle((130 + letter * 80, 58, 184 + letter * 80, 110), fill=(214, 204, 176))
        draw.rectangle((146 + letter * 80, 72, 170 + letter * 80, 96), fill=(34, 30, 28))
    draw.rectangle((60, 160, 560, 560), fill=(70, 64, 58))
    draw.polygon([(60, 560), (230, 300), (330, 420), (430, 250), (560, 560)], fill=(190, 182, 160))
    draw.ellipse((420, 190, 510, 280), fill=(226, 216, 190))
    for column in range(3):
        left = 600 + column * 212
        draw.rectangle((left, 160, left + 190, 206), fill=(54, 48, 44))
        for line in range(24):
            end = left + 190 - (int(rng.integers(0, 120)) if line % 6 == 5 else 0)  # noqa: PLR2004 - ends of paragraphs
            draw.rectangle((left, 226 + line * 20, end, 234 + line * 20), fill=(96, 88, 80))
    for line in range(5):
        draw.rectangle((60, 590 + line * 22, 560 - line * 40, 600 + line * 22), fill=(96, 88, 80))
    creased = brushes.texture(picture, brushes.noise(rng, 5, 4, 3), 60)
    return creased.rotate(-4, Image.Resampling.BICUBIC, fillcolor=(58, 36, 26))


def _portrait(rng: np.random.Generator) -> Image.Image:
    """Still: an ancestor's portrait in an oval frame on papered wall, for a corridor of the set."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (88, 32, 40))
    draw = ImageDraw.Draw(picture)
    for row in range(7):
        for column in range(12):
            x, y = column * 112 + (row % 2) * 56, row * 112 + 20
            draw.polygon([(x, y - 44), (x + 30, y), (x, y + 44), (x - 30, y)], fill=(150, 92, 70))
    draw.ellipse((350, 10, 930, 710), fill=(196, 150, 66))
    draw.ellipse((396, 54, 884, 666), fill=(46, 40, 38))
    draw.polygon([(440, 650), (530, 440), (750, 440), (840, 650)], fill=(22, 26, 44))
    draw.polygon([(590, 440), (690, 440), (640, 600)], fill=(226, 220, 206))
    draw.ellipse((540, 180, 740, 450), fill=(204, 162, 130))
    draw.pieslice((526, 140, 754, 380), 170, 370, fill=(84, 76, 72))
    draw.polygon([(560, 370), (720, 370), (640, 500)], fill=(104, 94, 88))
    for eye in (595, 685):
        draw.ellipse((eye - 16, 285, eye + 16, 307), fill=(30, 26, 26))
    picture.paste((30, 24, 26), (0, 600, WIDTH, HEIGHT), _fade(120, 170))
    return brushes.texture(picture, brushes.noise(rng, 18, 12), 30)


def _unit_still(rng: np.random.Generator) -> Image.Image:
    """Still: the unit photographer's picture of a set, a lamp, a crane and a painted flat."""
    picture = brushes.canvas((40, 36, 34), (84, 74, 66), (120, 104, 90), (60, 54, 50))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(700, 90), (1240, 150), (1240, 560), (700, 520)], fill=(120, 168, 196))
    draw.polygon(
        [(700, 420), (860, 300), (980, 390), (1120, 260), (1240, 420), (1240, 560), (700, 520)], fill=(234, 238, 240)
    )
    for beam in range(9):
        draw.line((700 + beam * 68, 90 + beam * 7, 640 + beam * 74, 600), fill=(52, 40, 34), width=7)
    draw.line((80, 690, 520, 140), fill=(20, 20, 22), width=26)
    draw.rectangle((470, 90, 640, 200), fill=(16, 16, 18))
    draw.ellipse((610, 110, 676, 180), fill=(70, 90, 120))
    draw.polygon([(40, 700), (110, 560), (220, 560), (300, 700)], fill=(24, 24, 26))
    for leg in (-70, 0, 70):
        draw.line((250, 210, 250 + leg, 430), fill=(30, 28, 28), width=8)
    picture = brushes.glow(picture, [(250, 170, 52)], (255, 224, 170))
    draw = ImageDraw.Draw(picture)
    for plank in range(11):
        draw.line((plank * 140 - 100, HEIGHT, 300 + plank * 70, 600), fill=(150, 120, 84), width=13)
    return brushes.texture(picture, brushes.noise(rng, 24, 14), 36)


def _dim(colour: brushes.Colour) -> brushes.Colour:
    return (colour[0] * 3 // 4, colour[1] * 3 // 4, colour[2] * 3 // 4)


def _fade(height: int, most: int) -> Image.Image:
    """A mask from nothing at the top to `most` of 255 at the bottom, WIDTH wide."""
    rows = np.linspace(0, most, height)[:, None].repeat(WIDTH, 1)
    return Image.fromarray(rows.astype(np.uint8))


SCENES: dict[str, Callable[[np.random.Generator], Image.Image]] = {
    "ridge": _ridge,
    "halt": _halt,
    "river": _river,
    "harbour": _harbour,
    "mill": _mill,
    "orchard": _orchard,
    "ice_hall": _ice_hall,
    "front_page": _front_page,
    "portrait": _portrait,
    "unit_still": _unit_still,
}
"""Every picture by name: three shots, three references, four stills."""
