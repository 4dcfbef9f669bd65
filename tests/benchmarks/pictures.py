"""How pictures of all kinds are read: what people photograph, scan, crop, draw and save.

    python -m tests.benchmarks.pictures [WORD ...] [--strokes FILE] [--count 100] [--json]

Each condition makes pictures of the digits of a stroke set (of synthetic ones by default), as many
as asked for, and tells how many are read right, blank, no digit, and wrong though "sure". Those
whose name starts with ``number`` hold several digits; those with ``none`` hold none, and each that
is read as "sure" is wrong. Only conditions that have one of the words in their name are measured.
"""

import argparse
import io
import json
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from mnist_core.data import pen_styles, stroke_sets
from mnist_core.errors import PictureError
from mnist_core.ink.drawing import Drawing, parse_drawing
from mnist_core.labels import DIGITS
from mnist_core.model import weight_file
from mnist_core.model.reading import BLANK, Reading
from mnist_core.model.recognizer import Recognizer
from mnist_core.web.pad.examples import strokes_from_segments

Random = np.random.Generator
Size = tuple[int, int]  # width, height in px
Color = tuple[float, ...]  # 0 to 255
FINER = 3  # times as large is a picture drawn, and averaged down: smooth edges

WHITE, BLACK = (255.0,), (0.0,)


@dataclass(frozen=True)
class Hand:
    """What is to be written: one drawing, or several in a row."""

    drawings: list[Drawing]
    random: Random

    def write(
        self,
        size: Size,
        box: float,
        pen: float | None = None,
        at: tuple[float, float] | None = None,
        gap: tuple[float, float] = (0.15, 0.45),
    ) -> np.ndarray:
        """Write with a round pen: how much of each pixel it covers, (H, W) float64 in [0, 1].

        ``box`` is the longest side of a digit's ink, ``pen`` the line's width and ``at`` the
        middle of all, in px; gaps are shares of the box.
        """
        pen = pen or box * self.random.uniform(0.07, 0.12)
        center = at or (size[0] / 2, size[1] / 2)
        placed, right = [], 0.0
        for drawing in self.drawings:
            points = np.concatenate(drawing)
            low, high = points.min(axis=0), points.max(axis=0)
            scale = (box - pen) / max(float((high - low).max()), 1e-9)
            wide, tall = (high - low) * scale
            up = self.random.uniform(-0.06, 0.06) * box if len(self.drawings) > 1 else 0
            placed.append(
                [(stroke - low) * scale + [right, (box - tall) / 2 + up] for stroke in drawing]
            )
            right += wide + pen + self.random.uniform(*gap) * box
        everything = np.concatenate([stroke for strokes in placed for stroke in strokes])
        middle = (everything.min(axis=0) + everything.max(axis=0)) / 2
        times = max(1, min(FINER, 3000 // max(size)))
        image = Image.new("L", (size[0] * times, size[1] * times), 0)
        draw = ImageDraw.Draw(image)
        radius = pen * times / 2
        for stroke in (stroke for strokes in placed for stroke in strokes):
            path = [tuple(point) for point in (stroke - middle + center) * times]
            if len(path) > 1:
                draw.line(path, fill=255, width=max(1, round(2 * radius)))
            for x, y in path:
                draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)
        return np.asarray(image.resize(size, Image.Resampling.BOX)) / 255


def laid(mask: np.ndarray, ink: Color = BLACK, paper: Color | np.ndarray = WHITE) -> np.ndarray:
    """Lay ink on paper: (H, W, channels) float64, 0 to 255."""
    share = mask[..., None]
    return np.asarray(paper) * (1 - share) + np.asarray(ink) * share


def image_of(values: np.ndarray) -> Image.Image:
    """Turn values (H, W, 1, 3 or 4) into a picture."""
    pixels = values.round().clip(0, 255).astype(np.uint8)
    return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    """Return the content of a file."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def drawn(size: Size, shapes: Callable[[ImageDraw.ImageDraw, int], None]) -> np.ndarray:
    """Draw white shapes on black, smoothly: (H, W) in [0, 1]. The second argument is the scale."""
    image = Image.new("L", (size[0] * FINER, size[1] * FINER), 0)
    shapes(ImageDraw.Draw(image), FINER)
    return np.asarray(image.resize(size, Image.Resampling.BOX)) / 255


def sheet_size(random: Random, low: int = 250, high: int = 700) -> Size:
    """Draw a size."""
    return int(random.integers(low, high)), int(random.integers(low, high))


def plain(hand: Hand, random: Random, share: tuple[float, float] = (0.4, 0.75)) -> np.ndarray:
    """Dark on light, anywhere near the middle."""
    size = sheet_size(random)
    box = min(size) * random.uniform(*share)
    at = tuple(side / 2 + random.uniform(-0.4, 0.4) * (side - 1.2 * box) for side in size)
    return hand.write(size, box, at=at)


def light_of(shape: tuple[int, int], random: Random) -> np.ndarray:
    """A slope of light or the soft edge of a shadow over a picture (H, W, 1)."""
    y, x = np.mgrid[: shape[0], : shape[1]] / max(shape)
    turn = random.uniform(0, 2 * np.pi)
    along = (x - 0.5) * np.cos(turn) + (y - 0.4) * np.sin(turn)
    if random.random() < 0.5:
        return (1 - random.uniform(0.2, 0.5) * (along + 0.5))[..., None]
    fade = random.uniform(0.01, 0.06)
    return (1 - random.uniform(0.3, 0.5) / (1 + np.exp(-along / fade)))[..., None]


def noisy(values: np.ndarray, deviation: float, random: Random) -> np.ndarray:
    """Add the noise of a camera."""
    return values + random.normal(0, deviation, values.shape)


def blurred(values: np.ndarray, radius: float) -> np.ndarray:
    """Put a picture (H, W, channels) out of focus."""
    return _shaped(image_of(values).filter(ImageFilter.GaussianBlur(radius)))


def _shaped(image: Image.Image) -> np.ndarray:
    values = np.asarray(image, dtype=np.float64)
    return values if values.ndim == 3 else values[..., None]


def rules(size: Size, random: Random, squared: bool, spacing: float) -> np.ndarray:
    """Printed lines, nearly level: (H, W) in [0, 1]."""
    y, x = np.mgrid[: size[1], : size[0]].astype(float)
    turn = np.deg2rad(random.uniform(-2, 2))
    width = max(1.0, spacing * random.uniform(0.03, 0.07))
    lines = np.zeros((size[1], size[0]))
    places = [np.cos(turn) * y - np.sin(turn) * x, np.cos(turn) * x + np.sin(turn) * y]
    for place in places[: 2 if squared else 1]:
        distance = np.abs((place / spacing + random.random()) % 1 - 0.5) * spacing
        lines = np.maximum(lines, (width / 2 + 0.5 - distance).clip(0, 1))
    return lines


def paper_color(random: Random) -> Color:
    """The color of a light sheet."""
    return tuple(random.uniform(200, 255) + random.uniform(-8, 8, 3))


def ink_color(random: Random) -> Color:
    """The color of a dark pen."""
    return tuple(random.uniform(10, 60) + random.uniform(0, 30, 3) * [1, 1, 3])


def photographed(hand: Hand, random: Random, values: np.ndarray) -> bytes:
    """Light, blur, noise and JPEG."""
    values = values * light_of(values.shape[:2], random)
    values = noisy(blurred(values, random.uniform(0.3, 1.2)), random.uniform(2, 8), random)
    return encoded(image_of(values), "JPEG", quality=int(random.integers(50, 92)))


# --- what has always been read ---------------------------------------------------------------


def plain_sheet(hand: Hand, random: Random) -> Image.Image:
    return image_of(laid(plain(hand, random)))


def plain_inverted(hand: Hand, random: Random) -> Image.Image:
    return image_of(laid(plain(hand, random), WHITE, BLACK))


def plain_like_mnist(hand: Hand, random: Random) -> Image.Image:
    image = image_of(laid(hand.write((28, 28), 20, 2.4), WHITE, BLACK))
    return image if random.random() < 0.5 else ImageOps.invert(image)


def plain_photo(hand: Hand, random: Random) -> bytes:
    size = (1280, 960)
    mask = hand.write(size, random.uniform(300, 700))
    return photographed(hand, random, laid(mask, ink_color(random), paper_color(random)))


def plain_shadow(hand: Hand, random: Random) -> Image.Image:
    values = laid(plain(hand, random), ink_color(random), paper_color(random))
    return image_of(values * light_of(values.shape[:2], random))


def plain_pencil(hand: Hand, random: Random) -> Image.Image:
    size = (1000, 800)
    mask = hand.write(size, random.uniform(300, 600), random.uniform(3, 6))
    gray = random.uniform(90, 150)
    return image_of(noisy(laid(mask, (gray,), (random.uniform(225, 250),)), 4, random))


def plain_ruled(hand: Hand, random: Random) -> Image.Image:
    return image_of(_on_rules(hand, random, False))


def plain_squared(hand: Hand, random: Random) -> Image.Image:
    return image_of(_on_rules(hand, random, True))


def _on_rules(hand: Hand, random: Random, squared: bool) -> np.ndarray:
    size = (800, 600)
    lines = rules(size, random, squared, random.uniform(25, 60)) * random.uniform(0.5, 1)
    page = laid(lines, (140, 170, 215), paper_color(random))
    return laid(hand.write(size, random.uniform(250, 450)), ink_color(random), page)


def plain_colored_ink(hand: Hand, random: Random) -> Image.Image:
    ink = tuple(random.permutation([220, 40, random.uniform(20, 160)]))
    return image_of(laid(plain(hand, random), ink, (255, 255, 255)))


def plain_colored_paper(hand: Hand, random: Random) -> Image.Image:
    papers = [(255, 240, 120), (30, 80, 50), (200, 60, 60), (60, 110, 190)]
    inks = [(40, 60, 200), (250, 250, 240), (60, 140, 60), (255, 230, 90)]
    chosen = int(random.integers(len(papers)))
    return image_of(laid(plain(hand, random), inks[chosen], papers[chosen]))


def plain_jpeg_artifacts(hand: Hand, random: Random) -> bytes:
    values = laid(plain(hand, random), (random.uniform(0, 120),))
    return encoded(image_of(values), "JPEG", quality=int(random.integers(8, 25)))


def plain_noise(hand: Hand, random: Random) -> Image.Image:
    return image_of(noisy(laid(plain(hand, random), (40,), (215,)), 30, random))


def tile_on_a_table(hand: Hand, random: Random) -> bytes:
    size = (520, 420)
    sheet = laid(hand.write(size, random.uniform(180, 320)), ink_color(random), paper_color(random))
    table = Image.new("RGB", (760, 620), tuple(int(v) for v in random.integers(40, 110, 3)))
    table.paste(image_of(sheet), (int(random.integers(60, 180)), int(random.integers(50, 150))))
    turned = table.rotate(random.uniform(-5, 5), fillcolor=table.getpixel((0, 0)))
    return photographed(hand, random, _shaped(turned))


def plain_transparent(hand: Hand, random: Random) -> Image.Image:
    mask = plain(hand, random)
    color = random.choice([0, 255])
    return image_of(np.dstack([np.full((*mask.shape, 3), float(color)), mask * 255]))


def plain_formats(hand: Hand, random: Random) -> Image.Image | bytes:
    image = image_of(laid(plain(hand, random)))
    form = random.choice(["1", "I", "F", "16", "GIF", "BMP", "WEBP", "TIFF", "P", "CMYK"])
    if form == "16":
        return Image.fromarray(np.asarray(image).astype(np.uint16) * 250 + 100)
    if form in ("GIF", "BMP", "WEBP", "TIFF"):
        return encoded(image, str(form))
    return image.convert(str(form))


# --- tiles, frames, boxes --------------------------------------------------------------------


def _tile(hand: Hand, side: int) -> Image.Image:
    mask = hand.write((side, side), 20 * side / 28, side * hand.random.uniform(0.07, 0.1))
    return image_of(laid(mask, WHITE, BLACK))


def tile_with_margin(hand: Hand, random: Random) -> Image.Image:
    return ImageOps.expand(_tile(hand, 28), int(random.integers(1, 5)), 255)


def tile_on_a_page(hand: Hand, random: Random) -> Image.Image:
    side = int(random.integers(150, 400))
    page = Image.new("L", (side + int(random.integers(40, 500)), side + 120), 255)
    page.paste(_tile(hand, side), (int(random.integers(0, page.width - side)), 60))
    return page


def tile_gray_on_gray(hand: Hand, random: Random) -> Image.Image:
    side = int(random.integers(100, 300))
    mask = hand.write((side, side), side * random.uniform(0.5, 0.75))
    tile = image_of(laid(mask, (random.uniform(180, 255),), (random.uniform(20, 80),)))
    return ImageOps.expand(tile, int(random.integers(5, 80)), int(random.integers(130, 250)))


def tile_light_on_dark_page(hand: Hand, random: Random) -> Image.Image:
    side = int(random.integers(100, 300))
    mask = hand.write((side, side), side * random.uniform(0.5, 0.75))
    return ImageOps.expand(image_of(laid(mask)), int(random.integers(10, 150)), 30)


def tile_of_imshow(hand: Hand, random: Random) -> Image.Image:
    figure = Image.new("RGB", (640, 480), "white")
    side = 370
    figure.paste(_tile(hand, 28).resize((side, side), Image.Resampling.NEAREST), (140, 58))
    draw = ImageDraw.Draw(figure)
    draw.rectangle([139, 57, 140 + side, 58 + side], outline="black")
    for tick in range(0, 28, 5):
        place = round((tick + 0.5) * side / 28)
        draw.line([140 + place, 58 + side, 140 + place, 62 + side], fill="black")
        draw.text((136 + place, 64 + side), str(tick), fill="black")
        draw.line([135, 58 + place, 139, 58 + place], fill="black")
        draw.text((118, 52 + place), str(tick), fill="black")
    if random.random() < 0.5:
        draw.text((300, 40), "Prediction", fill="black")
    return figure


def tile_viridis(hand: Hand, random: Random) -> Image.Image:
    """As ``imshow`` with its own colors, a title and a bar of them; opaque, as it is saved."""
    dark, light = np.array([68.0, 1, 84]), np.array([253.0, 231, 37])
    side = int(random.integers(8, 14)) * 28
    tile = image_of(laid(hand.write((28, 28), 20, 2.4), light, dark))
    figure = Image.new("RGBA", (side + 270, side + 110), "white")
    figure.paste(tile.resize((side, side), Image.Resampling.NEAREST), (80, 60))
    draw = ImageDraw.Draw(figure)
    draw.text((100, 30), "Sample image", fill="black", font=ImageFont.load_default(16))
    for y in range(side):
        color = (light * (1 - y / side) + dark * y / side).astype(int).tolist()
        draw.line([side + 120, 60 + y, side + 140, 60 + y], fill=tuple(color))
    for tick in range(0, 28, 5):
        place = round((tick + 0.5) * side / 28)
        draw.text((76 + place, side + 66), str(tick), fill="black")
        draw.text((60, 54 + place), str(tick), fill="black")
        draw.text((side + 146, 54 + place), str(tick * 10), fill="black")
    return figure


def tile_sticky_note(hand: Hand, random: Random) -> bytes:
    y, x = np.mgrid[:800, :1000]
    grain = np.sin(y / random.uniform(3, 9) + 2 * np.sin(x / random.uniform(60, 150)))
    desk = image_of(np.array((140.0, 90, 55)) * (1 + 0.09 * grain[..., None]))
    side = int(random.integers(360, 480))
    ink = hand.write((side, side), side * random.uniform(0.45, 0.7), side * 0.03)
    note = image_of(laid(ink, ink_color(random), (250, 235, 110))).convert("RGBA")
    turned = note.rotate(random.uniform(-12, 12), Image.Resampling.BICUBIC, expand=True)
    desk.paste(turned, (int(random.integers(150, 350)), int(random.integers(80, 180))), turned)
    return photographed(hand, random, _shaped(desk))


def tile_chalkboard(hand: Hand, random: Random) -> bytes:
    wall = Image.new("RGB", (800, 600), tuple(int(v) for v in random.integers(170, 235, 3)))
    size = (int(random.integers(400, 600)), int(random.integers(300, 450)))
    chalk = hand.write(size, min(size) * random.uniform(0.45, 0.75))
    board = laid(chalk * random.uniform(0.75, 1), (235, 235, 225), (40, 70, 55))
    wall.paste(image_of(board), (int(random.integers(40, 180)), int(random.integers(30, 130))))
    return photographed(hand, random, _shaped(wall))


def frame_at_the_edge_28(hand: Hand, random: Random) -> Image.Image:
    return _with_edge(hand, random, 28, 1)


def frame_at_the_edge_100(hand: Hand, random: Random) -> Image.Image:
    return _with_edge(hand, random, int(random.integers(64, 160)), int(random.integers(1, 4)))


def frame_at_the_edge_large(hand: Hand, random: Random) -> Image.Image:
    return _with_edge(hand, random, int(random.integers(200, 600)), int(random.integers(2, 9)))


def frame_white_on_black(hand: Hand, random: Random) -> Image.Image:
    side = int(random.integers(60, 500))
    return ImageOps.invert(_with_edge(hand, random, side, max(1, side // 100)))


def frame_on_some_edges(hand: Hand, random: Random) -> Image.Image:
    values = laid(plain(hand, random))
    for turns in range(4):
        if turns == 0 or random.random() < 0.4:
            side = np.rot90(values, turns)
            side[: int(random.integers(1, 14))] = random.uniform(0, 90)
    return image_of(values)


def _with_edge(hand: Hand, random: Random, side: int, width: int) -> Image.Image:
    values = laid(hand.write((side, side), side * random.uniform(0.5, 0.72), max(1.6, side * 0.06)))
    values[:width] = values[-width:] = values[:, :width] = values[:, -width:] = 0
    return image_of(values)


def _surrounded(hand: Hand, random: Random, reach: tuple[float, float], round_: bool) -> np.ndarray:
    """Write a digit within a box or circle; ``reach``: its half side a digit's side."""
    size = (int(random.integers(260, 600)),) * 2
    box = size[0] * random.uniform(0.3, 0.45)
    center = size[0] / 2
    half = box * random.uniform(*reach)
    width = random.uniform(0.02, 0.1) * box
    corners = [center - half, center - half, center + half, center + half]

    def shapes(draw: ImageDraw.ImageDraw, scale: int) -> None:
        shape = draw.ellipse if round_ else draw.rectangle
        shape([scale * v for v in corners], outline=255, width=max(1, round(scale * width)))

    return np.maximum(drawn(size, shapes), hand.write(size, box))


def box_around(hand: Hand, random: Random) -> Image.Image:
    return image_of(laid(_surrounded(hand, random, (0.62, 1.0), False)))


def box_around_light(hand: Hand, random: Random) -> Image.Image:
    return image_of(laid(_surrounded(hand, random, (0.62, 1.0), False), WHITE, BLACK))


def box_circle(hand: Hand, random: Random) -> Image.Image:
    return image_of(laid(_surrounded(hand, random, (0.78, 1.1), True)))


def box_crossed(hand: Hand, random: Random) -> Image.Image:
    return image_of(laid(_surrounded(hand, random, (0.4, 0.49), False)))


def box_of_a_form(hand: Hand, random: Random) -> bytes:
    size = (600, 420)
    box = random.uniform(110, 200)
    gray = random.uniform(60, 150)

    def shapes(draw: ImageDraw.ImageDraw, scale: int) -> None:
        half = box * 0.75
        corners = [300 - half, 210 - half, 300 + half, 210 + half]
        draw.rectangle([scale * v for v in corners], outline=255, width=2 * scale)

    page = laid(drawn(size, shapes), (gray, gray, gray), paper_color(random))
    return photographed(hand, random, laid(hand.write(size, box), ink_color(random), page))


def box_cell_of_a_table(hand: Hand, random: Random) -> Image.Image:
    size = (400, 300)
    box = random.uniform(90, 140)

    def shapes(draw: ImageDraw.ImageDraw, scale: int) -> None:
        width = scale * int(random.integers(1, 4))
        for x in (200 - box * 0.8, 200 + box * 0.8):
            draw.line([scale * x, 0, scale * x, 300 * scale], fill=255, width=width)
        for y in (150 - box * 0.7, 150 + box * 0.7):
            draw.line([0, scale * y, 400 * scale, scale * y], fill=255, width=width)

    return image_of(laid(np.maximum(drawn(size, shapes), hand.write(size, box))))


# --- crops and sizes -------------------------------------------------------------------------


def _tight(hand: Hand, random: Random, box: int, pen: float) -> Image.Image:
    image = image_of(laid(hand.write((2 * box, 2 * box), box, pen)))
    crop = image.crop(ImageOps.invert(image).point(lambda v: 255 * (v > 60)).getbbox())
    return crop if random.random() < 0.6 else ImageOps.invert(crop)


def crop_tight(hand: Hand, random: Random) -> Image.Image:
    box = int(random.integers(40, 300))
    return _tight(hand, random, box, box * random.uniform(0.09, 0.16))


def crop_tight_of_thick_pens(hand: Hand, random: Random) -> Image.Image:
    box = int(random.integers(18, 120))
    return _tight(hand, random, box, box * random.uniform(0.15, 0.24))


def crop_tight_stretched(hand: Hand, random: Random) -> Image.Image:
    crop = _tight(hand, random, 140, 140 * random.uniform(0.1, 0.18))
    if crop.width < 0.35 * crop.height:  # a 1 that fills a square is a tile
        crop = ImageOps.expand(crop, (crop.height // 4, 0), 255 * (crop.getpixel((0, 0)) > 127))
        return ImageOps.pad(crop, (28, 28), color=crop.getpixel((0, 0)))
    return crop.resize((28, 28), Image.Resampling.BILINEAR)


def small_8x8(hand: Hand, random: Random) -> Image.Image:
    return ImageOps.expand(_eight(hand), int(random.integers(0, 4)), 0)


def small_8x8_enlarged(hand: Hand, random: Random) -> Image.Image:
    side = int(random.integers(60, 300))
    how = random.choice([Image.Resampling.BICUBIC, Image.Resampling.NEAREST])
    image = ImageOps.expand(_eight(hand), 1, 0).resize((side, side), Image.Resampling(how))
    return image if random.random() < 0.5 else ImageOps.invert(image)


def _eight(hand: Hand) -> Image.Image:
    """As scikit-learn's digits: 32×32 black and white, the ink of each 4×4 px counted."""
    ink = hand.write((32, 32), 31, 3.6) > 0.5
    return image_of(ink.reshape(8, 4, 8, 4).mean(axis=(1, 3))[..., None] * 255)


def small_icon_enlarged(hand: Hand, random: Random) -> Image.Image:
    side = int(random.integers(11, 20))
    icon = image_of(laid(hand.write((side, side), side * 0.75, side * 0.11)))
    return icon.resize((int(random.integers(150, 400)),) * 2, Image.Resampling.BICUBIC)


def small_icon(hand: Hand, random: Random) -> Image.Image:
    side = int(random.integers(16, 40))
    return image_of(laid(hand.write((side, side), side * 0.8, side * 0.1)))


def small_in_a_page(hand: Hand, random: Random) -> Image.Image:
    size = (1600, 1200)
    box = random.uniform(28, 48)
    at = (random.uniform(100, 1500), random.uniform(100, 1100))
    return image_of(laid(hand.write(size, box, box * 0.1, at)))


def small_in_a_photo(hand: Hand, random: Random) -> bytes:
    size = (1600, 1200)
    at = (random.uniform(200, 1400), random.uniform(200, 1000))
    mask = hand.write(size, random.uniform(60, 120), None, at)
    return photographed(hand, random, laid(mask, ink_color(random), paper_color(random)))


def large_photo(hand: Hand, random: Random) -> bytes:
    mask = image_of(laid(hand.write((806, 604), random.uniform(150, 450)), (40,), (225,)))
    image = mask.resize((6448, 4832), Image.Resampling.BILINEAR)
    return encoded(image, "JPEG", quality=30)


def large_scan(hand: Hand, random: Random) -> bytes:
    box = int(random.integers(400, 2500))
    ink = hand.write((1000, 1000), 900, random.uniform(30, 90)) > 0.5
    part = Image.fromarray(ink).resize((box, box), Image.Resampling.NEAREST)
    page = Image.new("1", (4962, 7014), 1)
    page.paste(0, (int(random.integers(300, 2000)), int(random.integers(300, 4000))), part)
    return encoded(page, "TIFF", compression="group4")


# --- soft, rough, half seen ------------------------------------------------------------------


def soft_out_of_focus(hand: Hand, random: Random) -> Image.Image:
    values = laid(plain(hand, random), (30,), (235,))
    return image_of(
        noisy(blurred(values, min(values.shape[:2]) * random.uniform(0.01, 0.025)), 2, random)
    )


def soft_marker(hand: Hand, random: Random) -> Image.Image:
    size = (400, 400)
    box = random.uniform(180, 280)
    mask = hand.write(size, box, box * random.uniform(0.1, 0.13))
    return image_of(blurred(laid(mask), box * random.uniform(0.03, 0.05)))


def rough_dithered(hand: Hand, random: Random) -> Image.Image:
    values = laid(plain(hand, random), (random.uniform(20, 90),), (random.uniform(190, 235),))
    return image_of(values).convert("1")


def rough_dithered_photo(hand: Hand, random: Random) -> Image.Image:
    values = laid(plain(hand, random), (40,), (225,))
    return image_of(values * light_of(values.shape[:2], random)).convert("1")


def rough_halftone(hand: Hand, random: Random) -> Image.Image:
    light = laid(plain(hand, random), (30,), (215,))[..., 0]
    y, x = (np.mgrid[: light.shape[0], : light.shape[1]] / random.uniform(4, 7)) * 2 * np.pi
    screen = 127 + 127 * np.sin((x + y) * 0.71) * np.sin((y - x) * 0.71)
    return image_of(np.where(light > screen, 255.0, 0.0)[..., None])


def rough_fax(hand: Hand, random: Random) -> Image.Image:
    ink = hand.write((432, 300), random.uniform(120, 230), random.uniform(5, 12))
    page = noisy(blurred(laid(ink), 0.8), 38, random) > 128
    page[int(random.integers(20, 280))] = False
    return Image.fromarray(page[..., 0])


def rough_specks(hand: Hand, random: Random) -> Image.Image:
    values = laid(plain(hand, random))
    return image_of(np.where(random.random(values.shape) < 0.01, 0.0, values))


def rough_crumpled(hand: Hand, random: Random) -> bytes:
    size = (900, 700)
    y, x = np.mgrid[: size[1], : size[0]]
    light = np.ones((size[1], size[0]))
    for _ in range(3):
        turn = random.uniform(0, np.pi)
        along = (x - random.uniform(0, 900)) * np.cos(turn) + (y - random.uniform(0, 700)) * np.sin(
            turn
        )
        light -= random.uniform(0.05, 0.15) * np.exp(-np.abs(along) / random.uniform(3, 30))
    values = laid(
        hand.write(size, random.uniform(250, 500)), ink_color(random), paper_color(random)
    )
    return photographed(hand, random, values * light[..., None])


def clear_highlighter(hand: Hand, random: Random) -> Image.Image:
    mask = plain(hand, random)
    color = random.permutation([255, random.uniform(150, 255), 0])
    opacity = random.uniform(0.25, 0.5) * 255
    return image_of(np.dstack([np.broadcast_to(color, (*mask.shape, 3)), mask * opacity]))


def clear_two_inks(hand: Hand, random: Random) -> Image.Image:
    mask = plain(hand, random)
    colors = random.permutation([(0.0, 0.0, 0.0), (220.0, 30.0, 30.0), (255.0, 255.0, 255.0)])[:2]
    half = (np.arange(mask.shape[0]) < mask.shape[0] / 2)[:, None, None]
    ink = np.broadcast_to(np.where(half, colors[0], colors[1]), (*mask.shape, 3))
    return image_of(np.dstack([ink, mask * 255]))


def clear_gradient(hand: Hand, random: Random) -> Image.Image:
    mask = plain(hand, random)
    slope = np.linspace(0, 230, mask.shape[0])[:, None, None]
    return image_of(np.dstack([np.broadcast_to(slope, (*mask.shape, 3)), mask * 255]))


# --- other things on the sheet ---------------------------------------------------------------


def among_underline(hand: Hand, random: Random) -> Image.Image:
    size = (300, 300)
    box = random.uniform(110, 170)
    pen = box * random.uniform(0.07, 0.11)

    def shapes(draw: ImageDraw.ImageDraw, scale: int) -> None:
        y = 150 + box / 2 + box * random.uniform(0.1, 0.25)
        half = box * random.uniform(0.4, 0.8)
        ends = [(150 - half) * scale, y * scale, (150 + half) * scale, (y + box * 0.03) * scale]
        draw.line(ends, fill=255, width=round(pen * scale))

    return image_of(laid(np.maximum(drawn(size, shapes), hand.write(size, box, pen))))


def among_small_squares(hand: Hand, random: Random) -> Image.Image:
    side = int(random.integers(60, 150))
    page = laid(
        rules((side, side), random, True, side * random.uniform(0.15, 0.25)),
        (140, 170, 215),
        (245, 244, 238),
    )
    return image_of(laid(hand.write((side, side), side * 0.62), (30, 40, 120), page))


def among_caption(hand: Hand, random: Random) -> Image.Image:
    size = (480, 400)
    box = random.uniform(150, 240)
    image = image_of(laid(hand.write(size, box, at=(240, 170))))
    font = ImageFont.load_default(int(random.integers(14, 30)))
    words = str(random.choice(["Draw here", "label", "Figure 1: input", "handwritten digit"]))
    ImageDraw.Draw(image).text((int(random.integers(20, 200)), 340), words, fill=0, font=font)
    return image


def among_pen(hand: Hand, random: Random) -> bytes:
    size = (900, 700)
    box = random.uniform(220, 330)
    mask = hand.write(size, box, at=(320, 330))
    page = _shaped(image_of(laid(mask, ink_color(random), paper_color(random))))
    image = image_of(page)
    x, turn = random.uniform(640, 760), random.uniform(-60, 60)
    color = tuple(int(v) for v in random.integers(10, 120, 3))
    ends = [x - turn, random.uniform(-50, 60), x + turn, random.uniform(620, 760)]
    ImageDraw.Draw(image).line(ends, fill=color, width=int(random.integers(30, 50)))
    return photographed(hand, random, _shaped(image))


def among_margin_line(hand: Hand, random: Random) -> Image.Image:
    size = (600, 450)
    page = np.broadcast_to((250.0, 250.0, 245.0), (450, 600, 3)).copy()
    x = int(random.integers(60, 130))
    page[:, x : x + 3] = (220, 60, 60)
    mask = hand.write(size, random.uniform(170, 300), at=(340, 225))
    return image_of(laid(mask, ink_color(random), page))


def among_dots(hand: Hand, random: Random) -> Image.Image:
    mask = plain(hand, random)
    image = image_of(laid(mask))
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        x, y = random.uniform(0, image.width), random.uniform(0, image.height)
        radius = random.uniform(1, 0.008 * max(image.size))
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=40)
    return image


def _screenshot(
    hand: Hand, random: Random, page: str, pad: str, ink: str, text: str
) -> Image.Image:
    image = Image.new("RGB", (900, 700), page)
    draw = ImageDraw.Draw(image)
    draw.text((60, 40), "Draw a digit", fill=text, font=ImageFont.load_default(30))
    side = int(random.integers(280, 420))
    draw.rounded_rectangle([60, 110, 60 + side, 110 + side], 12, fill=pad, outline=text)
    mask = Image.fromarray(
        (hand.write((side, side), side * random.uniform(0.4, 0.7), side * 0.055) * 255).astype(
            np.uint8
        )
    )
    image.paste(ink, (60, 110), mask)
    for number, word in enumerate(("Undo", "Clear")):
        x = 60 + number * 120
        draw.rounded_rectangle([x, 560, x + 100, 600], 8, outline=text)
        draw.text((x + 25, 570), word, fill=text, font=ImageFont.load_default(18))
    return image


def among_a_page(hand: Hand, random: Random) -> Image.Image:
    return _screenshot(hand, random, "#ffffff", "#fafafa", "#111111", "#555555")


def among_a_dark_page(hand: Hand, random: Random) -> Image.Image:
    return _screenshot(hand, random, "#15171c", "#000000", "#ffffff", "#888888")


def _on_a_phone(hand: Hand, random: Random, box: float) -> Image.Image:
    colors = [("#f2f2f7", "black", "white"), ("black", "white", "#1c1c1e")]
    page, ink, pad = colors[int(random.integers(2))]
    image = Image.new("RGB", (1080, 2340), page)
    draw = ImageDraw.Draw(image)
    draw.text((80, 40), "9:41", fill=ink, font=ImageFont.load_default(44))
    draw.rounded_rectangle([930, 48, 1010, 84], 8, outline=ink, width=4)
    draw.text((60, 160), "Digit reader", fill=ink, font=ImageFont.load_default(80))
    draw.rounded_rectangle([60, 420, 1020, 1380], 40, fill=pad)
    mask = hand.write((960, 960), box, box * random.uniform(0.07, 0.1), gap=(0.1, 0.2))
    image.paste(ink, (60, 420), Image.fromarray((mask * 255).astype(np.uint8)))
    for x, color, word in ((60, "#0a84ff", "Check"), (560, "#8e8e93", "Clear")):
        draw.rounded_rectangle([x, 1480, x + 460, 1600], 30, fill=color)
        draw.text((x + 140, 1510), word, fill="white", font=ImageFont.load_default(56))
    draw.rounded_rectangle([380, 2300, 700, 2312], 6, fill=ink)
    return image


def among_a_phone(hand: Hand, random: Random) -> Image.Image:
    return _on_a_phone(hand, random, random.uniform(400, 700))


def among_buttons(hand: Hand, random: Random) -> Image.Image:
    image = Image.new("RGB", (1000, 760), "#f3f4f6")
    draw = ImageDraw.Draw(image)
    large, small = (ImageFont.load_default(size) for size in (34, 20))
    side = int(random.integers(320, 480))
    draw.text((80, 60), "Handwritten digit recognition", fill="#111827", font=large)
    draw.text((80, 105), "Draw a single digit below", fill="#6b7280", font=small)
    draw.rounded_rectangle([80, 140, 80 + side, 140 + side], 18, fill="white", outline="#d1d5db")
    for line in range(side // 8, side, side // 8):
        draw.line([80 + line, 141, 80 + line, 139 + side], fill="#e5e7eb")
        draw.line([81, 140 + line, 79 + side, 140 + line], fill="#e5e7eb")
    mask = hand.write((side, side), side * random.uniform(0.4, 0.7), side * 0.05)
    image.paste("#1f2937", (80, 140), Image.fromarray((mask * 255).astype(np.uint8)))
    for number, word in enumerate(("Predict", "Clear", "Undo")):
        x, y, fill = side + 110, 160 + number * 70, "#2563eb" if number == 0 else "white"
        draw.rounded_rectangle([x, y, x + 150, y + 50], 10, fill=fill, outline="#d1d5db")
        draw.text((x + 35, y + 12), word, fill="white" if number == 0 else "black", font=small)
    return image


def among_a_binding(hand: Hand, random: Random) -> bytes:
    lines = rules((1000, 800), random, False, 40) * 0.7
    image = image_of(laid(lines, (150, 180, 220), paper_color(random)))
    draw = ImageDraw.Draw(image)
    for y in range(20, 800, 45):
        draw.ellipse([18, y, 42, y + 24], fill=(50, 45, 40))
        draw.arc([-20, y - 4, 34, y + 22], 180, 360, fill=(120, 120, 125), width=5)
    draw.line([110, 0, 110, 800], fill=(230, 110, 110), width=2)
    mask = hand.write((1000, 800), random.uniform(200, 400), at=(560, 400))
    return photographed(hand, random, laid(mask, ink_color(random), _shaped(image)))


def among_table_edges(hand: Hand, random: Random) -> bytes:
    size = sheet_size(random, 400, 900)
    box = min(size) * random.uniform(0.25, 0.4)
    at = tuple(side / 2 + random.uniform(-0.1, 0.1) * side for side in size)
    sheet = laid(hand.write(size, box, at=at), ink_color(random), paper_color(random))
    return photographed(hand, random, _past_the_edges(sheet, random))


def _past_the_edges(sheet: np.ndarray, random: Random) -> np.ndarray:
    """Show what a sheet (H, W, channels) lies on at one side of the picture, or two."""
    height, width = sheet.shape[:2]
    y, x = np.mgrid[:height, :width].astype(float)
    beyond = np.zeros((height, width))
    for side in random.choice(4, size=random.integers(1, 3), replace=False):
        away = (x, y, width - x, height - y)[side]
        along, length = (y, height) if side % 2 == 0 else (x, width)
        slope, reach = random.uniform(-0.25, 0.25), random.uniform(0.03, 0.2) * min(sheet.shape[:2])
        beyond = np.maximum(beyond, (reach + slope * (along - length / 2) - away).clip(0, 1))
    return laid(beyond, random.uniform(20, 150) + random.uniform(-15, 15, 3), sheet)


# --- several digits --------------------------------------------------------------------------


def _row_size(hand: Hand, random: Random) -> tuple[Size, float]:
    width = int(random.integers(400, 1600))
    box = min(width / (len(hand.drawings) * 1.45 + 0.6), 0.6 * width / 2)
    box *= random.uniform(0.7, 1)
    return (width, round(box * random.uniform(1.4, 2.4))), box


def number_plain(hand: Hand, random: Random) -> Image.Image:
    size, box = _row_size(hand, random)
    return image_of(laid(hand.write(size, box)))


def number_photo(hand: Hand, random: Random) -> bytes:
    size, box = _row_size(hand, random)
    mask = hand.write(size, box)
    return photographed(hand, random, laid(mask, ink_color(random), paper_color(random)))


def number_on_squares(hand: Hand, random: Random) -> Image.Image:
    size, box = _row_size(hand, random)
    lines = rules(size, random, True, box * random.uniform(0.3, 0.6)) * random.uniform(0.5, 1)
    page = laid(lines, (140, 170, 215), paper_color(random))
    return image_of(laid(hand.write(size, box), ink_color(random), page))


def number_dark(hand: Hand, random: Random) -> Image.Image:
    size, box = _row_size(hand, random)
    return image_of(laid(hand.write(size, box), WHITE, BLACK))


def number_on_a_phone(hand: Hand, random: Random) -> Image.Image:
    return _on_a_phone(hand, random, min(360, 750 / len(hand.drawings)))


def _in_boxes(hand: Hand, random: Random, side: int, apart: int) -> np.ndarray:
    """A row of boxes of one digit each, (H, W) in [0, 1]."""
    count = len(hand.drawings)
    size = (side * count + apart * (count - 1) + side, 2 * side)
    mask = np.zeros((size[1], size[0]))
    width = max(1, round(side * random.uniform(0.015, 0.04)))
    for number, drawing in enumerate(hand.drawings):
        x, y = side // 2 + number * (side + apart), side // 2
        tile = Hand([drawing], random).write((side, side), side * random.uniform(0.55, 0.7))
        tile[:width] = tile[-width:] = tile[:, :width] = tile[:, -width:] = 0.7
        place = np.s_[y : y + side, x : x + side]
        mask[place] = np.maximum(mask[place], tile)
    return mask


def number_in_boxes(hand: Hand, random: Random) -> Image.Image:
    return image_of(laid(_in_boxes(hand, random, int(random.integers(90, 220)), 0)))


def number_postcode(hand: Hand, random: Random) -> bytes:
    mask = _in_boxes(hand, random, int(random.integers(80, 160)), int(random.integers(8, 30)))
    return photographed(hand, random, laid(mask, ink_color(random), paper_color(random)))


# --- no digit --------------------------------------------------------------------------------


def none_blank(hand: Hand, random: Random) -> Image.Image:
    size = sheet_size(random)
    values = np.full((size[1], size[0], 1), random.uniform(0, 255))
    return image_of(
        noisy(values * light_of(values.shape[:2], random), random.uniform(0, 8), random)
    )


def none_table_edges(hand: Hand, random: Random) -> bytes:
    width, height = sheet_size(random)
    sheet = np.broadcast_to(paper_color(random), (height, width, 3))
    return photographed(hand, random, _past_the_edges(sheet, random))


def none_noise(hand: Hand, random: Random) -> Image.Image:
    size = sheet_size(random, 20, 400)
    return image_of(noisy(np.full((size[1], size[0], 1), 128.0), random.uniform(10, 90), random))


def none_sign(hand: Hand, random: Random) -> Image.Image:
    return image_of(laid(plain(_other(random), random)))


def none_sign_in_a_box(hand: Hand, random: Random) -> Image.Image:
    return image_of(laid(_surrounded(_other(random), random, (0.62, 1.0), False)))


def _other(random: Random) -> Hand:
    """A sign or letter; digits in a row and upright lines are numbers, not signs."""
    generator = torch.Generator().manual_seed(int(random.integers(2**31)))
    sample = pen_styles.sample_others(16, generator)
    numbers = ("two-digits", "two-bars", "lines-two", "lines-three", "lines-four")
    chosen = next(index for index, style in enumerate(sample.styles) if style not in numbers)
    return Hand([parse_drawing(strokes_from_segments(sample.segments[chosen]))], random)


def none_face(hand: Hand, random: Random) -> Image.Image:
    size = (300, 300)
    radius, eye = random.uniform(80, 120), random.uniform(6, 14)
    width = int(random.integers(4, 12))

    def shapes(draw: ImageDraw.ImageDraw, scale: int) -> None:
        def spot(x: float, y: float, r: float) -> list[float]:
            return [scale * v for v in (x - r, y - r, x + r, y + r)]

        draw.ellipse(spot(150, 150, radius), outline=255, width=width * scale)
        for side in (-1, 1):
            draw.ellipse(spot(150 + side * radius * 0.4, 150 - radius * 0.3, eye), fill=255)
        draw.arc(spot(150, 150, radius * 0.6), 20, 160, fill=255, width=width * scale)

    return image_of(laid(drawn(size, shapes)))


def none_empty_box(hand: Hand, random: Random) -> Image.Image:
    size = sheet_size(random, 60, 400)
    values = np.full((size[1], size[0], 1), 255.0)
    inset, width = int(random.integers(0, 20)), int(random.integers(1, 6))
    values[inset : size[1] - inset, inset : size[0] - inset] = 0
    inset += width
    values[inset : size[1] - inset, inset : size[0] - inset] = 255
    return image_of(values)


def none_filled_tile(hand: Hand, random: Random) -> Image.Image:
    image = Image.new("L", sheet_size(random, 60, 400), 255)
    wide, tall = (int(side * random.uniform(0.3, 0.8)) for side in image.size)
    image.paste(int(random.integers(0, 120)), (image.width // 9, image.height // 9, wide, tall))
    return image


def none_disc(hand: Hand, random: Random) -> bytes:
    radius, (width, height) = random.uniform(25, 90), sheet_size(random, 300, 800)
    x, y = (random.uniform(radius, side - radius) for side in (width, height))
    image = Image.new("RGB", (width, height), (150, 190, 235))
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 0.7 * height, width, height], fill=(90, 140, 70))
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=(255, 240, 150))
    return photographed(hand, random, _shaped(image))


def none_rules(hand: Hand, random: Random) -> Image.Image:
    size = (800, 600)
    lines = rules(size, random, random.random() < 0.5, random.uniform(25, 60))
    return image_of(noisy(laid(lines, (140, 170, 215), paper_color(random)), 3, random))


def none_words(hand: Hand, random: Random) -> Image.Image:
    image = Image.new("L", (500, 200), 255)
    words = str(random.choice(["Nothing here", "Kitten", "Hey you", "welcome", "Draw a face"]))
    font = ImageFont.load_default(int(random.integers(30, 70)))
    ImageDraw.Draw(image).text((30, 60), words, fill=0, font=font)
    return image


GROUPS = (
    "plain", "tile", "frame", "box", "crop", "small", "large", "soft", "rough", "clear",
    "among", "number", "none",
)  # fmt: skip
CONDITIONS: dict[str, Callable[[Hand, Random], Image.Image | bytes]] = {
    name: made
    for name, made in list(globals().items())
    if "_" in name and name.split("_")[0] in GROUPS
}


def synthetic(count: int, seed: int) -> tuple[list[Drawing], list[int]]:
    """Draw synthetic digits."""
    sample = pen_styles.sample_digits(count, torch.Generator().manual_seed(seed))
    drawings = [parse_drawing(strokes_from_segments(each)) for each in sample.segments]
    return drawings, sample.labels.tolist()


def pictures_of(
    name: str, drawings: Sequence[Drawing], labels: Sequence[int], count: int, seed: int
) -> list[tuple[Image.Image | bytes, str]]:
    """Make the pictures of a condition, each with the number that it shows, or with ``""``."""
    random = np.random.default_rng([seed, zlib.crc32(name.encode())])
    made = []
    for _ in range(count):
        length = int(random.integers(2, 6)) if name.startswith("number") else 1
        chosen = random.integers(len(drawings), size=length)
        picture = CONDITIONS[name](Hand([drawings[index] for index in chosen], random), random)
        number = "".join(str(labels[index]) for index in chosen)
        made.append((picture, "" if name.startswith("none") else number))
    return made


def text_of(reading: Reading) -> str | None:
    """What was read, rejected or not; None where nothing was found."""
    number = getattr(reading, "number", None)
    return number or (None if reading.best is None else str(reading.best))


def _read(recognizer: Recognizer, picture: Image.Image | bytes) -> Reading:
    """Read a picture; one that is refused is as good as blank."""
    try:
        return recognizer.read_picture(picture)
    except PictureError:
        return BLANK


def measure(
    recognizer: Recognizer, pictures: Sequence[tuple[Image.Image | bytes, str]]
) -> dict[str, float]:
    """Return the shares read right, blank, no digit and wrong though sure, and milliseconds."""
    right = blank = no_digit = wrong_and_sure = 0
    begun = time.perf_counter()
    for picture, number in pictures:
        reading = _read(recognizer, picture)
        text = text_of(reading)
        right += text == number and reading.state != "not-a-digit"
        blank += reading.state == "blank"
        no_digit += reading.state == "not-a-digit"
        wrong_and_sure += reading.state == "sure" and text != number
    count = len(pictures)
    return {
        "right": right / count,
        "blank": blank / count,
        "not_a_digit": no_digit / count,
        "wrong_and_sure": wrong_and_sure / count,
        "ms": 1000 * (time.perf_counter() - begun) / count,
    }


def main() -> None:
    """Measure, and print a line a condition, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*")
    parser.add_argument("--weights", type=Path, default=weight_file.SHIPPED)
    parser.add_argument("--strokes", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    torch.set_num_threads(1)
    recognizer = Recognizer.load(options.weights, "cpu")
    if options.strokes is None:
        drawings, labels = synthetic(2000, options.seed)
    else:
        loaded = stroke_sets.load(options.strokes)
        digits = [index for index, label in enumerate(loaded.labels) if label < DIGITS]
        drawings = [loaded.drawings[index] for index in digits]
        labels = [int(loaded.labels[index]) for index in digits]
    results = {}
    for name in CONDITIONS:
        if options.words and not any(word in name for word in options.words):
            continue
        pictures = pictures_of(name, drawings, labels, options.count, options.seed)
        results[name] = result = measure(recognizer, pictures)
        if not options.json:
            shares = "  ".join(f"{100 * result[key]:5.1f}" for key in list(result)[:4])
            print(f"{name:28s} {shares}  {result['ms']:5.0f} ms", flush=True)
    if options.json:
        print(json.dumps(results))
        return
    singles = [
        each for name, each in results.items() if name.split("_")[0] not in ("number", "none")
    ]
    if singles:
        right = [each["right"] for each in singles]
        print(
            f"{len(right)} conditions of one digit: mean {np.mean(right):.1%} right, "
            f"{sum(share < 0.9 for share in right)} under 90 %; wrong though sure "
            f"{np.mean([each['wrong_and_sure'] for each in singles]):.1%}"
        )


if __name__ == "__main__":
    main()
