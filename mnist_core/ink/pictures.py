"""From pictures to ink: open a picture, find its digit, frame it as MNIST framed its digits.

Files, formats, colors and transparency exist only here; ``segmentation`` tells ink from paper. This
module knows nothing of models or strokes.
"""

import io
import math
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from scipy import ndimage
from torch import Tensor

from mnist_core.errors import PictureError
from mnist_core.ink.raster import CENTER, DIGIT_BOX, IMAGE_SIZE, PEN_WIDTH
from mnist_core.ink.segmentation import Box, Digit, find_digit, shrunk

MAX_PIXELS = 25_000_000
# Formats whose decoders run inside Pillow: EPS, for one, would start another program.
FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP")
WORKING_SIDE = 1024  # px, longest side of what is looked at; larger pictures are averaged down

BOX = int(DIGIT_BOX)  # px
FINE = 6  # cells of a finer grid along each px of the frame
OFF_SEAM = 0.001  # px, too little to see
THINNEST = 1.1  # px of the frame: MNIST's own lines are wider, and stay as they are


def ink_from_picture(picture: Image.Image | Path | str | bytes) -> Tensor:
    """Find the digit in a picture and frame it.

    Args:
        picture: a Pillow image, a file's path, or a file's content. Of several frames the first
            is read. The digit may be dark on light or light on dark, in color or transparent,
            on ruled, squared or unevenly lit paper.

    Returns:
        Ink (1, 1, 28, 28) float32 in [0, 1], longest side 20 px, centre of mass at index 14 to
        the next whole pixel, as in MNIST; lines thinner than MNIST's are brought to its width.
        All zeros where the picture holds no ink.

    Raises:
        PictureError: Pillow can't open it, or it has more than 25 million pixels.
    """
    try:
        gray = _gray(_opened(picture))
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:  # decoders of damaged files raise all sorts, RuntimeError too
        raise PictureError(
            "The picture can't be opened: choose a PNG, JPEG, WebP, GIF, BMP or TIFF file."
        ) from error
    digit = find_digit(gray)
    if digit is None:
        return torch.zeros(1, 1, IMAGE_SIZE, IMAGE_SIZE)
    return torch.from_numpy(_framed(digit))[None, None]


def _opened(picture: Image.Image | Path | str | bytes) -> Image.Image:
    """Open and decode a picture; its size is checked before it is decoded."""
    if isinstance(picture, Image.Image):
        _check_size(picture)
        return picture
    Image.init()  # so that all formats are known by name
    source = io.BytesIO(picture) if isinstance(picture, bytes) else picture
    known = [name for name in FORMATS if name in Image.OPEN]
    with Image.open(source, formats=known) as image:
        _check_size(image)
        image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))  # a JPEG is decoded no larger than needed
        image.load()
        return image


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_large()
    if image.width * image.height == 0:
        raise PictureError("The picture is empty: choose another one.")


def _too_large() -> PictureError:
    return PictureError(
        "The picture is larger than 25 megapixels: make it smaller, or crop it to the digit."
    )


# --- one channel -----------------------------------------------------------------------------


def _gray(image: Image.Image) -> np.ndarray:
    """Turn a picture of any mode, the right way up, into gray (H, W) float32."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith(("I", "F")):
        values = np.nan_to_num(np.asarray(image, dtype=np.float32))
        spread = float(np.ptp(values))
        image = Image.fromarray((values - values.min()) * (255 / spread if spread else 0))
        image = image.convert("L")
    mode = "RGBA" if image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB"
    image = shrunk(image.convert(mode), WORKING_SIDE)
    pixels = np.asarray(image, dtype=np.float32)
    if mode == "L":
        return pixels
    return _strongest_color(pixels) if mode == "RGB" else _without_transparency(pixels)


def _without_transparency(pixels: np.ndarray) -> np.ndarray:
    """Turn RGBA (H, W, 4) into gray: the ink may be in the alpha or in the colors."""
    colors, alpha = pixels[..., :3], pixels[..., 3]
    seen = colors[alpha > 128]
    if len(seen) == 0:
        return np.zeros_like(alpha)
    even = np.ptp(np.percentile(seen.mean(axis=1), [0.1, 99.9])) < 48
    if even and alpha.min() < 128:  # one color, with holes: what is opaque is ink
        return alpha
    paper = np.median(seen, axis=0)
    share = alpha[..., None] / 255
    return _strongest_color(colors * share + paper * (1 - share))


def _strongest_color(pixels: np.ndarray) -> np.ndarray:
    """Turn RGB (H, W, 3) into gray along the color in which ink differs most from paper.

    Principal component of the differences from the median color, large ones counting more.
    """
    sample = pixels[::3, ::3].reshape(-1, 3)
    apart = sample - np.median(sample, axis=0)
    weighted = apart * (apart * apart).sum(axis=1, keepdims=True)
    direction = np.linalg.eigh(weighted.T @ apart)[1][:, -1]
    if direction.sum() < 0:
        direction = -direction
    return (pixels @ direction / np.abs(direction).sum()).astype(np.float32)


# --- framing ---------------------------------------------------------------------------------


def _framed(digit: Digit) -> np.ndarray:
    """Frame a digit by area averaging, as MNIST's were: ink (28, 28) float32 in [0, 1]."""
    fine = _fine(digit.ink, digit.box, 0.0)
    width = _line_width(fine)
    if width < THINNEST:
        reach = FINE * (PEN_WIDTH - width) / 2  # cells
        fine = _dilated(_fine(digit.ink, digit.box, reach), reach)
        fine = (fine / np.median(fine[fine > 0.25 * fine.max()])).clip(0, 1)
    boxed = fine.reshape(BOX, FINE, BOX, FINE).mean(axis=(1, 3))
    boxed /= boxed.max()
    index, total = np.arange(BOX), boxed.sum()
    centers = (boxed.sum(axis=1) @ index / total, boxed.sum(axis=0) @ index / total)  # y, x
    top, left = (min(max(round(CENTER - float(c)), 0), IMAGE_SIZE - BOX) for c in centers)
    frame = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.float32)
    frame[top : top + BOX, left : left + BOX] = boxed
    return frame


def _fine(ink: np.ndarray, box: Box, margin: float) -> np.ndarray:
    """Scale the ink (H, W) around a box to a square (120, 120), with a margin in cells."""
    wide, high = box[2] - box[0], box[3] - box[1]
    whole = BOX * FINE
    side = max(wide, high) * whole / (whole - 2 * margin)
    x, y = (box[0] + box[2] - side) / 2, (box[1] + box[3] - side) / 2
    if margin == 0 and side < 3 * BOX:  # keep a picture's own pixels whole
        step = side / BOX
        x = box[0] - step * round((side - wide) / 2 / step)
        y = box[1] - step * round((side - high) / 2 / step)
    pad = math.ceil(side)
    left, top = max(0, math.floor(x) - 4), max(0, math.floor(y) - 4)
    part = np.pad(ink[top : math.ceil(y + side) + 4, left : math.ceil(x + side) + 4], pad)
    # Pillow's box filter drops a pixel that lies exactly on the seam of two windows.
    x, y = x - left + pad + OFF_SEAM, y - top + pad + OFF_SEAM
    how = Image.Resampling.BOX if side >= 0.9 * BOX else Image.Resampling.BICUBIC
    fine = Image.fromarray(part).resize((whole, whole), how, box=(x, y, x + side, y + side))
    return np.asarray(fine).clip(0)


def _line_width(fine: np.ndarray) -> float:
    """Mean width of the lines, in px of the frame: twice their area over the length of their edges.

    The edges' length is the sum of the gradient's size (coarea formula).
    """
    dy, dx = np.gradient(np.pad(fine, 2))
    return 2 * float(fine.sum()) / float(np.hypot(dx, dy).sum()) / FINE


def _dilated(fine: np.ndarray, radius: float) -> np.ndarray:
    """Widen lines (120, 120) by a radius in cells on every side: gray dilation by a disk."""
    most = math.ceil(radius)
    y, x = np.ogrid[-most : most + 1, -most : most + 1]
    disk = x * x + y * y <= radius * radius
    return ndimage.maximum_filter(fine, footprint=disk, mode="constant")
